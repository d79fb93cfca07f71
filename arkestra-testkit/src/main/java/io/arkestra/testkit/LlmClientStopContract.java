package io.arkestra.testkit;

import static io.arkestra.testkit.RunningCall.LONG;
import static io.arkestra.testkit.RunningCall.SOON;
import static io.arkestra.testkit.RunningCall.need;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.arkestra.common.CancellationSource;
import io.arkestra.common.CancelledException;
import io.arkestra.llm.Deadlines;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmTimeout;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** How a call ends before its answer is there: part of {@link LlmClientContract}. */
interface LlmClientStopContract extends LlmClientSubject {
    Duration SHORT = Duration.ofMillis(300);

    @Test
    default void generate_cancelledBefore_sendsNothing() {
        try (LlmClient client = need(answering("Fine."), "answering a text")) {
            CancellationSource cancel = new CancellationSource();
            cancel.cancel("changed my mind");
            assertThrows(
                    CancelledException.class, () -> client.generate(request().build(), LlmListener.none(), cancel));
            OptionalLong received = callsReceived();
            assertTrue(received.isEmpty() || received.getAsLong() == 0, "a cancelled call reached the backend");
        }
    }

    @Test
    default void generate_cancelledBeforeTheFirstToken_endsAtOnce() throws Exception {
        try (LlmClient client = need(hangingBeforeFirstToken(), "hanging before the first token")) {
            RunningCall call = RunningCall.start(client, request().build());
            awaitCall(LONG);
            call.cancel.cancel("changed my mind");
            call.failure(CancelledException.class, SOON);
            assertEquals("", call.heard.text());
            assertBackendStops(client);
        }
    }

    @Test
    default void generate_cancelledAfterTheFirstToken_endsAtOnce() throws Exception {
        try (LlmClient client = need(hangingAfter("One, "), "hanging after a piece")) {
            RunningCall call = RunningCall.start(client, request().build());
            call.awaitText();
            call.cancel.cancel("changed my mind");
            call.failure(CancelledException.class, SOON);
            assertEquals("One, ", call.heard.text());
            assertBackendStops(client);
        }
    }

    @Test
    default void generate_cancelledWhileTheBackendGoesOn_isHeardNoMore() throws Exception {
        Semaphore permits = new Semaphore(1);
        try (LlmClient client =
                need(answeringSlowly(List.of("One, ", "two, ", "three."), permits), "answering piece by piece")) {
            RunningCall call = RunningCall.start(client, request().build());
            if (client.capabilities().streaming()) {
                call.awaitText();
            }
            call.cancel.cancel("changed my mind");
            call.failure(CancelledException.class, SOON);
            permits.release(1_000);
            // A whole call that comes after it is over when the pieces of the first would have been heard.
            assertEquals(
                    "One, two, three.",
                    RunningCall.start(client, request().build()).response().text());
            call.assertNothingHeardLate();
        }
    }

    @Test
    default void generate_noFirstToken_isATimeoutOfThatPhase() throws Exception {
        try (LlmClient client = need(hangingBeforeFirstToken(), "hanging before the first token")) {
            assertTimeout(client, wide().firstToken(SHORT), LlmTimeout.Phase.FIRST_TOKEN);
        }
    }

    @Test
    default void generate_noNextToken_isATimeoutOfThatPhase() throws Exception {
        try (LlmClient client = need(hangingAfter("One, "), "hanging after a piece")) {
            assumeTrue(client.capabilities().streaming(), "the client does not claim to stream");
            RunningCall call = assertTimeout(client, wide().idle(SHORT), LlmTimeout.Phase.IDLE);
            assertEquals("One, ", call.heard.text());
        }
    }

    @Test
    default void generate_wholeCallTooLong_isATimeoutOfThatPhase() throws Exception {
        try (LlmClient client = need(hangingBeforeFirstToken(), "hanging before the first token")) {
            assertTimeout(client, wide().total(SHORT), LlmTimeout.Phase.TOTAL);
        }
    }

    @Test
    default void generate_wholeCallTooLongAfterAToken_isATimeoutOfThatPhase() throws Exception {
        try (LlmClient client = need(hangingAfter("One, "), "hanging after a piece")) {
            assertTimeout(client, wide().total(SHORT), LlmTimeout.Phase.TOTAL);
        }
    }

    @Test
    default void generate_backendBreaksInTheMiddle_isAnLlmException() throws Exception {
        try (LlmClient client = need(breakingAfter("One, "), "breaking after a piece")) {
            RunningCall call = RunningCall.start(client, request().build());
            LlmException failure = call.failure(LlmException.class, LONG);
            assertTrue(failure.retryable(), failure + " should be worth another attempt");
            call.assertNothingHeardLate();
        }
    }

    @Test
    default void generate_backendAway_isUnavailable() throws Exception {
        try (LlmClient client = need(away(), "nobody there")) {
            LlmException failure = RunningCall.start(client, request().build()).failure(LlmException.class, LONG);
            assertEquals(LlmException.Reason.UNAVAILABLE, failure.reason(), failure.getMessage());
            assertFalse(failure.getMessage().isBlank());
        }
    }

    private static Deadlines wide() {
        return Deadlines.standard().connect(LONG).firstToken(LONG).idle(LONG).total(LONG);
    }

    private RunningCall assertTimeout(LlmClient client, Deadlines deadlines, LlmTimeout.Phase phase) throws Exception {
        LlmRequest request = request().deadlines(deadlines).build();
        RunningCall call = RunningCall.start(client, request);
        LlmTimeout timeout = call.failure(LlmTimeout.class, SOON.plus(SHORT));
        assertEquals(phase, timeout.phase(), timeout.getMessage());
        assertEquals(SHORT, timeout.limit());
        assertBackendStops(client);
        call.assertNothingHeardLate();
        return call;
    }

    private void assertBackendStops(LlmClient client) {
        Optional<Boolean> stops = client.capabilities().cancel() ? backendStops(SOON) : Optional.empty();
        assertNotEquals(Optional.of(false), stops, "claimed to cancel, and the backend went on");
    }
}
