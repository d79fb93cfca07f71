package io.arkestra.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.llm.LlmToolCall;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FakeOllamaTest {
    private final FakeLlmServer server = FakeLlmServer.ollama();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void close() {
        server.close();
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(server.uri().resolve(path))
                        .timeout(Duration.ofSeconds(60))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private List<Json> lines(String path, String body) throws Exception {
        return send("POST", path, body).body().lines().map(Json::parse).toList();
    }

    @Test
    void chat_streamNotMentioned_streamsLinesAndEndsWithCountsAndDurations() throws Exception {
        server.answers(FakeAnswer.of("One, ", "two.").thinks("Hm."));

        List<Json> lines = lines("/api/chat", "{\"model\":\"tiny\",\"messages\":[]}");

        assertEquals(Optional.of(Json.of("H")), lines.get(0).at("/message/thinking"));
        assertEquals(Optional.of(Json.of("One, ")), lines.get(2).at("/message/content"));
        Json last = lines.get(lines.size() - 1);
        assertEquals(Optional.of(true), last.bool("done"));
        assertEquals("stop", last.text("done_reason"));
        assertEquals(Optional.of(21L), last.integer("prompt_eval_count"));
        assertEquals(Optional.of(12_500_000L), last.integer("prompt_eval_duration"));
    }

    @Test
    void chat_whole_holdsTextAndToolsWithTheirArgumentsAsJson() throws Exception {
        server.answers(FakeAnswer.of("").calls(List.of(LlmToolCall.of("c1", "note.create", "{\"a\":1}"))));

        Json answer =
                Json.parse(send("POST", "/api/chat", "{\"model\":\"tiny:latest\",\"messages\":[],\"stream\":false}")
                        .body());

        assertEquals(Optional.of(Json.of("note__create")), answer.at("/message/tool_calls/0/function/name"));
        assertEquals(Optional.of(Json.of(1)), answer.at("/message/tool_calls/0/function/arguments/a"));
        assertEquals("stop", answer.text("done_reason"));
    }

    @Test
    void chat_unknownModel_isNotFoundWithAnErrorText() throws Exception {
        server.answers(FakeAnswer.of("Fine."));

        HttpResponse<String> answer = send("POST", "/api/chat", "{\"model\":\"other\",\"messages\":[]}");

        assertEquals(404, answer.statusCode());
        assertEquals("{\"error\":\"model 'other' not found\"}", answer.body());
    }

    @Test
    void chat_promptTooLong_isCutUnlessThatIsForbidden() throws Exception {
        server.answers(FakeAnswer.of("Fine."));
        String body =
                "{\"model\":\"tiny\",\"stream\":false,\"options\":{\"num_ctx\":100},\"messages\":[{\"role\":\"user\",\"content\":\""
                        + "word ".repeat(100) + "\"}]";

        assertEquals(
                Optional.of(52L),
                Json.parse(send("POST", "/api/chat", body + "}").body()).integer("prompt_eval_count"));
        assertEquals(
                400, send("POST", "/api/chat", body + ",\"truncate\":false}").statusCode());
        server.truncatesAlways();
        assertEquals(
                200, send("POST", "/api/chat", body + ",\"truncate\":false}").statusCode());
    }

    @Test
    void otherEndpoints_answerAsDocumented() throws Exception {
        assertEquals(
                "0.12.6", Json.parse(send("GET", "/api/version", "").body()).text("version"));
        assertEquals(
                Optional.of(Json.of("tiny:latest")),
                Json.parse(send("GET", "/api/tags", "").body()).at("/models/0/name"));
        Json show = Json.parse(send("POST", "/api/show", "{\"model\":\"tiny\"}").body());
        assertTrue(show.list("capabilities").contains(Json.of("tools")));
        assertEquals(
                2,
                Json.parse(send("POST", "/api/embed", "{\"model\":\"tiny\",\"input\":[\"a\",\"b\"]}")
                                .body())
                        .list("embeddings")
                        .size());
        assertEquals(404, send("POST", "/api/show", "{\"model\":\"other\"}").statusCode());
        assertEquals(404, send("GET", "/api/nothing", "").statusCode());
        assertEquals(400, send("POST", "/api/chat", "{").statusCode());
    }

    @Test
    void pull_cutInTheMiddle_goesOnWhereItStopped() throws Exception {
        server.pullable("small", 400L, 40L).cutsPullAfter(250);

        assertThrows(IOException.class, () -> send("POST", "/api/pull", "{\"model\":\"small\"}"));
        assertEquals(404, send("POST", "/api/show", "{\"model\":\"small\"}").statusCode());
        List<Json> lines = lines("/api/pull", "{\"model\":\"small\"}");

        assertEquals(Optional.of(300L), lines.get(1).integer("completed"));
        assertEquals(Optional.of(400L), lines.get(1).integer("total"));
        assertEquals("success", lines.get(lines.size() - 1).text("status"));
        assertEquals(200, send("POST", "/api/show", "{\"model\":\"small\"}").statusCode());
    }

    @Test
    void pull_unknownModel_isAnErrorWithinTheStream() throws Exception {
        List<Json> lines = lines("/api/pull", "{\"model\":\"nowhere\"}");

        assertEquals("pull model manifest: file does not exist", lines.get(1).text("error"));
        assertFalse(lines.stream().anyMatch(line -> line.has("completed")));
    }
}
