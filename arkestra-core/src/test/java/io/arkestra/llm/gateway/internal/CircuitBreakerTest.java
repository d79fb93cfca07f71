package io.arkestra.llm.gateway.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.llm.LlmException;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CircuitBreakerTest {
    private final ManualPace pace = new ManualPace();
    private final CircuitBreaker breaker = new CircuitBreaker(pace);

    /** s = success, f = failure, i = ignored, w = 10 s pass, x = refused. */
    @ParameterizedTest
    @CsvSource({
        "ffff, CLOSED",
        "fffff, OPEN",
        "ssfff, OPEN",
        "sssff, CLOSED",
        "iiiiiffff, CLOSED",
        "ssssssssss ffffffffff, OPEN",
        "ssssssssssssssssssss fffffffff, CLOSED",
        "ssssssssssssssssssss ffffffffff, OPEN",
        "fffffx, OPEN",
        "fffff w s, CLOSED",
        "fffff w f, OPEN",
        "fffff w f x w s, CLOSED",
        "fffff w i s, CLOSED",
        "fffff w s ffff, CLOSED",
        "fffff w s fffff, OPEN",
    })
    void enter_afterASeriesOfResults_isInTheState(String series, CircuitBreaker.State state) {
        for (char result : series.replace(" ", "").toCharArray()) {
            switch (result) {
                case 's' -> breaker.enter("b").succeeded();
                case 'f' -> breaker.enter("b").failed();
                case 'i' -> breaker.enter("b").ignored();
                case 'w' -> pace.clock.advance(CircuitBreaker.OPEN_TIME);
                default -> refused();
            }
        }

        assertEquals(state, breaker.state());
    }

    @Test
    void enter_halfOpen_letsOneProbeThrough() {
        for (int i = 0; i < CircuitBreaker.LEAST_CALLS; i++) {
            breaker.enter("b").failed();
        }
        assertFalse(breaker.admits());
        pace.clock.advance(CircuitBreaker.OPEN_TIME);
        assertTrue(breaker.admits());

        CircuitBreaker.Permit probe = breaker.enter("b");
        refused();
        probe.succeeded();

        breaker.enter("b").succeeded();
    }

    @Test
    void ended_callFromBeforeItOpened_changesNothing() {
        CircuitBreaker.Permit slow = breaker.enter("b");
        for (int i = 0; i < CircuitBreaker.LEAST_CALLS; i++) {
            breaker.enter("b").failed();
        }
        pace.clock.advance(CircuitBreaker.OPEN_TIME);
        CircuitBreaker.Permit probe = breaker.enter("b");

        slow.succeeded();
        refused();
        probe.failed();

        assertEquals(CircuitBreaker.State.OPEN, breaker.state());
    }

    @Test
    void counts_faultsOfTheRequestOrTheHost_not() {
        EnumSet<LlmException.Reason> counted = EnumSet.noneOf(LlmException.Reason.class);
        for (LlmException.Reason reason : LlmException.Reason.values()) {
            if (CircuitBreaker.counts(new LlmException(reason, "x"))) {
                counted.add(reason);
            }
        }

        assertEquals(
                EnumSet.of(
                        LlmException.Reason.UNAVAILABLE,
                        LlmException.Reason.OVERLOADED,
                        LlmException.Reason.TIMEOUT,
                        LlmException.Reason.SERVER_ERROR,
                        LlmException.Reason.NOT_FOUND,
                        LlmException.Reason.AUTHENTICATION,
                        LlmException.Reason.CRASHED),
                counted);
    }

    private void refused() {
        assertEquals(
                LlmException.Reason.UNAVAILABLE,
                assertThrows(LlmException.class, () -> breaker.enter("b")).reason());
    }
}
