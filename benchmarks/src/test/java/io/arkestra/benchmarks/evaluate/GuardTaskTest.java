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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardTaskTest {
    private static final String PERSONAL = """
            {"text": "mail a@b.org now", "spans": [{"start": 5, "end": 12, "type": "EMAIL"}], "level": "span", "lang": "en"}
            {"text": "почта иван@почта.рф", "spans": [{"start": 6, "end": 19, "type": "EMAIL"}], "level": "span", "lang": "ru"}
            {"text": "call Anna", "spans": [{"start": 5, "end": 9, "type": "PERSON"}], "level": "span", "lang": "en"}
            {"text": "версия 17.0.12.1 и заказ 1185768769", "spans": [], "level": "span", "lang": "ru"}
            """;
    private static final String PROFANE = """
            {"text": "well, f u c k", "spans": [], "level": "text", "lang": "en", "label": true, "origin": "own", "kind": "spaced"}
            {"text": "Scunthorpe", "spans": [], "level": "text", "lang": "en", "label": false, "origin": "own-hard"}
            """;

    @TempDir
    Path directory;

    private Json run() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Json report = new GuardTask(
                        Arguments.parse(
                                "guard",
                                "--data",
                                directory.toString(),
                                "--json",
                                directory.resolve("out.json").toString()),
                        new PrintStream(out, true, StandardCharsets.UTF_8))
                .run();
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("MB/s"));
        return report;
    }

    @Test
    void run_oneSet_countsEachTypeBesideTheBaseline() throws IOException {
        Files.writeString(directory.resolve("dev.jsonl"), PERSONAL);

        Json report = run();

        Json own = report.at("/systems/arkestra").orElseThrow();
        assertEquals("guard", report.text("task"));
        assertEquals(1.0, own.at("/EMAIL/recall").orElseThrow().asDouble());
        assertEquals(0.0, own.at("/EMAIL/leak").orElseThrow().asDouble());
        assertEquals(0.0, own.at("/overall/falsePositiveRate").orElseThrow().asDouble());
        assertTrue(own.at("/overall/mbPerSecond").orElseThrow().asDouble() > 0);
        assertTrue(own.at("/PERSON").isEmpty());
        assertEquals(0.5, report.at("/systems/naive/EMAIL/recall").orElseThrow().asDouble());
        assertEquals(report, Json.parse(Files.readString(directory.resolve("out.json"))));
    }

    @Test
    void run_directoryOfSets_countsProfanityByOrigin() throws IOException {
        Files.createDirectories(directory.resolve("pii-own"));
        Files.createDirectories(directory.resolve("profanity"));
        Files.writeString(directory.resolve("pii-own/heldout.jsonl"), PERSONAL);
        Files.writeString(directory.resolve("profanity/dev.jsonl"), PROFANE);

        Json report = run();

        assertEquals(
                1.0,
                report.at("/byCategory/profanity/arkestra/own~1disguised~1en/recall")
                        .orElseThrow()
                        .asDouble());
        assertEquals(
                0.0,
                report.at("/byCategory/profanity/arkestra/own-hard~1en/falsePositiveRate")
                        .orElseThrow()
                        .asDouble());
    }

    @Test
    void run_directoryWithoutSets_isToldWhatIsExpected() {
        EvaluationException e = assertThrows(EvaluationException.class, this::run);

        assertTrue(e.getMessage().contains("dev.jsonl"), e.getMessage());
    }
}
