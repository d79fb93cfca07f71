package io.arkestra.schedule;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A reminder of one user. Immutable. Made by {@link Reminders}. */
public final class Reminder {
    /** Where a reminder is. */
    public enum State {
        /** Will fire. */
        ACTIVE,
        /** Fired for the last time. */
        DONE,
        CANCELLED
    }

    private final String id;
    private final String text;
    private final Instant due;
    private final ZoneId zone;
    private final @Nullable String recurrence;
    private final State state;

    private Reminder(String id, String text, Instant due, ZoneId zone, @Nullable String recurrence, State state) {
        this.id = id;
        this.text = text;
        this.due = due;
        this.zone = zone;
        this.recurrence = recurrence;
        this.state = state;
    }

    /** A reminder that fires once. */
    public static Reminder of(String id, String text, Instant due, ZoneId zone, State state) {
        return new Reminder(id, text, due, zone, null, state);
    }

    /** The same, but recurring by this rule, an RFC 5545 RRULE value. */
    public Reminder withRecurrence(String rule) {
        return new Reminder(id, text, due, zone, Objects.requireNonNull(rule, "rule"), state);
    }

    public String id() {
        return id;
    }

    /** What to remind of. */
    public String text() {
        return text;
    }

    /** When it fires next, or fired last. */
    public Instant due() {
        return due;
    }

    /** The zone in which its wall-clock time is meant. */
    public ZoneId zone() {
        return zone;
    }

    /** The rule of a recurring one, an RFC 5545 RRULE value. */
    public Optional<String> recurrence() {
        return Optional.ofNullable(recurrence);
    }

    public State state() {
        return state;
    }
}
