package io.arkestra.llm.llamacpp.ollama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Json;
import io.arkestra.llm.ContextOverflow;
import io.arkestra.llm.FinishReason;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.OutputSpec;
import io.arkestra.llm.Reasoning;
import io.arkestra.llm.Sampling;
import io.arkestra.llm.ToolMode;
import io.arkestra.testkit.FakeAnswer;
import io.arkestra.testkit.FakeLlmServer;
import io.arkestra.testkit.FakeReply;
import io.arkestra.tool.ToolSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OllamaClientTest {
    private static final ToolSpec NOTE =
            ToolSpec.builder("note.create").description("Writes a note.").build();

    private final FakeLlmServer server = FakeLlmServer.ollama().answers(FakeAnswer.of("Fine."));
    private final OllamaClient client = client("tiny");

    private OllamaClient client(String model) {
        return OllamaClient.builder()
                .url(server.uri())
                .model(model)
                .contextTokens(2_000)
                .keepAlive(Duration.ofMinutes(7))
                .build();
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private static LlmRequest.Builder request() {
        return LlmRequest.builder("senior")
                .message(LlmMessage.system("You answer briefly."))
                .message(LlmMessage.user("How are you?"))
                .sampling(Sampling.maxTokens(64).temperature(0).seed(7))
                .deadline(Duration.ofSeconds(60));
    }

    private LlmResponse generate(LlmRequest request) {
        return client.generate(request, LlmListener.none(), Cancellation.none());
    }

    private Json sent(LlmRequest request) {
        generate(request);
        return server.calls().get(server.calls().size() - 1).json();
    }

    private LlmException failure(FakeReply reply) {
        server.replies(reply);
        return assertThrows(LlmException.class, () -> generate(request().build()));
    }

    private static Json error(String text) {
        return Json.object().put("error", text).build();
    }

    private static Json piece(String text) {
        return Json.parse("{\"model\":\"tiny\",\"message\":{\"role\":\"assistant\",\"content\":\"" + text
                + "\"},\"done\":false}");
    }

    @Test
    void generate_anyCall_saysHowLargeTheContextIsAndForbidsToCutThePrompt() {
        client.probe();
        Json body = sent(request().build());

        assertEquals(Optional.of(Json.of(2_000)), body.at("/options/num_ctx"));
        assertEquals(Optional.of(Json.of(64)), body.at("/options/num_predict"));
        assertEquals(Optional.of(Json.of(7)), body.at("/options/seed"));
        assertEquals(Optional.of(420L), body.integer("keep_alive"));
        assertEquals(Optional.of(false), body.bool("truncate"));
        assertEquals(Optional.of(false), body.bool("shift"));
        assertEquals(Optional.of(true), body.bool("stream"));
        assertFalse(body.has("think"));
    }

    @Test
    void generate_reasoning_isAskedForOnlyOfAModelThatThinks() {
        LlmRequest off = request().reasoning(Reasoning.OFF).build();
        assertFalse(sent(off).has("think"));
        client.probe();
        assertEquals(Optional.of(false), sent(off).bool("think"));
        assertEquals(
                Optional.of(true),
                sent(request().reasoning(Reasoning.HIGH).build()).bool("think"));
    }

    @Test
    void generate_reasoningOfAModelWithLevels_namesTheLevel() {
        server.on("/api/show", FakeReply.json(200, Json.parse("""
                {"details": {"family": "gptoss"}, "capabilities": ["completion", "thinking"], "model_info": {}}""")));
        client.probe();

        assertEquals("high", sent(request().reasoning(Reasoning.HIGH).build()).text("think"));
    }

    @Test
    void generate_schema_isSentAsTheFormat() {
        Json schema = Json.parse("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}}}");
        assertEquals(
                Optional.of(schema),
                sent(request().output(OutputSpec.json("x", schema)).build()).get("format"));
    }

    @Test
    void generate_penaltiesThatOllamaDoesNotHave_areLeftOut() {
        Json extensions = Json.parse("{\"frequency_penalty\":0.5,\"min_p\":0.1,\"top_k\":20}");
        Json body = sent(request().extensions(extensions).build());

        assertFalse(body.at("/options/frequency_penalty").isPresent());
        assertEquals(Optional.of(Json.of(0.1)), body.at("/options/min_p"));
        assertEquals(Optional.of(Json.of(20)), body.at("/options/top_k"));
    }

    @Test
    void generate_usageAndDurations_areTheServers() {
        LlmResponse response = generate(request().build());

        assertEquals(21, response.usage().promptTokens());
        assertEquals(9, response.usage().completionTokens());
        assertEquals(
                Optional.of(Duration.ofNanos(12_500_000)), response.timings().prefill());
        assertEquals(
                Optional.of(Duration.ofNanos(40_250_000)), response.timings().decode());
        assertTrue(response.timings().total().isPresent());
    }

    @Test
    void generate_tokenLimitReached_finishesAsLength() {
        server.answers(FakeAnswer.of("Fi").finishes("length"));
        assertEquals(FinishReason.LENGTH, generate(request().build()).finish());
    }

    @Test
    void generate_toolCallsWithoutNumbers_stayTwo() {
        client.probe();
        Json calls = Json.parse("""
                {"model": "tiny", "message": {"role": "assistant", "content": "", "tool_calls": [
                  {"function": {"name": "note__create", "arguments": {"a": 1}}},
                  {"function": {"name": "note__create", "arguments": {"a": 2}}}]}, "done": false}""");
        server.replies(FakeReply.lines()
                .line(calls)
                .line(Json.parse("{\"model\":\"tiny\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},"
                        + "\"done\":true,\"done_reason\":\"stop\"}")));

        List<LlmToolCall> heard =
                generate(request().tools(List.of(NOTE)).build()).toolCalls();

        assertEquals(
                List.of("{\"a\":1}", "{\"a\":2}"),
                heard.stream().map(LlmToolCall::arguments).toList());
        assertEquals("note.create", heard.get(0).name());
    }

    @Test
    void generate_toolsThatMustNotBeCalled_areNotSent() {
        client.probe();
        LlmRequest request =
                request().tools(List.of(NOTE)).toolMode(ToolMode.NONE).build();
        assertEquals(List.of(), sent(request).list("tools"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "404 | model 'tiny' not found | NOT_FOUND | ollama pull tiny",
                "400 | \"tiny\" does not support thinking | UNSUPPORTED | does not support thinking",
                "400 | invalid options | INVALID_REQUEST | invalid options",
                "400 | the input length exceeds the context length | CONTEXT_OVERFLOW | contextTokens",
                "401 | unauthorized | AUTHENTICATION | 401",
                "429 | slow down | OVERLOADED | slow down",
                "503 | server busy, please try again | OVERLOADED | server busy",
                "500 | something | SERVER_ERROR | something",
                "500 | llama runner process has terminated: exit status 2 | CRASHED | died",
                "502 | upstream | UNAVAILABLE | upstream",
            })
    void generate_errorStatus_isTypedAndSaysWhatToDo(
            int status, String text, LlmException.Reason reason, String words) {
        LlmException failure = failure(FakeReply.json(status, error(text)));

        assertEquals(reason, failure.reason(), failure.getMessage());
        assertTrue(String.valueOf(failure.getMessage()).contains(words), failure.getMessage());
    }

    @Test
    void generate_retryAfter_isPassedOn() {
        assertEquals(
                Optional.of(Duration.ofSeconds(3)),
                failure(FakeReply.json(429, error("slow")).header("Retry-After", "3"))
                        .retryAfter());
    }

    @Test
    void generate_errorLineInAGoodStream_isAFailure() {
        LlmException failure = failure(FakeReply.lines().line(piece("One")).line(error("CUDA error")));

        assertEquals(LlmException.Reason.SERVER_ERROR, failure.reason());
        assertTrue(String.valueOf(failure.getMessage()).contains("CUDA error"), failure.getMessage());
    }

    @Test
    void generate_lineThatIsNoJson_isAFailureAndNotSkipped() {
        LlmException failure = failure(FakeReply.lines().line(piece("One")).write("{\"model\": oops\n"));
        assertEquals(LlmException.Reason.SERVER_ERROR, failure.reason());
    }

    @Test
    void generate_streamThatEndsEarly_isUnavailable() {
        LlmException failure = failure(FakeReply.lines().line(piece("One")));
        assertEquals(LlmException.Reason.UNAVAILABLE, failure.reason());
        assertTrue(failure.retryable());
    }

    @Test
    void generate_promptThatTheServerCuts_isAContextOverflow() {
        client.probe();
        server.truncatesAlways();
        String text = "many different words ".repeat(700);

        ContextOverflow failure = assertThrows(
                ContextOverflow.class,
                () -> generate(request().message(LlmMessage.user(text)).build()));

        assertEquals(1, server.calls().size());
        assertEquals(2_000, failure.contextTokens().getAsLong());
        assertTrue(String.valueOf(failure.getMessage()).contains("1002"), failure.getMessage());
    }

    @Test
    void generate_promptThatCannotFit_isNotSent() {
        String text = "many different words ".repeat(2_000);
        assertThrows(
                ContextOverflow.class,
                () -> generate(request().message(LlmMessage.user(text)).build()));
        assertEquals(0, server.calls().size());
    }

    @Test
    void generate_promptThatTheServerRefuses_isAContextOverflow() {
        String text = "many different words ".repeat(700);
        assertInstanceOf(
                ContextOverflow.class,
                assertThrows(
                        LlmException.class,
                        () -> generate(request().message(LlmMessage.user(text)).build())));
    }

    @Test
    void generate_twoCallsOneAfterTheOther_useOneConnection() {
        generate(request().build());
        generate(request().build());
        assertEquals(1, server.connections());
    }

    @Test
    void generate_toolsOfAModelWithout_areRefused() {
        server.on("/api/show", FakeReply.json(200, Json.parse("{\"capabilities\":[\"completion\"]}")));
        client.probe();

        LlmException failure = assertThrows(
                LlmException.class,
                () -> generate(request().tools(List.of(NOTE)).build()));

        assertEquals(LlmException.Reason.UNSUPPORTED, failure.reason());
        assertEquals(0, server.calls().size());
    }

    @Test
    void probe_modelMissing_namesTheCommandThatFetchesIt() {
        try (OllamaClient other = client("other")) {
            LlmHealth health = other.probe();
            assertEquals(LlmHealth.Status.DOWN, health.status());
            assertTrue(health.detail().contains("ollama pull other"), health.detail());
        }
    }

    @Test
    void probe_nobodyThere_saysHowToStartIt() {
        server.close();
        LlmHealth health = client.probe();
        assertEquals(LlmHealth.Status.DOWN, health.status());
        assertTrue(health.detail().contains("ollama serve"), health.detail());
    }

    @Test
    void probe_modelForVectorsOnly_isDown() {
        server.on("/api/show", FakeReply.json(200, Json.parse("{\"capabilities\":[\"embedding\"]}")));
        assertEquals(LlmHealth.Status.DOWN, client.probe().status());
    }

    @Test
    void capabilities_contextOfTheModel_bindsWhatIsAskedFor() {
        server.on("/api/show", FakeReply.json(200, Json.parse("""
                {"capabilities": ["completion"], "parameters": "num_ctx                        1500\\ntop_k 20",
                 "model_info": {"llama.context_length": 1800}}""")));
        try (OllamaClient own =
                OllamaClient.builder().url(server.uri()).model("tiny").build()) {
            assertEquals(8_192, own.capabilities().contextTokens());
            own.probe();
            assertEquals(1_500, own.capabilities().contextTokens());
        }
        client.probe();
        assertEquals(1_800, client.capabilities().contextTokens());
    }

    @ParameterizedTest
    @CsvSource({"tiny, true", "gpt-oss:120b-cloud, false", "qwen3:cloud, false"})
    void capabilities_nameOfACloudModel_isNotLocal(String model, boolean local) {
        try (OllamaClient other = client(model)) {
            assertEquals(local, other.capabilities().local());
            assertEquals(local, other.capabilities().jsonSchema());
        }
    }

    @Test
    void capabilities_modelOfAnotherHost_isNotLocal() {
        server.on("/api/show", FakeReply.json(200, Json.parse("""
                {"capabilities": ["completion"], "remote_host": "https://ollama.com:443"}""")));
        client.probe();
        assertFalse(client.capabilities().local());
    }
}
