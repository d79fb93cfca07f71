package io.arkestra.llm.openai;

import static io.arkestra.llm.openai.OpenAiCalls.ask;
import static io.arkestra.llm.openai.OpenAiCalls.client;
import static io.arkestra.llm.openai.OpenAiCalls.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.llm.ContextOverflow;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmException.Reason;
import io.arkestra.testkit.FakeAnswer;
import io.arkestra.testkit.FakeLlmServer;
import io.arkestra.testkit.FakeReply;
import io.arkestra.testkit.ManualClock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each kind of refusal of a server becomes. */
class ServerErrorsTest {
    private final FakeLlmServer server = FakeLlmServer.llamaServer();
    private final ManualClock clock = ManualClock.at("2026-03-01T09:00:00Z");
    private final OpenAiClient client = client(server).clock(clock).build();

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "400, invalid_request_error, INVALID_REQUEST",
        "401, authentication_error, AUTHENTICATION",
        "402, payment_required, OVER_BUDGET",
        "403, permission_error, AUTHENTICATION",
        "404, not_found_error, NOT_FOUND",
        "405, method_not_allowed, NOT_FOUND",
        "408, timeout, OVERLOADED",
        "409, conflict, OVERLOADED",
        "413, too_large, INVALID_REQUEST",
        "422, unprocessable, INVALID_REQUEST",
        "425, too_early, OVERLOADED",
        "429, rate_limit_exceeded, OVERLOADED",
        "429, insufficient_quota, OVER_BUDGET",
        "500, server_error, SERVER_ERROR",
        "501, not_supported_error, UNSUPPORTED",
        "502, bad_gateway, UNAVAILABLE",
        "503, unavailable_error, UNAVAILABLE",
        "503, overloaded, OVERLOADED",
        "504, gateway_timeout, UNAVAILABLE",
        "529, overloaded_error, OVERLOADED",
    })
    void generate_errorStatus_isTheReason(int status, String type, Reason reason) {
        server.next(FakeReply.error(status, type, "something is wrong"));
        LlmException failure = failure(client);
        assertEquals(reason, failure.reason());
        assertTrue(failure.getMessage().contains(server.uri() + "/v1 answers " + status), failure.getMessage());
        assertTrue(failure.getMessage().endsWith("something is wrong"), failure.getMessage());
        assertEquals(1, server.calls().size(), "one attempt");
    }

    @Test
    void generate_promptTooLongForLlamaServer_isAnOverflowWithBothNumbers() {
        server.next(FakeLlmServer.contextOverflow(5_000, 4_096));
        ContextOverflow failure = assertInstanceOf(ContextOverflow.class, failure(client));
        assertEquals(OptionalLong.of(5_000), failure.promptTokens());
        assertEquals(OptionalLong.of(4_096), failure.contextTokens());
    }

    @ParameterizedTest
    @CsvSource({
        "context_length_exceeded, maximum context length is 8192 tokens. However your messages resulted in 9000 tokens.",
        "400, This model's maximum context length is 8192 tokens. However you requested 9000 tokens",
    })
    void generate_promptTooLongForOthers_isAnOverflowWithBothNumbers(String code, String message) {
        Json error = Json.object()
                .put(
                        "error",
                        Json.object()
                                .put("message", message)
                                .put("type", "BadRequestError")
                                .put("code", code)
                                .build())
                .build();
        server.next(FakeReply.json(400, error));
        ContextOverflow failure = assertInstanceOf(ContextOverflow.class, failure(client));
        assertEquals(OptionalLong.of(9_000), failure.promptTokens());
        assertEquals(OptionalLong.of(8_192), failure.contextTokens());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"error\":\"no such model\"}",
                "{\"error\":{\"message\":\"no such model\"}}",
                "{\"object\":\"error\",\"message\":\"no such model\",\"code\":400}",
                "{\"detail\":\"no such model\"}",
                "no such model",
            })
    void generate_formsOfErrors_areAllRead(String body) {
        server.next(FakeReply.text(400, "text/plain", body));
        LlmException failure = failure(client);
        assertEquals(server.uri() + "/v1 answers 400: no such model", failure.getMessage());
    }

    @Test
    void generate_longErrorPage_isCut() {
        server.next(FakeReply.text(502, "text/html", "<html>\n" + "x".repeat(200_000)));
        String message = failure(client).getMessage();
        assertTrue(message.length() < 700 && !message.contains("\n"), message);
    }

    @Test
    void generate_errorWithoutABody_tellsTheStatus() {
        server.next(FakeReply.status(503));
        assertEquals(server.uri() + "/v1 answers 503", failure(client).getMessage());
    }

    @Test
    void generate_errorWhoseBodyHangs_tellsTheStatus() {
        server.next(FakeReply.status(429).write("{\"error\":").hang());
        assertEquals(Reason.OVERLOADED, failure(client).reason());
    }

    @ParameterizedTest
    @CsvSource({
        "429, retry-after, 7, PT7S",
        "503, retry-after, 0.5, PT0.5S",
        "429, retry-after-ms, 1500, PT1.5S",
        "429, retry-after, 'Sun, 01 Mar 2026 09:02:00 GMT', PT2M",
        "503, retry-after, 'Sun, 01 Mar 2026 08:00:00 GMT', PT0S",
        "429, retry-after, 999999999, PT24H",
        "500, retry-after, 3, PT3S",
    })
    void generate_retryAfter_isReadAsSecondsMillisecondsOrDate(int status, String header, String value, Duration wait) {
        server.next(FakeReply.error(status, "overloaded", "later").header(header, value));
        assertEquals(Optional.of(wait), failure(client).retryAfter());
    }

    @ParameterizedTest
    @CsvSource({"soon", "-1", "1e999999999", "'Sun, 99 Mar 2026 09:02:00 GMT'"})
    void generate_retryAfterThatMeansNothing_isIgnored(String value) {
        server.next(FakeReply.error(429, "overloaded", "later").header("Retry-After", value));
        assertEquals(Optional.empty(), failure(client).retryAfter());
    }

    @Test
    void generate_redirect_isNotFollowed() {
        try (FakeLlmServer other = FakeLlmServer.openAi().answers(FakeAnswer.of("from elsewhere"))) {
            server.next(FakeReply.status(307).header("Location", other.uri() + "/v1/chat/completions"));
            LlmException failure = failure(client);
            assertEquals(Reason.NOT_FOUND, failure.reason());
            assertTrue(failure.getMessage().contains(other.uri().toString()), failure.getMessage());
            assertEquals(0, other.requests().size());
        }
    }

    @Test
    void generate_malformedWholeAnswer_isAServerError() {
        server.next(FakeReply.text(200, "application/json", "{\"choices\":["));
        assertEquals(Reason.SERVER_ERROR, failure(client).reason());
        server.next(FakeReply.text(200, "application/json", "{\"choices\":[]}"));
        assertEquals(Reason.SERVER_ERROR, failure(client).reason());
    }

    @Test
    void generate_errorInAWholeAnswerOf200_isRead() {
        server.next(FakeReply.error(200, "server_error", "out of memory"));
        LlmException failure = failure(client);
        assertEquals(Reason.SERVER_ERROR, failure.reason());
        assertTrue(failure.getMessage().endsWith("out of memory"), failure.getMessage());
    }

    @Test
    void generate_slowBody_isWaitedFor() {
        Semaphore permits = new Semaphore(1);
        server.next(FakeReply.status(200)
                .header("Content-Type", "application/json")
                .write("{\"choices\":[{\"message\":{\"content\":\"Fi")
                .await(permits)
                .write("ne.\"},\"finish_reason\":\"stop\"}]}"));
        assertEquals("Fine.", ask(client).text());
    }

    @Test
    void generate_brokenBeforeTheHeaders_isUnavailable() {
        server.next(FakeReply.status(200).cutBeforeHeaders());
        assertEquals(Reason.UNAVAILABLE, failure(client).reason());
    }

    @Test
    void generate_afterAnError_worksAgain() {
        server.next(FakeReply.error(500, "server_error", "once")).answers(FakeAnswer.of("Fine."));
        failure(client);
        assertEquals("Fine.", ask(client).text());
    }
}
