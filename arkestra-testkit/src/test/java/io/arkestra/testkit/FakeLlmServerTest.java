package io.arkestra.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.llm.LlmToolCall;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FakeLlmServerTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final FakeLlmServer server = FakeLlmServer.llamaServer();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void close() {
        server.close();
    }

    private HttpRequest.Builder at(String path) {
        return HttpRequest.newBuilder(server.uri().resolve(path)).timeout(LONG);
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return client.send(
                at(path).POST(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(at(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void health_loading_isUnavailableFirst() throws Exception {
        server.loadingFor(1);
        HttpResponse<String> first = get("/health");
        assertEquals(503, first.statusCode());
        assertEquals(
                Optional.of(Json.of("Loading model")), Json.parse(first.body()).at("/error/message"));
        assertEquals("{\"status\":\"ok\"}", get("/health").body());
    }

    @Test
    void chat_streamed_beginsWithTheRoleAndEndsWithUsageAndDone() throws Exception {
        server.answers(FakeAnswer.of("One, ", "two.").thinks("Hm."));
        String body = post(
                        "/v1/chat/completions",
                        "{\"stream\":true,\"messages\":[],\"stream_options\":{\"include_usage\":true}}")
                .body();
        List<String> events = List.of(body.split("\n\n"));
        assertTrue(events.get(0).contains("\"delta\":{\"role\":\"assistant\",\"content\":null}"), body);
        assertTrue(events.get(events.size() - 2).contains("\"choices\":[],\"usage\":"), body);
        assertTrue(events.get(events.size() - 2).contains("\"prompt_ms\""), body);
        assertEquals("data: [DONE]", events.get(events.size() - 1));
    }

    @Test
    void chat_whole_holdsTextThinkingAndTools() throws Exception {
        server.answers(FakeAnswer.of("").thinks("Hm.").calls(List.of(LlmToolCall.of("c1", "note.create", "{}"))));
        Json message = Json.parse(
                        post("/v1/chat/completions", "{\"messages\":[]}").body())
                .at("/choices/0/message")
                .orElseThrow();
        assertEquals("Hm.", message.text("reasoning_content"));
        assertEquals(Optional.of(Json.of("note.create")), message.at("/tool_calls/0/function/name"));
    }

    @Test
    void otherEndpoints_answerAsTheRealServer() throws Exception {
        assertEquals(
                3,
                Json.parse(post("/tokenize", "{\"content\":\"abc\"}").body())
                        .list("tokens")
                        .size());
        assertEquals(
                Optional.of(Json.of(4_096)), Json.parse(get("/props").body()).at("/default_generation_settings/n_ctx"));
        assertEquals(
                Optional.of(Json.of(1)),
                Json.parse(post("/v1/rerank", "{\"query\":\"tea\",\"documents\":[\"coffee\",\"green tea\"]}")
                                .body())
                        .at("/results/0/index"));
        assertEquals(
                2,
                Json.parse(post("/v1/embeddings", "{\"input\":[\"a\",\"b\"]}").body())
                        .list("data")
                        .size());
        String messages = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
        long tokens = Json.parse(
                        post("/v1/chat/completions/input_tokens", messages).body())
                .integer("input_tokens")
                .orElseThrow();
        assertEquals(
                Json.parse(post("/apply-template", messages).body())
                        .text("prompt")
                        .length(),
                tokens);
        server.answers(FakeAnswer.of("Fine."));
        assertEquals(
                "Fine.",
                Json.parse(post("/completion", "{\"prompt\":\"Hi\"}").body()).text("content"));
    }

    @Test
    void malformedAndUnknown_areTheRealServersErrors() throws Exception {
        assertEquals(500, post("/v1/chat/completions", "{").statusCode());
        assertEquals(404, get("/nowhere").statusCode());
        server.apiKey("secret");
        assertEquals(401, get("/v1/models").statusCode());
        assertEquals(200, get("/health").statusCode());
        assertEquals(
                200,
                client.send(
                                at("/v1/models")
                                        .header("Authorization", "Bearer secret")
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .statusCode());
    }

    @Test
    void hangs_clientLeaves_isNoticed() throws Exception {
        server.answers(FakeAnswer.of("One, ").hangs());
        HttpResponse<InputStream> response = client.send(
                at("/v1/chat/completions")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"stream\":true,\"messages\":[]}"))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertFalse(server.awaitDisconnect(Duration.ofMillis(50)));
        response.body().close();
        assertTrue(server.awaitDisconnect(LONG));
    }

    @Test
    void cut_inTheMiddle_breaksTheConnection() {
        server.next(FakeReply.events().event("one").cut());
        assertThrows(IOException.class, () -> post("/v1/chat/completions", "{\"messages\":[]}"));
        server.next(FakeReply.status(200).cutBeforeHeaders());
        assertThrows(IOException.class, () -> post("/v1/chat/completions", "{\"messages\":[]}"));
    }

    @Test
    void pacedAnswer_waitsForPermits() throws Exception {
        Semaphore permits = new Semaphore(0);
        server.answers(FakeAnswer.of("One, ", "two.").pacedBy(permits).chunkBytes(3));
        var pending = client.sendAsync(
                at("/v1/chat/completions")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"stream\":true,\"messages\":[]}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertTrue(server.awaitCalls(1, LONG));
        permits.release(1);
        assertFalse(pending.isDone());
        permits.release(1);
        assertTrue(pending.get().body().endsWith("data: [DONE]\n\n"));
    }
}
