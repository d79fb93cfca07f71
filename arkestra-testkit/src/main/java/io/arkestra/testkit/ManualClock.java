package io.arkestra.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until it is told otherwise. Thread-safe; copies for other zones show the same instant. */
public final class ManualClock extends Clock {
    private final AtomicReference<Instant> now;
    private final ZoneId zone;

    private ManualClock(AtomicReference<Instant> now, ZoneId zone) {
        this.now = now;
        this.zone = zone;
    }

    /** A clock in UTC that shows the instant. */
    public static ManualClock at(Instant instant) {
        return new ManualClock(new AtomicReference<>(instant), ZoneOffset.UTC);
    }

    /** A clock in UTC that shows an ISO-8601 instant such as {@code 2026-03-01T09:00:00Z}. */
    public static ManualClock at(String instant) {
        return at(Instant.parse(instant));
    }

    /** Shows this instant from now on, be it earlier or later. */
    public void set(Instant instant) {
        now.set(instant);
    }

    /** Moves by the duration, back when it is negative. Returns the new instant. */
    public Instant advance(Duration duration) {
        return now.updateAndGet(instant -> instant.plus(duration));
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public ManualClock withZone(ZoneId other) {
        return new ManualClock(now, other);
    }

    @Override
    public String toString() {
        return "ManualClock[" + now + " " + zone + "]";
    }
}
