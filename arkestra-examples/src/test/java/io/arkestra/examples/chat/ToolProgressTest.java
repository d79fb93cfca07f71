package io.arkestra.examples.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.event.EventHeader;
import io.arkestra.event.Events;
import io.arkestra.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToolProgressTest {
    private static final UserId ANN = UserId.of("ann");

    private final ManualClock clock = ManualClock.at(Instant.parse("2026-11-21T10:00:00Z"));
    private final List<String> said = new ArrayList<>();
    private final ToolProgress progress = new ToolProgress(Scope.of(ANN), clock, said::add);

    private void step(UserId user, String call, long done, long total) {
        progress.accept(new Events.ToolProgressed(
                EventHeader.of(1, clock.instant()).about(user), call, "index.project", "own", done, total));
    }

    @Test
    void accept_manySteps_tellsTheFirstTheLastAndTwoASecond() {
        for (int i = 1; i <= 100; i++) {
            step(ANN, "c1", i, 100);
            clock.advance(Duration.ofMillis(25));
        }

        assertEquals(
                List.of(
                        "index.project own 1/100",
                        "index.project own 21/100",
                        "index.project own 41/100",
                        "index.project own 61/100",
                        "index.project own 81/100",
                        "index.project own 100/100"),
                said);
    }

    @Test
    void accept_anotherCall_isToldAtOnce() {
        step(ANN, "c1", 1, 0);
        step(ANN, "c1", 2, 0);
        step(ANN, "c2", 1, 0);

        assertEquals(List.of("index.project own 1", "index.project own 1"), said);
    }

    @Test
    void accept_callOfSomebodyElse_isNotTold() {
        step(UserId.of("bob"), "c1", 1, 2);

        assertEquals(List.of(), said);
    }
}
