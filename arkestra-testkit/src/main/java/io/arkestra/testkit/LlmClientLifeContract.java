package io.arkestra.testkit;

import static io.arkestra.testkit.RunningCall.LONG;
import static io.arkestra.testkit.RunningCall.SOON;
import static io.arkestra.testkit.RunningCall.need;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancelledException;
import io.arkestra.llm.CacheHint;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmMessage;
import org.junit.jupiter.api.Test;

/** How a client is asked about itself and closed: part of {@link LlmClientContract}. */
interface LlmClientLifeContract extends LlmClientSubject {
    @Test
    default void probe_backendThere_isReady() {
        try (LlmClient client = need(answering("Fine."), "answering a text")) {
            LlmHealth health = client.probe();
            assertEquals(LlmHealth.Status.READY, health.status(), health.detail());
        }
    }

    @Test
    default void probe_backendAway_isDownWithAReason() {
        try (LlmClient client = need(away(), "nobody there")) {
            LlmHealth health = client.probe();
            assertEquals(LlmHealth.Status.DOWN, health.status());
            assertFalse(health.detail().isBlank());
        }
    }

    @Test
    default void countTokens_longerPrompt_isMore() {
        try (LlmClient client = need(answering("Fine."), "answering a text")) {
            long few = client.countTokens(request().build()).tokens();
            var many = client.countTokens(request()
                    .message(LlmMessage.user("And what about the others, are they well too?"))
                    .build());
            assertTrue(few > 0 && many.tokens() > few, few + " tokens, then " + many.tokens());
            assertTrue(many.exact() || !client.capabilities().exactTokenCount(), "claimed to be exact, and estimated");
        }
    }

    @Test
    default void countTokens_backendAway_isEstimated() {
        try (LlmClient client = need(away(), "nobody there")) {
            assertTrue(client.countTokens(request().build()).tokens() > 0);
        }
    }

    @Test
    default void warmUp_stableBeginning_leavesTheAnswerAsItIs() throws Exception {
        try (LlmClient client = need(answering("Fine."), "answering a text")) {
            client.warmUp(request().cache(CacheHint.of("senior", 1)).build(), Cancellation.none());
            assertEquals(
                    "Fine.",
                    RunningCall.start(client, request().build()).response().text());
        }
    }

    @Test
    default void close_beforeTheFirstToken_endsTheCallAsCancelled() throws Exception {
        try (LlmClient client = need(hangingBeforeFirstToken(), "hanging before the first token")) {
            RunningCall call = RunningCall.start(client, request().build());
            awaitCall(LONG);
            client.close();
            RuntimeException failure = call.failure(RuntimeException.class, SOON);
            // Where nobody can tell whether the call has begun, it may come after the close: it is refused then.
            boolean refused = callsReceived().isEmpty() && failure instanceof LlmException;
            assertTrue(refused || failure instanceof CancelledException, failure.toString());
        }
    }

    @Test
    default void close_afterTheFirstToken_endsTheCallAsCancelled() throws Exception {
        try (LlmClient client = need(hangingAfter("One, "), "hanging after a piece")) {
            RunningCall call = RunningCall.start(client, request().build());
            call.awaitText();
            client.close();
            call.failure(CancelledException.class, SOON);
            call.assertNothingHeardLate();
        }
    }

    @Test
    default void close_twice_isTheSameAsOnce() {
        try (LlmClient client = need(answering("Fine."), "answering a text")) {
            client.close();
            client.close();
        }
    }

    @Test
    default void generate_afterClose_isAClearError() throws Exception {
        try (LlmClient client = need(answering("Fine."), "answering a text")) {
            client.close();
            LlmException failure = RunningCall.start(client, request().build()).failure(LlmException.class, LONG);
            assertTrue(failure.getMessage().contains("closed"), failure.getMessage());
            assertNotEquals(LlmHealth.Status.READY, client.probe().status());
            assertTrue(client.countTokens(request().build()).tokens() > 0);
        }
    }
}
