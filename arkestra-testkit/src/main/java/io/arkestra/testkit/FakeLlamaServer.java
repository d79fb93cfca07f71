package io.arkestra.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A program that behaves as the llama-server executable does, for tests of what starts one: prints its version, listens on a free port and
 * says which, asks for the key of its key file, and ends when it is told to. Run it with the class path of the test.
 *
 * <p>Environment: {@code FAKE_VERSION} is the build that it claims; {@code FAKE_START=crash} ends it with exit code 1 before it listens,
 * {@code FAKE_START=hang} has it load for ever; {@code FAKE_ARGUMENTS} names a file that gets its arguments, one per line. A prompt with
 * {@code crash!} in it ends it with exit code 134; one with {@code hang!} in it gets the answer without its end. It answers {@code FAKE_ANSWER},
 * or "Fine.".
 */
public final class FakeLlamaServer {
    private FakeLlamaServer() {}

    /** Runs until the process is ended. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> given = List.of(arguments);
        if (given.contains("--version")) {
            System.err.println("version: " + System.getenv().getOrDefault("FAKE_VERSION", "10573") + " (0000000)");
            return;
        }
        String record = System.getenv("FAKE_ARGUMENTS");
        if (record != null) {
            Files.writeString(Path.of(record), String.join("\n", given) + "\n");
        }
        System.err.println("main: loading model");
        if ("crash".equals(System.getenv("FAKE_START"))) {
            System.err.println("llama_model_load: error loading model: unknown model architecture");
            System.exit(1);
        }
        if ("hang".equals(System.getenv("FAKE_START"))) {
            new CountDownLatch(1).await();
        }
        try (FakeLlmServer server = FakeLlmServer.llamaServer()) {
            String says = System.getenv().getOrDefault("FAKE_ANSWER", "Fine.");
            server.answers(FakeAnswer.of(says));
            server.onHang(FakeAnswer.of(says).hangs());
            int key = given.indexOf("--api-key-file");
            if (key >= 0) {
                server.apiKey(Files.readString(Path.of(given.get(key + 1))).strip());
            }
            server.onCrash(() -> {
                System.err.println("GGML_ASSERT failed");
                Runtime.getRuntime().halt(134);
            });
            System.err.println("main: server is listening on " + server.uri() + " - starting the main loop");
            new CountDownLatch(1).await();
        }
    }
}
