package io.arkestra.schedule.grammar.internal;

import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a text says about time. Immutable. */
public final class TimeExpression {
    private final ZonedDateTime start;
    private final Grain grain;
    private final @Nullable ZonedDateTime end;
    private final @Nullable Recurrence recurrence;
    private final List<Span> spans;
    private final String title;
    private final boolean commanded;
    private final List<String> ambiguities;

    TimeExpression(Resolved resolved, List<Span> spans, String title, boolean commanded) {
        this.start = resolved.start();
        this.grain = resolved.grain();
        this.end = resolved.end();
        this.recurrence = resolved.recurrence();
        this.spans = List.copyOf(spans);
        this.title = title;
        this.commanded = commanded;
        this.ambiguities = List.copyOf(resolved.ambiguities());
    }

    /**
     * The moment meant, or the first one of a range or a recurrence. When {@link #grain()} is a day or longer, the date
     * is what was said and the time of day is the context's default. May lie before the reference ("2 days ago").
     */
    public ZonedDateTime start() {
        return start;
    }

    /** The smallest unit that the text fixes. */
    public Grain grain() {
        return grain;
    }

    /** The end of a range: the named clock time, or for a range of days its last day. */
    public Optional<ZonedDateTime> end() {
        return Optional.ofNullable(end);
    }

    /** The repetition, whose first occurrence is {@link #start()}. */
    public Optional<Recurrence> recurrence() {
        return Optional.ofNullable(recurrence);
    }

    /** The stretches of the text that speak about time, in text order, prepositions included. */
    public List<Span> spans() {
        return spans;
    }

    /** The text without those stretches and without the words of command ("remind me to", "напомни"); may be empty. */
    public String title() {
        return title;
    }

    /** Whether the text has words of command that ask for a reminder or an entry. */
    public boolean commanded() {
        return commanded;
    }

    /** What was decided by convention and may be meant otherwise, in English, for a confirmation text or a log. */
    public List<String> ambiguities() {
        return ambiguities;
    }

    @Override
    public String toString() {
        return start + " (" + grain + (end == null ? "" : ", until " + end)
                + (recurrence == null ? "" : ", " + recurrence.rrule()) + ") '" + title + "'";
    }
}
