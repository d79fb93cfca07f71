package io.arkestra.tools.project.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.memory.DocumentInfo;
import io.arkestra.testkit.TestToolContext;
import io.arkestra.tool.ToolContext;
import io.arkestra.tools.document.internal.TestHome;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An indexing that was killed is finished by the next one, and leaves nothing behind. */
class KilledIndexTest {
    private static final ToolContext ANN = TestToolContext.builder()
            .scope(Scope.of(UserId.of("ann")))
            .timeout(java.time.Duration.ofHours(1))
            .build();
    private static final int FILES = 200;

    @TempDir
    Path temporary;

    @Test
    void kill_inTheMiddle_isFinishedByTheNextIndexing() throws Exception {
        Path home = Files.createDirectory(temporary.resolve("home"));
        Path project = Files.createDirectories(temporary.toRealPath().resolve("work/many"));
        for (int i = 0; i < FILES; i++) {
            Files.writeString(project.resolve("F" + i + ".java"), "class F" + i + " {\n    String word" + i + ";\n}\n");
        }
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledIndexer.class.getName(),
                        home.toString(),
                        project.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            String line = out.readLine();
            while (line != null && !line.equals("at 100.")) {
                line = out.readLine();
            }
            assertEquals("at 100.", line, "the child ended by itself");
        } finally {
            child.destroyForcibly().waitFor();
        }
        // Gone before anybody could say so: what was made of it must go as well.
        Files.delete(project.resolve("F0.java"));
        try (TestHome opened = TestHome.at(home, project.getParent())) {
            assertTrue(opened.run("index.status", "{}", ANN).text().contains("not complete"));
            int kept = documents(opened);
            assertTrue(kept > 0 && kept < FILES, "kept " + kept);
            Json data = opened.run("index.project", "{\"path\":\"many\"}", ANN).data();
            assertEquals(FILES - 1, data.integer("files").orElseThrow());
            assertEquals(FILES - 1, documents(opened));
            assertTrue(opened.run("project.search", "{\"query\":\"word199\"}", ANN)
                    .text()
                    .contains("F199.java"));
            assertTrue(opened.run("index.status", "{}", ANN).text().contains("complete"));
        }
    }

    private static int documents(TestHome home) {
        return (int) home.memory().documents().list(ANN.scope(), Optional.empty(), 10_000).stream()
                .map(DocumentInfo::id)
                .distinct()
                .count();
    }
}
