package io.arkestra.benchmarks.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Origin;
import io.arkestra.memory.Passage;
import io.arkestra.memory.Recall;
import io.arkestra.memory.RecallQuery;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runner, and by it the recall of two people's conversations of our own, English and Russian. */
class EvaluateTest {
    private static Path fixture() {
        try {
            return Path.of(EvaluateTest.class
                            .getResource("/fixture/corpus.jsonl")
                            .toURI())
                    .getParent();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static double metric(Json report, String pointer) {
        return report.at(pointer).orElseThrow().asDouble();
    }

    @Test
    void recall_fixtureByWordsAndAsShipped_isAboveTheFloorsAndPrintedWithTheEffect() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        Json report = new RecallTask(
                        Arguments.parse(
                                "recall", "--data", fixture().toString(), "--config", "lexical", "--no-baselines"),
                        new PrintStream(printed, true, StandardCharsets.UTF_8))
                .run();

        assertEquals("lexical", report.text("config"));
        assertTrue(metric(report, "/systems/arkestra/recall@10") >= 0.80, report::toString);
        assertTrue(metric(report, "/systems/arkestra/mrr@10") >= 0.60, report::toString);
        assertTrue(metric(report, "/systems/arkestra (default)/recall@10") >= 0.85, report::toString);
        assertTrue(metric(report, "/systems/arkestra (default)/mrr@10") >= 0.62, report::toString);
        assertTrue(printed.toString(StandardCharsets.UTF_8).contains("effect of lexical"), printed::toString);
    }

    @Test
    void recall_ngramConfiguration_asksNoModel() {
        DataSet data = DataSet.load(fixture());
        try (Product product = new Product(Configuration.named("ngram"), Optional.empty(), Optional.empty(), true)) {
            product.ingest(data, new Progress(System.err, false));

            Recall recall = product.recall(data.queries().get(0), 10);

            assertFalse(recall.passages().isEmpty());
            assertTrue(recall.notes().toString().contains("words and letters only"), recall::toString);
        }
    }

    @Test
    void recall_everyQuestionOfOnePerson_findsNothingOfAnother() {
        DataSet data = DataSet.load(fixture());
        try (Product product = new Product(Configuration.named("lexical"), Optional.empty(), Optional.empty(), true)) {
            product.ingest(data, new Progress(System.err, false));
            assertTrue(data.queries().size() >= 80 && data.items().size() >= 250);
            Set<String> anna = Set.of("Anna", "Arkestra", "anna");
            Set<String> boris = Set.of("Борис", "Arkestra", "boris");
            for (DataSet.Query query : data.queries()) {
                for (String user : List.of("anna", "boris")) {
                    for (Passage passage : product.arkestra()
                            .memory()
                            .recall(Scope.of(UserId.of(user)), RecallQuery.about(query.text()))
                            .passages()) {
                        assertTrue((user.equals("anna") ? anna : boris).contains(passage.speaker()), passage::speaker);
                    }
                }
            }
        }
    }

    @Test
    void recall_whatWasForgottenOrPlanted_isNeverToldAsTheUsersOwn() throws IOException {
        DataSet data = DataSet.load(fixture());
        try (Product product = new Product(Configuration.named("lexical"), Optional.empty(), Optional.empty(), true)) {
            product.ingest(data, new Progress(System.err, false));
            int asked = 0;
            for (String line : Files.readAllLines(fixture().resolve("unanswerable.jsonl"))) {
                Json query = Json.parse(line);
                boolean forgotten = query.text("category").equals("deletion");
                String never = query.text("never").toLowerCase(Locale.ROOT);
                Scope scope = Scope.of(UserId.of(query.text("user")));
                assertTrue(
                        data.items().stream()
                                .anyMatch(item ->
                                        item.text().toLowerCase(Locale.ROOT).contains(never)
                                                && item.forgotten() == forgotten),
                        "not in the corpus: " + never);
                for (Passage passage : product.arkestra()
                        .memory()
                        .recall(scope, RecallQuery.about(query.text("text")).limit(50))
                        .passages()) {
                    boolean told = passage.text().toLowerCase(Locale.ROOT).contains(never)
                            || forgotten
                                    && passage.context().stream()
                                            .anyMatch(said -> said.text()
                                                    .toLowerCase(Locale.ROOT)
                                                    .contains(never));
                    // What the assistant has said may be found, but as the assistant's.
                    boolean assistants = passage.kind() == Passage.Kind.MESSAGE
                            && passage.origin() == Origin.ASSISTANT
                            && !forgotten;
                    assertTrue(!told || assistants, () -> query.text("text") + " found " + passage.text());
                }
                for (MemoryRecord memory : product.arkestra().memory().list(scope, 1_000)) {
                    assertFalse(memory.text().toLowerCase(Locale.ROOT).contains(never), memory::text);
                }
                asked++;
            }
            assertEquals(14, asked);
        }
    }

    @Test
    void arguments_crossEncoderWithoutManifest_saysWhatIsMissing() {
        EvaluationException thrown = assertThrows(
                EvaluationException.class, () -> Arguments.parse("recall", "--data", "x", "--config", "cross-encoder"));

        assertTrue(String.valueOf(thrown.getMessage()).contains("--reranker MANIFEST"), thrown::getMessage);
    }

    @Test
    void metrics_knownRanking_areCountedAsDefined() {
        double[] row = Figures.row(List.of("x", "a", "y", "z", "v", "b"), Set.of("a", "b", "c", "d"));

        assertEquals(0.25, row[0], 1e-9);
        assertEquals(0.5, row[1], 1e-9);
        assertEquals(0.5, row[2], 1e-9);
        double gain = 1 / (Math.log(3) / Math.log(2)) + 1 / (Math.log(7) / Math.log(2));
        double ideal = 1 + 1 / (Math.log(3) / Math.log(2)) + 0.5 + 1 / (Math.log(5) / Math.log(2));
        assertEquals(gain / ideal, row[3], 1e-9);
    }

    @Test
    void data_brokenLine_isNamedWithFileAndLine(@TempDir Path directory) throws IOException {
        Files.copy(fixture().resolve("queries.jsonl"), directory.resolve("queries.jsonl"));
        Files.writeString(directory.resolve("corpus.jsonl"), "{\"id\":\"a\",\"text\":\"b\",\"user\":\"u\"}\n{oops\n");
        Files.writeString(directory.resolve("qrels.jsonl"), "");

        EvaluationException thrown = assertThrows(EvaluationException.class, () -> DataSet.load(directory));

        assertTrue(String.valueOf(thrown.getMessage()).contains("corpus.jsonl, line 2"), thrown::getMessage);
    }

    @Test
    void data_missingFile_saysWhatADataSetHas(@TempDir Path directory) {
        EvaluationException thrown = assertThrows(EvaluationException.class, () -> DataSet.load(directory));

        assertTrue(String.valueOf(thrown.getMessage()).contains("qrels.jsonl {query,doc}"), thrown::getMessage);
    }

    @Test
    void arguments_unknownConfiguration_namesThoseThatThereAre() {
        EvaluationException thrown = assertThrows(
                EvaluationException.class, () -> Arguments.parse("recall", "--data", "x", "--config", "best"));

        assertTrue(String.valueOf(thrown.getMessage()).contains("lexical"), thrown::getMessage);
        assertFalse(Arguments.USAGE.isBlank());
    }
}
