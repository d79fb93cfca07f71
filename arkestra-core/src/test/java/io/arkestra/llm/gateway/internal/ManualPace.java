package io.arkestra.llm.gateway.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Time that passes only when somebody waits or a test says so; keeps what was waited. */
final class ManualPace implements Pace {
    private static final Instant START = Instant.parse("2026-03-01T09:00:00Z");

    final ManualClock clock = ManualClock.at(START);
    final List<Duration> pauses = new CopyOnWriteArrayList<>();
    volatile double chance = 0.5;

    @Override
    public long nanos() {
        return Duration.between(START, clock.instant()).toNanos();
    }

    @Override
    public double chance() {
        return chance;
    }

    @Override
    public void pause(Duration time, Cancellation cancel) {
        cancel.throwIfCancelled();
        pauses.add(time);
        clock.advance(time);
    }
}
