package io.arkestra.memory;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A recalled text with its source. Immutable. Made by memories. */
public final class Passage {
    /** What a passage was taken from. New kinds may be added: a {@code switch} needs a default branch. */
    public enum Kind {
        /** The conversation log. */
        MESSAGE,
        /** A remembered fact. */
        FACT,
        /** A note. */
        NOTE
    }

    private final String id;
    private final Kind kind;
    private final String text;
    private final String speaker;
    private final Origin origin;
    private final Instant at;
    private final @Nullable String source;
    private final double score;
    private final Map<String, Double> scoreParts;

    public Passage(
            String id,
            Kind kind,
            String text,
            String speaker,
            Origin origin,
            Instant at,
            @Nullable String source,
            double score,
            Map<String, Double> scoreParts) {
        this.id = id;
        this.kind = kind;
        this.text = text;
        this.speaker = speaker;
        this.origin = origin;
        this.at = at;
        this.source = source;
        this.score = score;
        this.scoreParts = Map.copyOf(scoreParts);
    }

    /** Id of the message or memory. */
    public String id() {
        return id;
    }

    public Kind kind() {
        return kind;
    }

    public String text() {
        return text;
    }

    public String speaker() {
        return speaker;
    }

    public Origin origin() {
        return origin;
    }

    /** When it was said. */
    public Instant at() {
        return at;
    }

    /** For a memory: the message that it was taken from. */
    public Optional<String> source() {
        return Optional.ofNullable(source);
    }

    /** Higher is better; comparable only within one recall. */
    public double score() {
        return score;
    }

    /** What the score is made of, by feature. */
    public Map<String, Double> scoreParts() {
        return scoreParts;
    }

    @Override
    public String toString() {
        return "Passage[" + kind + " " + id + " " + score + "]";
    }
}
