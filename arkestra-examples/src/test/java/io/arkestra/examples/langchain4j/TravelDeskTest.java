package io.arkestra.examples.langchain4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.rag.content.Content;
import dev.langchain4j.rag.content.ContentMetadata;
import dev.langchain4j.rag.query.Query;
import io.arkestra.Arkestra;
import io.arkestra.Llm;
import io.arkestra.Reply;
import io.arkestra.ToolUse;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.langchain4j.ArkestraContentRetriever;
import io.arkestra.memory.DocumentDraft;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.Passage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TravelDeskTest {
    private static final Scope ALICE = Scope.of(UserId.of("alice"));

    @TempDir
    Path dir;

    @Test
    void run_stepByStep_adoptsMemoryThenAModelThenTools() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TravelDesk.run(new DemoModel(), new PrintStream(out, true, StandardCharsets.UTF_8));
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();

        assertEquals("before: I do not know.", lines.get(0));
        assertEquals("memory: You said: I like to sit at the window", lines.get(1));
        assertEquals("model: You said: I like to sit at the window", lines.get(2));
        assertTrue(lines.get(3).startsWith("tool: "), lines.get(3));
        String last = lines.get(lines.size() - 1);
        assertTrue(last.startsWith("memory: ") && last.contains("12A"), last);
    }

    @Test
    void engine_methodsOfTheApplication_runUnderItsPolicyWithValidArguments() throws IOException {
        try (Arkestra arkestra =
                TravelDesk.engine(Llm.script(script("{\"restaurant\": \"Chez Nous\", \"guests\": 2}")))) {
            Reply reply = arkestra.session(ALICE.user()).ask("Book a table");

            assertEquals(List.of(new ToolUse("book_table", "ok")), reply.toolUses());
            assertEquals("Booked a table for 2 at Chez Nous", reply.text());
        }
    }

    @Test
    void engine_argumentsThatBreakTheSchema_runNothing() throws IOException {
        try (Arkestra arkestra =
                TravelDesk.engine(Llm.script(script("{\"restaurant\": \"Chez Nous\", \"guests\": \"many\"}")))) {
            Reply reply = arkestra.session(ALICE.user()).ask("Book a table");

            assertFalse(reply.text().contains("Booked"), reply.text());
        }
    }

    private Path script(String arguments) throws IOException {
        return Files.writeString(
                dir.resolve("senior.jsonl"),
                "{\"match\": \"table\", \"tool_calls\": [{\"name\": \"book_table\", \"arguments\": " + arguments
                        + "}], \"then\": \"{result}\"}\n");
    }

    @Test
    void retriever_factsAndDocuments_haveTheirSourceInTheMetadata() {
        try (Arkestra arkestra = Arkestra.builder().build()) {
            arkestra.memory().remember(ALICE, MemoryDraft.fact("My passport is in the blue drawer"));
            arkestra.memory().remember(Scope.of(UserId.of("bob")), MemoryDraft.fact("Bob's passport is in the car"));
            arkestra.memory()
                    .documents()
                    .add(ALICE, DocumentDraft.of("visa", "Visa rules", "A passport must be valid for six months."));
            ArkestraContentRetriever retriever = ArkestraContentRetriever.of(arkestra.memory(), ALICE);

            List<Content> found = retriever.retrieve(Query.from("passport"));

            assertTrue(found.stream()
                    .noneMatch(content -> content.textSegment().text().contains("Bob")));
            Content fact = of(found, "fact");
            assertEquals("My passport is in the blue drawer", fact.textSegment().text());
            assertEquals(
                    fact.textSegment().metadata().getString("id"),
                    fact.metadata().get(ContentMetadata.EMBEDDING_ID));
            assertTrue((Double) fact.metadata().get(ContentMetadata.SCORE) > 0);
            Content part = of(found, "document");
            assertEquals("visa", part.textSegment().metadata().getString("document"));
            assertEquals("Visa rules", part.textSegment().metadata().getString("title"));
            assertEquals(0, part.textSegment().metadata().getInteger("start"));
            assertEquals(
                    List.of("fact"),
                    kinds(retriever
                            .queries(query -> query.kinds(Set.of(Passage.Kind.FACT)))
                            .retrieve(Query.from("passport"))));
        }
    }

    private static Content of(List<Content> found, String kind) {
        return found.stream()
                .filter(content -> kind.equals(content.textSegment().metadata().getString("kind")))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " in " + kinds(found)));
    }

    private static List<String> kinds(List<Content> found) {
        return found.stream()
                .map(content -> content.textSegment().metadata().getString("kind"))
                .toList();
    }
}
