package io.arkestra.embedding.onnx.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.embedding.Embedders;
import io.arkestra.embedding.EmbeddingPurpose;
import io.arkestra.embedding.EmbeddingRole;
import io.arkestra.testkit.TestProviderContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A local product leaves nothing in the user's home: no cache, no device id, no record of what ran. */
class NothingOutsideTest {
    @TempDir
    Path directory;

    /** What the child process does: the directory of the models is its argument. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) {
            TestProviderContext context = TestProviderContext.builder()
                    .dataDirectory(Path.of(arguments[0]))
                    .build();
            try (Embedders models = new OnnxEmbedderProvider().open(context)) {
                models.find(EmbeddingPurpose.CONVERSATION)
                        .orElseThrow()
                        .embed(List.of("Where are the keys?"), EmbeddingRole.QUERY, Cancellation.none());
            }
            System.exit(7);
        }
    }

    @Test
    void embed_emptyUserHome_writesOnlyIntoItsOwnDirectory() throws Exception {
        Path models = Files.createDirectory(directory.resolve("models"));
        Path home = Files.createDirectory(directory.resolve("home"));
        Path temporary = Files.createDirectory(directory.resolve("temporary"));
        Path log = directory.resolve("child.log");

        ProcessBuilder child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Duser.home=" + home,
                        "-Djava.io.tmpdir=" + temporary,
                        "-XX:-UsePerfData",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        models.toString())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        child.environment()
                .putAll(Map.of(
                        "HOME", home.toString(),
                        "XDG_CACHE_HOME", home.resolve("cache").toString(),
                        "XDG_CONFIG_HOME", home.resolve("config").toString(),
                        "XDG_DATA_HOME", home.resolve("data").toString(),
                        "XDG_STATE_HOME", home.resolve("state").toString(),
                        "USERPROFILE", home.toString(),
                        "LOCALAPPDATA", home.resolve("local").toString(),
                        "TMPDIR", temporary.toString()));
        Process process = child.start();

        assertTrue(process.waitFor(120, TimeUnit.SECONDS));
        assertEquals(7, process.exitValue(), Files.readString(log));
        assertEquals(List.of(), below(home));
        assertEquals(List.of(), below(temporary));
    }

    private static List<String> below(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(path -> !path.equals(directory))
                    .map(path -> directory.relativize(path).toString())
                    .sorted()
                    .toList();
        }
    }
}
