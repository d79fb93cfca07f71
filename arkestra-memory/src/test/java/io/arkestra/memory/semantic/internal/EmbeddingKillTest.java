package io.arkestra.memory.semantic.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.memory.Message;
import io.arkestra.store.Change;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingKillTest {
    private static final int KILLS = Integer.getInteger("arkestra.test.kills", 3);

    @TempDir
    Path home;

    @Test
    void kill_whileEmbedding_reopenEqualsARebuild() throws Exception {
        Random random = new Random();
        for (int kill = 0; kill < KILLS; kill++) {
            runAndKill(kill, 20 + random.nextInt(150));
            WordEmbedder embedder = new WordEmbedder("words", 64, 32);
            try (Talk reopened = new Talk(home, embedder.everywhere(), SemanticIndex.ROOM)) {
                reopened.index.complete();
                Map<String, String> rows = reopened.rows(Talk.ANN);
                assertTrue(rows.size() > 10);
                assertEquals(
                        embedder.asked().size(), new HashSet<>(embedder.asked()).size(), "nothing is embedded twice");
                reopened.found(Talk.ANN, "word1");
                assertEquals(rebuilt(reopened, rows), reopened.vectors.contents(Talk.ANN), "after kill " + kill);
            }
        }
    }

    private static Map<String, List<Float>> rebuilt(Talk talk, Map<String, String> rows) {
        WordEmbedder embedder = new WordEmbedder("words", 64, 32);
        try (Talk rebuilt = new Talk((Path) null, embedder.everywhere(), SemanticIndex.ROOM)) {
            long after = 0;
            while (true) {
                List<Change> changes = talk.store.changes(Message.COLLECTION.name(), Talk.ANN, after, 1_000);
                if (changes.isEmpty()) {
                    break;
                }
                talk.store.fetch(Message.COLLECTION.name(), changes).forEach(doc -> rebuilt.write(Message.from(doc)));
                after = changes.get(changes.size() - 1).sequence();
            }
            rebuilt.index.complete();
            assertEquals(rebuilt.rows(Talk.ANN), rows);
            rebuilt.found(Talk.ANN, "word1");
            return rebuilt.vectors.contents(Talk.ANN);
        }
    }

    private void runAndKill(int run, int lines) throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledEmbedding.class.getName(),
                        home.toString(),
                        Integer.toString(run))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            for (int i = 0; i < lines; i++) {
                assertNotNull(out.readLine(), "the child ended by itself");
            }
            child.destroyForcibly();
        } finally {
            child.destroyForcibly().waitFor();
        }
    }
}
