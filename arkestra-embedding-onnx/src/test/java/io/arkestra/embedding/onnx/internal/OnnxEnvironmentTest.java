package io.arkestra.embedding.onnx.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OnnxEnvironmentTest {
    /** What the child process does. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) {
            OnnxEnvironment.get();
            System.exit(7);
        }
    }

    @Test
    void get_longCommandLine_doesNotTakeTheProcessDown() throws Exception {
        Process child = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dlong=" + "x".repeat(100_000),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();

        assertEquals(true, child.waitFor(60, TimeUnit.SECONDS));
        assertEquals(7, child.exitValue());
    }
}
