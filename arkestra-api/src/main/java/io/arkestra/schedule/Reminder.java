package io.arkestra.schedule;

import io.arkestra.common.Taint;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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
    private final Set<Taint> taints;

    private Reminder(
            String id,
            String text,
            Instant due,
            ZoneId zone,
            @Nullable String recurrence,
            State state,
            Set<Taint> taints) {
        this.id = id;
        this.text = text;
        this.due = due;
        this.zone = zone;
        this.recurrence = recurrence;
        this.state = state;
        this.taints = taints;
    }

    /** A reminder that fires once. */
    public static Reminder of(String id, String text, Instant due, ZoneId zone, State state) {
        return new Reminder(id, text, due, zone, null, state, Set.of());
    }

    /** The same, but recurring by this rule, an RFC 5545 RRULE value. */
    public Reminder withRecurrence(String rule) {
        return new Reminder(id, text, due, zone, Objects.requireNonNull(rule, "rule"), state, taints);
    }

    /** The same, with untrusted sources that its text comes from. */
    public Reminder withTaints(Collection<Taint> sources) {
        return new Reminder(
                id, text, due, zone, recurrence, state, Collections.unmodifiableSet(new TreeSet<>(sources)));
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

    /** Untrusted sources that its text comes from; sorted. */
    public Set<Taint> taints() {
        return taints;
    }

    public State state() {
        return state;
    }
}
