package io.arkestra.benchmarks.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolsTaskTest {
    private static final String TOOLS = """
            {"id": "triangle.get", "name": "triangle.get", "description": "Area of a triangle from its sides.", "parameters": {"type": "object", "properties": {"side": {"type": "integer"}}}}
            {"id": "triangle.get#2", "name": "triangle.get", "description": "Perimeter of a triangle.", "parameters": {"type": "object", "properties": {}}}
            {"id": "AusSurfReport", "name": "AusSurfReport", "description": "Surf report for any break in Australia."}
            {"id": "Hotels_2_Book", "name": "Hotels_2_Book", "description": "Books a room in a hotel."}
            """;
    private static final String QUERIES = """
            {"id": "q1", "kind": "single", "gold": ["AusSurfReport"], "query": "How is the surf in Australia today?"}
            {"id": "q2", "kind": "multi", "gold": ["triangle.get#2", "Hotels_2_Book"], "query": "What is the perimeter of a triangle, and book a hotel room"}
            {"id": "q3", "kind": "none", "gold": [], "offered": ["Hotels_2_Book"], "query": "What is the area of a triangle?"}
            {"id": "q4", "kind": "single", "gold": ["triangle.get"], "offered": ["triangle.get"], "query": "area of a triangle with sides 3, 4, 5"}
            """;

    @TempDir
    Path directory;

    @BeforeEach
    void copy() throws IOException {
        Files.writeString(directory.resolve("tools.jsonl"), TOOLS);
        Files.writeString(directory.resolve("queries.jsonl"), QUERIES);
    }

    private Json run() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        return new ToolsTask(
                        Arguments.parse("tools", "--data", directory.toString()),
                        new PrintStream(out, true, StandardCharsets.UTF_8))
                .run();
    }

    @Test
    void run_smallSet_countsTheProductBesideSimpleWays() {
        Json report = run();

        Json own = report.at("/systems/arkestra").orElseThrow();
        assertEquals("tools", report.text("task"));
        assertEquals(1.0, own.get("hit@1").orElseThrow().asDouble());
        assertEquals(1.0, own.get("all@5").orElseThrow().asDouble());
        assertEquals(3, own.get("queries").orElseThrow().asInt());
        assertEquals(1.0, own.get("abstain").orElseThrow().asDouble());
        assertEquals(1.0, report.at("/byCategory/multi/all@10").orElseThrow().asDouble());
        assertTrue(report.at("/systems/bm25/hit@10").isPresent());
        assertTrue(report.at("/systems/rrf(bm25+params,minilm)/hit@1").isPresent());
    }

    @Test
    void run_unknownGoldTool_isRefused() throws IOException {
        Files.writeString(directory.resolve("queries.jsonl"), QUERIES.replace("Hotels_2_Book", "Hotels"));

        assertTrue(
                assertThrows(EvaluationException.class, this::run).getMessage().contains("Hotels"));
    }
}
