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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a process of its own can show: what is left in the user's home, and what native code does with damaged files. */
class OwnProcessTest {
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

    /** Runs the child and expects it to embed its text. */
    private void embed(Path models, Path home, Path temporary) throws Exception {
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
    }

    @Test
    void embed_emptyUserHome_writesOnlyIntoItsOwnDirectory() throws Exception {
        Path home = Files.createDirectory(directory.resolve("home"));
        Path temporary = Files.createDirectory(directory.resolve("temporary"));

        embed(Files.createDirectory(directory.resolve("models")), home, temporary);

        // A local product leaves no cache, no device id and no record of what ran.
        assertEquals(List.of(), below(home));
        assertEquals(List.of(), below(temporary));
    }

    @Test
    void embed_damagedFilesOfTheRightSize_areUnpackedAnew() throws Exception {
        Path models = Files.createDirectory(directory.resolve("models"));
        embed(models, directory, directory);
        try (Stream<Path> all = Files.walk(models)) {
            List<Path> unpacked = all.filter(path -> path.toString().matches(".*\\.(so|dylib|dll|onnx)"))
                    .toList();
            assertEquals(3, unpacked.size(), unpacked.toString());
            for (Path file : unpacked) {
                byte[] bytes = Files.readAllBytes(file);
                Arrays.fill(bytes, bytes.length / 8, bytes.length, (byte) 0x55);
                Files.write(file, bytes);
            }
        }

        embed(models, directory, directory);
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
