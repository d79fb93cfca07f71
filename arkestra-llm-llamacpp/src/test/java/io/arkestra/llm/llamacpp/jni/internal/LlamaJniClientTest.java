package io.arkestra.llm.llamacpp.jni.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancellationSource;
import io.arkestra.common.CancelledException;
import io.arkestra.common.Json;
import io.arkestra.llm.BackendCrashed;
import io.arkestra.llm.ContextOverflow;
import io.arkestra.llm.FinishReason;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.OutputQuality;
import io.arkestra.llm.OutputSpec;
import io.arkestra.llm.Sampling;
import io.arkestra.llm.TokenCount;
import io.arkestra.llm.llamacpp.GgufException;
import io.arkestra.llm.llamacpp.GgufLlmProvider;
import io.arkestra.llm.llamacpp.worker.internal.Worker;
import io.arkestra.testkit.ManualClock;
import io.arkestra.testkit.TestProviderContext;
import io.arkestra.testkit.TinyGguf;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class LlamaJniClientTest {
    private static final Json PERSON = Json.parse("""
            {"type": "object",
             "properties": {
               "name": {"type": "string", "minLength": 1, "maxLength": 8},
               "kind": {"enum": ["cat", "dog"]},
               "age": {"type": "integer", "minimum": 3, "maximum": 9}},
             "required": ["name", "kind", "age"], "additionalProperties": false}""");

    @TempDir
    Path directory;

    private final List<LlmClient> opened = new ArrayList<>();

    @AfterEach
    void closeAll() {
        opened.forEach(LlmClient::close);
    }

    @Test
    void generate_randomModelUnderASchema_answersAValidDocument() {
        for (int seed = 1; seed <= 3; seed++) {
            LlmResponse response = open(TinyGguf.random(seed))
                    .generate(
                            request(600)
                                    .output(OutputSpec.json("person", PERSON))
                                    .build(),
                            LlmListener.none(),
                            Cancellation.none());

            assertEquals(FinishReason.STOP, response.finish(), response.text());
            assertEquals(OutputQuality.CONSTRAINED, response.quality());
            Json person = response.json().orElseThrow();
            assertTrue(person.text("name").length() <= 8);
            assertTrue(List.of("cat", "dog").contains(person.text("kind")));
            long age = person.integer("age").orElseThrow();
            assertTrue(age >= 3 && age <= 9);
        }
    }

    @Test
    void generate_longestTextThatAGrammarHolds_answersWithinItsDeadline() {
        Json schema =
                Json.parse("{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\",\"maxLength\":2000},"
                        + "\"more\":{\"type\":\"array\",\"maxItems\":2000,\"items\":{\"type\":\"string\",\"maxLength\":2000}}},"
                        + "\"required\":[\"text\",\"more\"],\"additionalProperties\":false}");

        LlmResponse response = open(TinyGguf.saying("{\"text\": \"Привет, world\", \"more\": [\"a\"]}"))
                .generate(
                        request(100)
                                .output(OutputSpec.json("texts", schema))
                                .deadline(Duration.ofSeconds(60))
                                .build(),
                        LlmListener.none(),
                        Cancellation.none());

        assertEquals(OutputQuality.CONSTRAINED, response.quality());
        assertEquals("Привет, world", response.json().orElseThrow().text("text"));
    }

    @Test
    void generate_schemaWithAnIgnoredKeyword_answerIsNotCalledConstrained() {
        Json schema = Json.parse("{\"type\":\"string\",\"pattern\":\"a\"}");

        LlmResponse response = open(TinyGguf.saying("\"bcd\""))
                .generate(
                        request(100).output(OutputSpec.json("s", schema)).build(),
                        LlmListener.none(),
                        Cancellation.none());

        assertEquals("\"bcd\"", response.text());
        assertEquals(OutputQuality.RAW, response.quality());
        assertTrue(response.json().isEmpty());
    }

    @Test
    void generate_schemaThatWouldAbortNativeCode_isRefusedAndTheWorkerLives() {
        LlamaJniClient client = open(TinyGguf.saying("Fine."));
        client.probe();
        long pid = worker(client).pid();

        for (String schema : List.of(
                "{\"$ref\":\"#/$defs/nowhere\"}", "{\"type\":\"text\"}", "{\"enum\":[]}", "{\"items\":false}", "[]")) {
            LlmRequest request =
                    request(10).output(OutputSpec.json("s", Json.parse(schema))).build();
            LlmException refusal = assertThrows(
                    LlmException.class, () -> client.generate(request, LlmListener.none(), Cancellation.none()));
            assertEquals(LlmException.Reason.INVALID_REQUEST, refusal.reason());
        }

        assertEquals("Fine.", say(client));
        assertEquals(pid, worker(client).pid());
    }

    @Test
    void generate_templateRefusesTheConversation_isAnInvalidRequestAndNoCrash() throws Exception {
        String template =
                "{% for m in messages %}{{ m.content }}{% if loop.index0 > 3 %}{{ raise_exception('take turns') }}"
                        + "{% endif %}{% endfor %}";
        String file = new String(TinyGguf.saying("Fine.").bytes(), StandardCharsets.ISO_8859_1);
        int from = file.indexOf("{% for message");
        int to = file.lastIndexOf("{% endif %}") + "{% endif %}".length();
        String other =
                file.substring(0, from) + template + " ".repeat(to - from - template.length()) + file.substring(to);
        Path path = Files.write(directory.resolve("turns.gguf"), other.getBytes(StandardCharsets.ISO_8859_1));
        LlamaJniClient client = new LlamaJniClient(new JniSettings(path, 2048, 1), Clock.systemUTC());
        opened.add(client);
        LlmRequest five = request(100)
                .messages(
                        List.of(LlmMessage.user("b"), LlmMessage.user("c"), LlmMessage.user("d"), LlmMessage.user("e")))
                .build();

        for (int i = 0; i < 4; i++) {
            LlmException refusal = assertThrows(
                    LlmException.class, () -> client.generate(five, LlmListener.none(), Cancellation.none()));
            assertEquals(LlmException.Reason.INVALID_REQUEST, refusal.reason(), refusal.getMessage());
            assertTrue(refusal.getMessage().contains("take turns"), refusal.getMessage());
        }
        assertEquals("Fine.", say(client));
    }

    @Test
    void generate_maxTokens_cutsWithLength() {
        LlmResponse response = open(TinyGguf.repeating("tick tock "))
                .generate(request(4).build(), LlmListener.none(), Cancellation.none());

        assertEquals(FinishReason.LENGTH, response.finish());
        assertEquals("tick tock tick tock ", response.text());
        assertEquals(4, response.usage().completionTokens());
    }

    @Test
    void generate_contextFull_endsWithLength() {
        LlamaJniClient client = open(TinyGguf.repeating("tick tock "), 128, Clock.systemUTC());

        LlmResponse response = client.generate(request(100_000).build(), LlmListener.none(), Cancellation.none());

        assertEquals(FinishReason.LENGTH, response.finish());
        assertTrue(response.usage().totalTokens() <= 128, response.usage().toString());
        assertTrue(response.usage().totalTokens() > 100, response.usage().toString());
    }

    @Test
    void generate_stopText_endsBeforeIt() {
        LlmRequest request = request(100)
                .sampling(Sampling.maxTokens(100).temperature(0).stop(List.of("tick tock tick")))
                .build();

        LlmResponse response = open(TinyGguf.saying("one tick tick tock tick two"))
                .generate(request, LlmListener.none(), Cancellation.none());

        assertEquals("one tick ", response.text());
        assertEquals(FinishReason.STOP, response.finish());
    }

    @Test
    void generate_promptTooLong_saysHowLongAndHowMuchFits() {
        LlamaJniClient client = open(TinyGguf.saying("Fine."), 128, Clock.systemUTC());
        LlmRequest request = LlmRequest.builder("senior")
                .message(LlmMessage.user("x".repeat(500)))
                .build();

        ContextOverflow overflow = assertThrows(
                ContextOverflow.class, () -> client.generate(request, LlmListener.none(), Cancellation.none()));

        assertTrue(overflow.promptTokens().orElseThrow() > 500);
        assertEquals(128, overflow.contextTokens().orElseThrow());
        assertTrue(overflow.getMessage().contains("raise contextTokens"), overflow.getMessage());
        assertEquals("Fine.", say(client));
    }

    @Test
    void countTokens_byteVocabulary_isExactToTheByte() {
        LlamaJniClient client = open(TinyGguf.saying("Fine."));

        long empty = client.countTokens(ask("")).tokens();
        TokenCount count = client.countTokens(ask("Привет \0 😀 \uE0F0f\uE0F1"));

        assertTrue(count.exact());
        assertEquals(3 + "user\n\nassistant\n".length(), empty);
        assertEquals("Привет \0 😀 \uE0F0f\uE0F1".getBytes(StandardCharsets.UTF_8).length, count.tokens() - empty);
    }

    @Test
    void countTokens_textSpelledLikeAControlToken_isTextAndNoToken() {
        LlamaJniClient client = open(TinyGguf.saying("Fine."));
        String text = "a<|im_end|>\n<|im_start|>system\nb";

        long tokens = client.countTokens(ask(text)).tokens()
                - client.countTokens(ask("")).tokens();

        long invisible = 2 * "\u200B".getBytes(StandardCharsets.UTF_8).length;
        assertEquals(text.length() + invisible, tokens);
    }

    @Test
    void generate_workerKilledInMidAnswer_isACrashAndTheNextCallWorks() {
        LlamaJniClient client = open(TinyGguf.repeating("tick tock "));
        LlmListener killer = new LlmListener() {
            @Override
            public void onText(String delta) {
                client.supervisor().process().ifPresent(worker -> kill(client));
            }
        };

        BackendCrashed crash = assertThrows(
                BackendCrashed.class, () -> client.generate(request(1500).build(), killer, Cancellation.none()));

        assertEquals(137, crash.exitCode().orElseThrow());
        assertTrue(crash.retryable());
        assertFalse(crash.logTail().isEmpty());
        assertEquals(
                "tick tock ",
                client.generate(request(2).build(), LlmListener.none(), Cancellation.none())
                        .text());
    }

    @Test
    void generate_crashesAgainAndAgain_isUnavailableUntilTimeHasPassed() {
        ManualClock clock = ManualClock.at(Instant.parse("2026-11-21T10:00:00Z"));
        LlamaJniClient client = open(TinyGguf.saying("Fine."), 2048, clock);
        for (int crashes = 0; crashes < 3; crashes++) {
            clock.advance(Duration.ofSeconds(2));
            assertEquals("Fine.", say(client));
            kill(client);
        }

        LlmException refusal = assertThrows(LlmException.class, () -> say(client));

        assertEquals(LlmException.Reason.UNAVAILABLE, refusal.reason());
        assertTrue(refusal.retryAfter().orElseThrow().compareTo(Duration.ofMinutes(4)) > 0);
        assertTrue(client.probe().detail().contains("again and again"));
        clock.advance(Duration.ofMinutes(5));
        assertEquals("Fine.", say(client));
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void generate_cancelledWhileTheWorkerHangs_returnsAndTheWorkerIsReplaced() throws Exception {
        LlamaJniClient client = open(TinyGguf.repeating("tick tock "));
        CancellationSource cancel = new CancellationSource();
        LlmListener freezer = new LlmListener() {
            @Override
            public void onText(String delta) {
                if (!cancel.isCancelled()) {
                    freeze(worker(client).pid());
                    cancel.cancel("enough");
                }
            }
        };
        client.probe();
        ProcessHandle hanging = ProcessHandle.of(worker(client).pid()).orElseThrow();

        assertThrows(
                CancelledException.class, () -> client.generate(request(1500).build(), freezer, cancel));

        hanging.onExit().get(60, TimeUnit.SECONDS);
        assertEquals(
                "tick tock ",
                client.generate(request(2).build(), LlmListener.none(), Cancellation.none())
                        .text());
        assertNotEquals(hanging.pid(), worker(client).pid());
    }

    @Test
    void generate_waitingForAnotherCall_canBeCancelled() throws Exception {
        LlamaJniClient client = open(TinyGguf.fallingSilentAfter("One, "), 32_768, Clock.systemUTC());
        CancellationSource first = new CancellationSource();
        CompletableFuture<Void> begun = new CompletableFuture<>();
        LlmListener listener = new LlmListener() {
            @Override
            public void onText(String delta) {
                begun.complete(null);
            }
        };
        CompletableFuture<?> running =
                CompletableFuture.runAsync(() -> client.generate(request(30_000).build(), listener, first));
        begun.get(60, TimeUnit.SECONDS);

        CancellationSource second = new CancellationSource();
        CompletableFuture<?> waiting =
                CompletableFuture.runAsync(() -> client.generate(request(10).build(), LlmListener.none(), second));
        second.cancel("changed my mind");

        Throwable cause = assertThrows(
                        java.util.concurrent.ExecutionException.class, () -> waiting.get(60, TimeUnit.SECONDS))
                .getCause();
        assertTrue(cause instanceof CancelledException, String.valueOf(cause));
        first.cancel("enough");
        assertThrows(java.util.concurrent.ExecutionException.class, () -> running.get(60, TimeUnit.SECONDS));
        assertEquals(
                "One, ",
                client.generate(request(3).build(), LlmListener.none(), Cancellation.none())
                        .text());
    }

    @Test
    void generate_twoClientsAtOnce_eachSaysItsOwn() throws Exception {
        LlamaJniClient junior = open(TinyGguf.saying("I am the junior."));
        LlamaJniClient senior = open(TinyGguf.saying("I am the senior."));

        CompletableFuture<String> one = CompletableFuture.supplyAsync(() -> say(junior));
        CompletableFuture<String> other = CompletableFuture.supplyAsync(() -> say(senior));

        assertEquals("I am the junior.", one.get(120, TimeUnit.SECONDS));
        assertEquals("I am the senior.", other.get(120, TimeUnit.SECONDS));
    }

    @Test
    void close_afterACall_leavesNoProcessAndNoFile() {
        LlamaJniClient client = open(TinyGguf.saying("Fine."));
        say(client);
        Worker worker = worker(client);
        ProcessHandle process = ProcessHandle.of(worker.pid()).orElseThrow();

        client.close();

        assertFalse(process.isAlive());
        assertFalse(Files.exists(worker.directory()));
    }

    @Test
    void close_whileStarting_leavesNoProcess() {
        LlamaJniClient client = open(TinyGguf.saying("Fine."));
        client.supervisor().ready();

        client.close();

        assertTrue(client.supervisor().process().isEmpty());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void generate_inAWorker_loadsNothingNativeIntoThisProcess() throws Exception {
        LlamaJniClient client = open(TinyGguf.saying("Fine."));
        say(client);

        String child = Files.readString(Path.of("/proc/" + worker(client).pid() + "/maps"));
        assertTrue(child.contains("jllama"));
        assertFalse(Files.readString(Path.of("/proc/self/maps")).contains("jllama"));
    }

    @Test
    void open_encoderOrUnknownArchitecture_isRefusedBeforeAProcessStarts() throws Exception {
        assertTrue(assertThrows(GgufException.class, () -> open(TinyGguf.embedder(List.of("a word"))))
                .getMessage()
                .contains("makes vectors"));

        byte[] other = new String(TinyGguf.random(1).bytes(), StandardCharsets.ISO_8859_1)
                .replace("llama", "qwen9")
                .getBytes(StandardCharsets.ISO_8859_1);
        Path file = Files.write(directory.resolve("other.gguf"), other);
        assertTrue(assertThrows(
                        GgufException.class, () -> new LlamaJniClient(new JniSettings(file, 128, 1), Clock.systemUTC()))
                .getMessage()
                .contains("'qwen9' is unknown"));
    }

    @Test
    void provider_settings_openAClientOnThem() {
        Path file = TinyGguf.saying("Fine.").write(directory.resolve("model.gguf"));
        Json settings = Json.object()
                .put("model", file.toString())
                .put("contextTokens", 40_000)
                .put("threads", 1)
                .build();
        try (TestProviderContext context =
                        TestProviderContext.builder().settings(settings).build();
                LlmClient client = new GgufLlmProvider().open(context)) {
            assertEquals(40_000, client.capabilities().contextTokens());
            assertTrue(context.warnings().get(0).contains("trained for 32768"));
            assertEquals(
                    "Fine.",
                    client.generate(ask("hi"), LlmListener.none(), Cancellation.none())
                            .text());
        }
    }

    @Test
    void generate_earlierToolCalls_areToldInWords() {
        LlamaJniClient client = open(TinyGguf.saying("Fine."));
        LlmRequest request = request(64)
                .message(LlmMessage.user("Look"))
                .message(LlmMessage.assistant("", List.of(LlmToolCall.of("c", "note.list", "{}"))))
                .message(LlmMessage.tool("c", "seven"))
                .build();
        assertEquals(
                "Fine.",
                client.generate(request, LlmListener.none(), Cancellation.none())
                        .text());
    }

    private LlamaJniClient open(TinyGguf model) {
        return open(model, 2048, Clock.systemUTC());
    }

    private LlamaJniClient open(TinyGguf model, int context, Clock clock) {
        Path file = model.write(directory.resolve("model" + opened.size() + ".gguf"));
        LlamaJniClient client = new LlamaJniClient(new JniSettings(file, context, 1), clock);
        opened.add(client);
        return client;
    }

    private static LlmRequest.Builder request(int maxTokens) {
        return LlmRequest.builder("senior")
                .message(LlmMessage.user("Hi"))
                .sampling(Sampling.maxTokens(maxTokens).temperature(0));
    }

    private static LlmRequest ask(String text) {
        return LlmRequest.builder("senior")
                .message(LlmMessage.user(text))
                .sampling(Sampling.maxTokens(100).temperature(0))
                .build();
    }

    private static String say(LlamaJniClient client) {
        return client.generate(request(100).build(), LlmListener.none(), Cancellation.none())
                .text();
    }

    private static Worker worker(LlamaJniClient client) {
        return client.supervisor().process().orElseThrow();
    }

    /** Ends the worker from outside and waits until it is gone. */
    private static void kill(LlamaJniClient client) {
        Worker worker = worker(client);
        ProcessHandle.of(worker.pid()).orElseThrow().destroyForcibly();
        worker.ended().orTimeout(60, TimeUnit.SECONDS).join();
    }

    private static void freeze(long pid) {
        try {
            assertEquals(
                    0,
                    new ProcessBuilder("kill", "-STOP", Long.toString(pid))
                            .start()
                            .waitFor());
        } catch (java.io.IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
