package io.arkestra.llm.llamacpp.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancellationSource;
import io.arkestra.common.CancelledException;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.llm.BackendCrashed;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.LlmTimeout;
import io.arkestra.llm.llamacpp.GgufLlmProvider;
import io.arkestra.testkit.FakeLlamaServer;
import io.arkestra.testkit.ManualClock;
import io.arkestra.testkit.TestProviderContext;
import io.arkestra.testkit.TinyGguf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A llama-server as a child: a shell script that runs the fake one in a process of its own. */
@DisabledOnOs(OS.WINDOWS)
class ManagedServerTest {
    @TempDir
    Path directory;

    private final ManualClock clock = ManualClock.at("2026-01-01T00:00:00Z");
    private final List<AutoCloseable> opened = new ArrayList<>();
    private Path model;
    private Path seen;

    @BeforeEach
    void writeModel() throws IOException {
        model = directory.resolve("tiny.gguf");
        seen = directory.resolve("seen");
        Files.write(model, TinyGguf.saying("Fine.").bytes());
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private Path executable(Map<String, String> environment) throws IOException {
        StringBuilder script = new StringBuilder("#!/bin/sh\nexport FAKE_ARGUMENTS='" + seen + "'\n");
        environment.forEach((name, value) -> script.append("export " + name + "='" + value + "'\n"));
        script.append("exec '" + Path.of(System.getProperty("java.home"), "bin", "java") + "' -cp '"
                + System.getProperty("java.class.path") + "' " + FakeLlamaServer.class.getName() + " \"$@\"\n");
        Path file = directory.resolve("llama-server");
        Files.writeString(file, script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file;
    }

    private LlmClient open(Map<String, String> environment) throws IOException {
        Json settings = Json.object()
                .put("model", model.toString())
                .put("runtime", "server")
                .put("binary", executable(environment).toString())
                .put("threads", 1)
                .build();
        TestProviderContext context = TestProviderContext.builder()
                .settings(settings)
                .clock(clock)
                .dataDirectory(directory.resolve("data"))
                .build();
        LlmClient client = new GgufLlmProvider().open(context);
        opened.add(client);
        return client;
    }

    private static LlmResponse ask(LlmClient client, String text) {
        LlmRequest request = LlmRequest.builder("senior")
                .message(LlmMessage.user(text))
                .deadline(Duration.ofSeconds(120))
                .build();
        return client.generate(request, LlmListener.none(), Cancellation.none());
    }

    private static ProcessHandle handle(LlmClient client) {
        return ((ManagedServerClient) client).handle().orElseThrow();
    }

    private static void awaitEnd(ProcessHandle process) throws Exception {
        process.onExit().get(60, TimeUnit.SECONDS);
    }

    @Test
    void generate_firstCall_startsAServerThatIsClosedToOthers() throws Exception {
        LlmClient client = open(Map.of());
        assertEquals("Fine.", ask(client, "How are you?").text());
        List<String> arguments = Files.readAllLines(seen);
        assertEquals(List.of("--host", "127.0.0.1", "--port", "0"), arguments.subList(0, 4));
        assertTrue(arguments.containsAll(List.of("--offline", "--no-ui", "--cors-origins", "localhost", "-np", "3")));
        Path key = Path.of(arguments.get(arguments.indexOf("--api-key-file") + 1));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
        assertEquals(LlmHealth.Status.READY, client.probe().status());
        assertTrue(client.capabilities().exactTokenCount());
        ProcessHandle process = handle(client);
        try (Stream<Path> entries = Files.list(directory.resolve("data"))) {
            assertEquals(1, entries.count());
        }
        client.close();
        awaitEnd(process);
        assertThrows(LlmException.class, () -> ask(client, "Still there?"));
    }

    @Test
    void clear_environment_takesOutArgumentsAlone() {
        Map<String, String> environment =
                new HashMap<>(Map.of("LLAMA_ARG_HOST", "0.0.0.0", "LLAMA_API_KEY", "x", "PATH", "/bin"));
        ServerArguments.clear(environment);
        assertEquals(Map.of("PATH", "/bin"), environment);
    }

    @Test
    void generate_cancelledWhileTheModelLoads_endsAtOnceAndCloseEndsTheServer() throws Exception {
        LlmClient client = open(Map.of("FAKE_START", "hang"));
        CancellationSource cancel = new CancellationSource();
        CompletableFuture<LlmResponse> call = CompletableFuture.supplyAsync(() -> client.generate(
                LlmRequest.builder("senior").message(LlmMessage.user("Hello")).build(), LlmListener.none(), cancel));
        cancel.cancel("enough");
        ExecutionException failure = assertThrows(ExecutionException.class, () -> call.get(60, TimeUnit.SECONDS));
        assertInstanceOf(CancelledException.class, failure.getCause());
        LlmRequest hurried = LlmRequest.builder("senior")
                .message(LlmMessage.user("Hello"))
                .deadline(Duration.ofSeconds(2))
                .build();
        assertThrows(LlmTimeout.class, () -> client.generate(hurried, LlmListener.none(), Cancellation.none()));
        Optional<ProcessHandle> process = ((ManagedServerClient) client).handle();
        client.close();
        if (process.isPresent()) {
            awaitEnd(process.get());
        }
        assertTrue(((ManagedServerClient) client).handle().isEmpty());
    }

    @Test
    void generate_serverCrashes_tellsSoAndTheNextCallHasAnother() throws Exception {
        LlmClient client = open(Map.of());
        ask(client, "How are you?");
        long first = handle(client).pid();
        BackendCrashed crash = assertThrows(BackendCrashed.class, () -> ask(client, "crash!"));
        assertEquals(134, crash.exitCode().orElseThrow());
        assertTrue(crash.logTail().toString().contains("GGML_ASSERT"), crash.logTail()::toString);
        assertEquals("Fine.", ask(client, "How are you?").text());
        assertNotEquals(first, handle(client).pid());
    }

    @Test
    void generate_serverThatNeverComesUp_isLeftAloneAfterThreeCrashes() throws Exception {
        LlmClient client = open(Map.of("FAKE_START", "crash"));
        for (int i = 0; i < 3; i++) {
            BackendCrashed crash = assertThrows(BackendCrashed.class, () -> ask(client, "Hello"));
            assertTrue(String.valueOf(crash.getMessage()).contains("unknown model architecture"), crash.getMessage());
            clock.advance(Duration.ofSeconds(2));
        }
        LlmException refused = assertThrows(LlmException.class, () -> ask(client, "Hello"));
        assertEquals(LlmException.Reason.UNAVAILABLE, refused.reason());
        assertTrue(refused.retryAfter().orElseThrow().compareTo(Duration.ofMinutes(4)) > 0);
        clock.advance(Duration.ofMinutes(5));
        assertInstanceOf(BackendCrashed.class, assertThrows(LlmException.class, () -> ask(client, "Hello")));
    }

    @Test
    void open_oldBuild_isRefusedWithBoth() {
        ConfigException failure = assertThrows(ConfigException.class, () -> open(Map.of("FAKE_VERSION", "4916")));
        assertTrue(String.valueOf(failure.getMessage()).contains("build 4916"), failure.getMessage());
    }

    @Test
    void find_executableInPath_isFound() throws Exception {
        Path file = executable(Map.of());
        assertEquals(file, ServerBinary.find("/nowhere:" + directory).orElseThrow());
    }

    @Test
    void reap_childOfAHostThatIsGone_isEnded() throws Exception {
        Process child = new ProcessBuilder("sleep", "600").start();
        try {
            Path data = Files.createDirectories(directory.resolve("data"));
            RunningChildren children = new RunningChildren(data);
            Path entry = children.add(child.toHandle()).orElseThrow();
            children.reap();
            assertTrue(child.isAlive(), "its host is here");
            List<String> lines = Files.readAllLines(entry);
            Files.writeString(entry, lines.get(0) + "\n" + "1 2001-01-01T00:00:00Z\n");
            children.reap();
            assertTrue(child.waitFor(60, TimeUnit.SECONDS));
            assertFalse(Files.exists(entry));
        } finally {
            child.destroyForcibly();
        }
    }
}
