package io.arkestra.langchain4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.ContentFilteredException;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.exception.UnresolvedModelServerException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import io.arkestra.common.Cancellation;
import io.arkestra.langchain4j.InProcessModel.Blocking;
import io.arkestra.langchain4j.InProcessModel.Streaming;
import io.arkestra.llm.ContextOverflow;
import io.arkestra.llm.FinishReason;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmException.Reason;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailuresTest {
    private static final LlmRequest HELLO =
            LlmRequest.builder("senior").message(LlmMessage.user("Hello")).build();

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new RateLimitException(new HttpException(429, "slow down")), Reason.OVERLOADED, true),
                Arguments.of(new RateLimitException("slow down"), Reason.OVERLOADED, true),
                Arguments.of(new AuthenticationException("no"), Reason.AUTHENTICATION, false),
                Arguments.of(new ModelNotFoundException(new HttpException(404, "?")), Reason.NOT_FOUND, false),
                Arguments.of(new InvalidRequestException("bad"), Reason.INVALID_REQUEST, false),
                Arguments.of(new UnsupportedFeatureException("tools"), Reason.UNSUPPORTED, false),
                Arguments.of(new TimeoutException("late"), Reason.TIMEOUT, true),
                Arguments.of(new RuntimeException(new HttpTimeoutException("request timed out")), Reason.TIMEOUT, true),
                Arguments.of(new InternalServerException(new HttpException(500, "?")), Reason.SERVER_ERROR, true),
                Arguments.of(
                        new InternalServerException(new HttpException(503, "Loading model")), Reason.UNAVAILABLE, true),
                Arguments.of(new InternalServerException(new HttpException(503, "busy")), Reason.OVERLOADED, true),
                Arguments.of(new InternalServerException(new HttpException(504, "?")), Reason.UNAVAILABLE, true),
                Arguments.of(
                        new RateLimitException(new HttpException(429, "insufficient_quota")),
                        Reason.OVER_BUDGET,
                        false),
                Arguments.of(new InternalServerException(new HttpException(529, "busy")), Reason.OVERLOADED, true),
                Arguments.of(new HttpException(501, "not supported"), Reason.UNSUPPORTED, false),
                Arguments.of(new UnresolvedModelServerException("who?"), Reason.UNAVAILABLE, true),
                Arguments.of(new RuntimeException(new ConnectException()), Reason.UNAVAILABLE, true),
                Arguments.of(new RuntimeException(new IOException("reset")), Reason.UNAVAILABLE, true),
                Arguments.of(new NullPointerException(), Reason.SERVER_ERROR, true),
                Arguments.of(new LinkageError("half a jar"), Reason.SERVER_ERROR, true));
    }

    private static LlmException failing(Throwable failure) {
        Streaming model = new Streaming((request, handler) -> handler.onError(failure));
        try (LangChain4jLlmClient client = LangChain4jLlmClient.builder("m")
                .streamingChatModel(model)
                .secret("the secret words")
                .build()) {
            return assertThrows(
                    LlmException.class, () -> client.generate(HELLO, LlmListener.none(), Cancellation.none()));
        }
    }

    @ParameterizedTest
    @MethodSource("failures")
    void generate_failure_hasItsReason(Throwable failure, Reason reason, boolean retryable) {
        LlmException ours = failing(failure);

        assertEquals(reason, ours.reason());
        assertEquals(retryable, ours.retryable());
        assertTrue(ours.getMessage().contains("'m'"), ours.getMessage());
    }

    @Test
    void generate_blockingModelThrows_isMappedToo() {
        Blocking model = new Blocking(request -> {
            throw new RateLimitException("slow down");
        });
        try (LangChain4jLlmClient client =
                LangChain4jLlmClient.builder("m").chatModel(model).build()) {
            LlmException ours = assertThrows(
                    LlmException.class, () -> client.generate(HELLO, LlmListener.none(), Cancellation.none()));
            assertEquals(Reason.OVERLOADED, ours.reason());
        }
    }

    static Stream<Arguments> overflows() {
        return Stream.of(
                Arguments.of(
                        "{\"error\":{\"code\":400,\"message\":\"request (5000 tokens) exceeds the available context size (4096 tokens)\","
                                + "\"type\":\"exceed_context_size_error\",\"n_prompt_tokens\":5000,\"n_ctx\":4096}}",
                        5000L,
                        4096L),
                Arguments.of(
                        "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens."
                                + " Please reduce the length of the messages.",
                        9001L,
                        8192L),
                Arguments.of("prompt is too long: 210000 tokens > 200000 maximum", 210000L, 200000L),
                Arguments.of(
                        "The input token count (1100000) exceeds the maximum number of tokens allowed (1048576).",
                        1100000L,
                        1048576L),
                Arguments.of("context_length_exceeded", null, null));
    }

    @ParameterizedTest
    @MethodSource("overflows")
    void generate_promptTooLong_isAContextOverflowWithItsNumbers(String body, Long prompt, Long limit) {
        for (Throwable failure : new Throwable[] {
            new InvalidRequestException(new HttpException(400, body)),
            new InternalServerException(new HttpException(500, body))
        }) {
            ContextOverflow overflow = assertInstanceOf(ContextOverflow.class, failing(failure));
            assertEquals(
                    prompt,
                    overflow.promptTokens().isPresent()
                            ? overflow.promptTokens().getAsLong()
                            : null);
            assertEquals(
                    limit,
                    overflow.contextTokens().isPresent()
                            ? overflow.contextTokens().getAsLong()
                            : null);
        }
    }

    @ParameterizedTest
    @MethodSource("secrets")
    void generate_failureQuotesAKey_neitherMessageNorCauseShowsIt(String said, String secret) {
        LlmException ours = failing(new AuthenticationException(new HttpException(401, said)));
        StringWriter stack = new StringWriter();
        ours.printStackTrace(new PrintWriter(stack));

        assertFalse(stack.toString().contains(secret), stack.toString());
        assertTrue(stack.toString().contains("AuthenticationException"), "the kind of the cause stays");
        assertTrue(ours.getMessage().contains("***"));
    }

    static Stream<Arguments> secrets() {
        return Stream.of(
                Arguments.of("Incorrect API key provided: sk-proj-Ab12.", "Ab12"),
                Arguments.of("{\"authorization\": \"Bearer abcdefghijkl\"}", "abcdefghijkl"),
                Arguments.of("GET https://host/v1?api_key=hunter2hunter failed", "hunter2hunter"),
                Arguments.of("key AIzaSyA1234567890abcdefghijk is invalid", "AIzaSyA1234567890abcdefghijk"),
                Arguments.of("somebody said the secret words aloud", "the secret words"));
    }

    @Test
    void generate_unknownModel_isStillNamed() {
        LlmException ours =
                failing(new ModelNotFoundException(new HttpException(404, "no model claude-3-5-sonnet-20241022")));

        assertTrue(ours.getMessage().contains("claude-3-5-sonnet-20241022"), ours.getMessage());
    }

    @Test
    void generate_failureOfOursBehindTheirs_isPassedOnAsItIs() {
        ContextOverflow ours = new ContextOverflow("too long", 9L, 4L, null);

        assertEquals(ours, failing(new InvalidRequestException("too long", ours)));
    }

    @Test
    void generate_filteredByTheBackend_isAnAnswerThatSaysSo() {
        Streaming model = new Streaming((request, handler) -> {
            handler.onPartialResponse("I would");
            handler.onError(new ContentFilteredException("policy"));
        });
        try (LangChain4jLlmClient client =
                LangChain4jLlmClient.builder("m").streamingChatModel(model).build()) {
            LlmResponse response = client.generate(HELLO, LlmListener.none(), Cancellation.none());

            assertEquals(FinishReason.FILTERED, response.finish());
            assertEquals("I would", response.text());
        }
    }
}
