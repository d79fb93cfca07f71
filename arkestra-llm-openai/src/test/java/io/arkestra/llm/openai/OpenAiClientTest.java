package io.arkestra.llm.openai;

import static io.arkestra.llm.openai.OpenAiCalls.ask;
import static io.arkestra.llm.openai.OpenAiCalls.client;
import static io.arkestra.llm.openai.OpenAiCalls.finish;
import static io.arkestra.llm.openai.OpenAiCalls.request;
import static io.arkestra.llm.openai.OpenAiCalls.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.llm.Deadlines;
import io.arkestra.llm.FinishReason;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.OutputQuality;
import io.arkestra.llm.OutputSpec;
import io.arkestra.llm.Usage;
import io.arkestra.testkit.FakeAnswer;
import io.arkestra.testkit.FakeLlmServer;
import io.arkestra.testkit.FakeReply;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Answers, health and the ways around the dialect, against a fake llama-server. */
class OpenAiClientTest {
    private static final Json SCHEMA = Json.parse("""
            {"type": "object", "properties": {"text": {"type": "string"}, "note": {"type": "string"}},
             "required": ["text"], "additionalProperties": false}""");

    private final FakeLlmServer server = FakeLlmServer.llamaServer();
    private final OpenAiClient client =
            client(server).dialect(OpenAiDialect.LLAMA_SERVER).build();

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void generate_llamaServer_hasItsUsageTimingsAndModel() {
        server.answers(FakeAnswer.of("Fine.").usage(40, 9, 30, 4));
        LlmResponse response = ask(client);
        assertEquals(Usage.of(40, 9, false).withCached(30).withReasoning(4), response.usage());
        assertEquals(
                Optional.of(Duration.ofNanos(12_500_000)), response.timings().prefill());
        assertEquals(
                Optional.of(Duration.ofNanos(40_250_000)), response.timings().decode());
        assertEquals("tiny", response.model());
    }

    @Test
    void close_afterACall_endsTheThreadsThatWait() throws InterruptedException {
        Set<Thread> before = httpThreads();
        server.answers(FakeAnswer.of("Fine."));
        ask(client);
        Set<Thread> threads = httpThreads();
        threads.removeAll(before);
        assertFalse(threads.isEmpty());
        client.close();
        for (Thread thread : threads) {
            thread.join(20_000);
            assertFalse(thread.isAlive(), thread.getName());
        }
    }

    private static Set<Thread> httpThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("arkestra-openai-http"))
                .collect(Collectors.toSet());
    }

    @Test
    void generate_serverNamesNoModelAndNoUsage_isTheConfiguredModel() {
        server.next(
                FakeReply.events().event(text("Fine.")).event(finish("stop")).done());
        LlmResponse response = ask(client);
        assertEquals("fake-model", response.model());
        assertEquals(Usage.NONE, response.usage());
    }

    @Test
    void generate_finishReasons_areRead() {
        server.answers(FakeAnswer.of("cut").finishes("length"));
        assertEquals(FinishReason.LENGTH, ask(client).finish());
        server.answers(FakeAnswer.of("").finishes("content_filter"));
        assertEquals(FinishReason.FILTERED, ask(client).finish());
        server.answers(FakeAnswer.of("odd").finishes("eos_token"));
        assertEquals(FinishReason.STOP, ask(client).finish());
    }

    @Test
    void generate_refusal_isFiltered() {
        server.next(FakeReply.events()
                .event("{\"choices\":[{\"delta\":{\"refusal\":\"I cannot.\"}}]}")
                .event(finish("stop"))
                .done());
        LlmResponse response = ask(client);
        assertEquals(FinishReason.FILTERED, response.finish());
        assertEquals("I cannot.", response.text());
    }

    @Test
    void generate_contentInParts_isJoined() {
        server.next(FakeReply.json(
                200,
                Json.parse("{\"choices\":[{\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"Fi\"},"
                        + "{\"type\":\"text\",\"text\":\"ne.\"}]},\"finish_reason\":\"stop\"}]}")));
        assertEquals("Fine.", ask(client).text());
    }

    @Test
    void generate_thinkingUnderTwoNames_isHeardOnce() {
        server.next(FakeReply.events()
                .event("{\"choices\":[{\"delta\":{\"reasoning\":\"Hm.\",\"reasoning_content\":\"Hm.\"}}]}")
                .event(text("Four."))
                .event(finish("stop"))
                .done());
        LlmResponse response = ask(client);
        assertEquals("Hm.", response.thinking());
        assertEquals("Four.", response.text());
    }

    @Test
    void generate_toolCallsWithoutIndexOrWithEqualIds_areToldApart() {
        server.next(FakeReply.events()
                .event(
                        "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"one\",\"arguments\":\"{\"}}]}}]}")
                .event("{\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"arguments\":\"}\"}}]}}]}")
                .event(
                        "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"id\":\"b\",\"function\":{\"name\":\"two\",\"arguments\":{\"x\":1}}}]}}]}")
                .event(finish("stop"))
                .done());
        LlmResponse response = ask(client);
        assertEquals(
                List.of(LlmToolCall.of("a", "one", "{}"), LlmToolCall.of("b", "two", "{\"x\":1}")),
                response.toolCalls());
        assertEquals(FinishReason.TOOL_CALLS, response.finish());
        server.next(FakeReply.json(
                200,
                Json.parse("{\"choices\":[{\"message\":{\"content\":null,\"tool_calls\":["
                        + "{\"id\":\"a\",\"function\":{\"name\":\"one\",\"arguments\":\"{}\"}},"
                        + "{\"id\":\"a\",\"function\":{\"name\":\"one\",\"arguments\":\"{}\"}},"
                        + "{\"function\":{\"name\":\"one\",\"arguments\":\"{}\"}}]}}]}")));
        List<String> ids = ask(client).toolCalls().stream().map(LlmToolCall::id).toList();
        assertEquals(List.of("a", "a_1", "call_2"), ids);
    }

    @Test
    void generate_documentThatIsCut_isRawWithoutAJson() {
        server.answers(FakeAnswer.of("{\"text\": \"Hel").finishes("length"));
        LlmResponse response = ask(
                client, request().output(OutputSpec.json("greeting", SCHEMA)).build());
        assertEquals(OutputQuality.RAW, response.quality());
        assertEquals(Optional.empty(), response.json());
        assertEquals(FinishReason.LENGTH, response.finish());
    }

    @Test
    void generate_strictMode_takesAddedNullsOutOfTheDocumentOnly() {
        try (OpenAiClient strict = client(server).build()) {
            server.answers(FakeAnswer.of("{\"text\":\"Hi\",\"note\":null}"));
            LlmResponse response = ask(
                    strict,
                    request().output(OutputSpec.json("greeting", SCHEMA)).build());
            assertEquals("{\"text\":\"Hi\",\"note\":null}", response.text());
            assertEquals(Optional.of(Json.parse("{\"text\":\"Hi\"}")), response.json());
            assertEquals(OutputQuality.CONSTRAINED, response.quality());
        }
    }

    @Test
    void generate_schemaBeyondStrictMode_isRaw() {
        Json free = Json.parse("{\"type\":\"object\"}");
        server.answers(FakeAnswer.of("{\"x\":1}"));
        try (OpenAiClient strict = client(server).build()) {
            LlmResponse response =
                    ask(strict, request().output(OutputSpec.json("any", free)).build());
            assertEquals(OutputQuality.RAW, response.quality());
            assertEquals(Optional.empty(), response.json());
        }
        assertEquals(
                OutputQuality.CONSTRAINED,
                ask(client, request().output(OutputSpec.json("any", free)).build())
                        .quality());
    }

    @Test
    void probe_loading_isToldApartFromDown() {
        server.loadingFor(1);
        assertEquals(LlmHealth.Status.LOADING, client.probe().status());
        assertEquals(LlmHealth.ready("fake-model"), client.probe());
        server.on("/v1/models", FakeReply.error(401, "authentication_error", "no"));
        assertEquals(LlmHealth.Status.DOWN, client.probe().status());
        server.on("/v1/models", FakeReply.error(404, "not_found_error", "no list"));
        assertEquals(LlmHealth.Status.READY, client.probe().status());
        server.on("/v1/models", FakeReply.text(200, "text/html", "<html>"));
        assertEquals(LlmHealth.Status.DOWN, client.probe().status());
    }

    @Test
    void probe_modelNotListed_isDown() {
        try (OpenAiClient other = client(server).model("other").build()) {
            LlmHealth health = other.probe();
            assertEquals(LlmHealth.Status.DOWN, health.status());
            assertTrue(health.detail().contains("other"), health.detail());
        }
    }

    @Test
    void endpoint_pathsBesideAndBelowV1_areReached() {
        Deadlines limits = Deadlines.standard();
        assertTrue(client.endpoint().get("/props", limits, Cancellation.none()).has("total_slots"));
        assertTrue(client.endpoint().get("models", limits, Cancellation.none()).has("data"));
        Json counted = client.endpoint()
                .post("chat/completions/input_tokens", client.body(request().build()), limits, Cancellation.none());
        assertTrue(counted.integer("input_tokens").orElseThrow() > 0);
        assertEquals(
                LlmException.Reason.NOT_FOUND,
                assertThrows(LlmException.class, () -> client.endpoint().get("/nowhere", limits, Cancellation.none()))
                        .reason());
    }

    @Test
    void build_addressOfAProxyPath_isKept() {
        try (OpenAiClient deep =
                client(server).baseUrl(server.uri().resolve("/team/llm/v1")).build()) {
            assertEquals(server.uri() + "/team/llm/v1/", deep.endpoint().base().toString());
            server.on("/team/llm/props", FakeReply.json(200, Json.emptyObject()));
            assertEquals(Json.emptyObject(), deep.endpoint().get("/props", Deadlines.standard(), Cancellation.none()));
        }
    }

    @Test
    void generate_proxy_isUsed() {
        try (OpenAiClient proxied = OpenAiClient.builder()
                .model("m")
                .baseUrl(URI.create("http://models.invalid/v1"))
                .proxy(server.uri())
                .build()) {
            String path = "http://models.invalid/v1/chat/completions";
            server.on(
                    path,
                    FakeReply.events()
                            .event(text("through"))
                            .event(finish("stop"))
                            .done());
            assertEquals("through", ask(proxied).text());
        }
    }

    @Test
    void generate_unknownHost_isUnavailable() {
        try (OpenAiClient lost = OpenAiClient.builder()
                .model("m")
                .baseUrl(URI.create("http://models.invalid/v1"))
                .build()) {
            assertEquals(
                    LlmException.Reason.UNAVAILABLE, OpenAiCalls.failure(lost).reason());
        }
    }

    @Test
    void generate_halfASurrogatePairInThePrompt_isReplaced() {
        server.answers(FakeAnswer.of("Fine."));
        ask(client, request().message(LlmMessage.user("odd \ud83d text")).build());
        Json messages = server.calls().get(0).json().get("messages").orElseThrow();
        assertEquals("odd \uFFFD text", messages.at(2).text("content"));
    }

    @Test
    void generate_manyCalls_useOneConnectionAfterTheOther() {
        server.answers(FakeAnswer.of("Fine."));
        for (int i = 0; i < 30; i++) {
            assertEquals("Fine.", ask(client).text());
        }
        assertEquals(30, server.calls().size());
        assertTrue(server.connections() < 30, server.connections() + " connections for 30 calls");
    }

    @Test
    void embed_texts_areInTheirOrder() {
        OpenAiEmbeddings embeddings = new OpenAiEmbeddings(client.endpoint(), "tiny");
        List<float[]> vectors =
                embeddings.embed(List.of("a", "bcd", "Привет"), Deadlines.standard(), Cancellation.none());
        assertEquals(3, vectors.size());
        assertEquals((float) Math.cos(1 + 'a' / 100.0), vectors.get(0)[0], 1e-6);
        assertEquals((float) Math.sin(3 + 'b' / 100.0), vectors.get(1)[1], 1e-6);
        assertEquals(List.of(), embeddings.embed(List.of(), Deadlines.standard(), Cancellation.none()));
        assertFalse(server.requests().get(0).json().has("stream"));
    }

    @Test
    void embed_wrongInputOrAnswer_isAnError() {
        OpenAiEmbeddings embeddings = new OpenAiEmbeddings(client.endpoint(), "tiny");
        Deadlines limits = Deadlines.standard();
        assertThrows(
                InvalidInputException.class, () -> embeddings.embed(List.of("a", " "), limits, Cancellation.none()));
        for (String wrong : new String[] {
            "{}",
            "{\"data\":[{\"index\":0,\"embedding\":[]}]}",
            "{\"data\":[{\"index\":1,\"embedding\":[1]}]}",
            "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":0,\"embedding\":[1]}]}",
            "{\"data\":[{\"index\":0,\"embedding\":[1e300]}]}",
            "{\"data\":[{\"index\":0,\"embedding\":\"AAAA\"}]}",
        }) {
            server.on("/v1/embeddings", FakeReply.text(200, "application/json", wrong));
            LlmException failure =
                    assertThrows(LlmException.class, () -> embeddings.embed(List.of("a"), limits, Cancellation.none()));
            assertEquals(LlmException.Reason.SERVER_ERROR, failure.reason(), wrong);
        }
    }
}
