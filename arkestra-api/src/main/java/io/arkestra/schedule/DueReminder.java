package io.arkestra.schedule;

import java.time.Duration;
import java.time.Instant;

/** One occurrence of a reminder that is to be shown to its user. Immutable. Made by {@link Deliveries}. */
public final class DueReminder {
    private final String id;
    private final String reminderId;
    private final String text;
    private final Instant due;
    private final Duration late;

    public DueReminder(String id, String reminderId, String text, Instant due, Duration late) {
        this.id = id;
        this.reminderId = reminderId;
        this.text = text;
        this.due = due;
        this.late = late;
    }

    /** Stable: the same occurrence has the same id after any crash or restart. */
    public String id() {
        return id;
    }

    public String reminderId() {
        return reminderId;
    }

    /** What to remind of, after the guard. */
    public String text() {
        return text;
    }

    /** When it was due; of several missed occurrences of one reminder, the first. */
    public Instant due() {
        return due;
    }

    /** How long after that it fired, because nothing was running then; zero when on time. */
    public Duration late() {
        return late;
    }

    @Override
    public String toString() {
        return "DueReminder[" + id + "]";
    }
}
