package io.arkestra.memory;

import io.arkestra.common.Taint;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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
        NOTE,
        /** A summary of a conversation, a day or a week. */
        SUMMARY,
        /** A chunk of a document. */
        DOCUMENT
    }

    /**
     * A message beside a passage. Use the factory: components that later releases add get their default there.
     *
     * @param id of the message
     * @param speaker the name to show
     * @param text what was said
     * @param at when
     */
    public record Said(String id, String speaker, String text, Instant at) {
        public static Said of(String id, String speaker, String text, Instant at) {
            return new Said(id, speaker, text, at);
        }
    }

    private final String id;
    private final Kind kind;
    private final String text;
    private final String speaker;
    private final Origin origin;
    private final Instant at;
    private final @Nullable Instant until;
    private final @Nullable String source;
    private final @Nullable Citation citation;
    private final List<Said> context;
    private final double score;
    private final Map<String, Double> scoreParts;
    private final Set<Taint> taints;

    private Passage(Builder builder) {
        this.id = builder.id;
        this.kind = builder.kind;
        this.text = builder.text;
        this.speaker = builder.speaker;
        this.origin = builder.origin;
        this.at = builder.at;
        this.until = builder.until;
        this.source = builder.source;
        this.citation = builder.citation;
        this.context = builder.context;
        this.score = builder.score;
        this.scoreParts = Map.copyOf(builder.scoreParts);
        this.taints = Collections.unmodifiableSet(new TreeSet<>(builder.taints));
    }

    /**
     * Starts a passage.
     *
     * @param id id of the message or memory
     * @param kind what it was taken from
     * @param text the words
     * @param at when they were said
     */
    public static Builder builder(String id, Kind kind, String text, Instant at) {
        return new Builder(id, kind, text, at);
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

    /** Until when it was so, where something newer has replaced it: a fact, or a message all of whose facts are replaced. */
    public Optional<Instant> until() {
        return Optional.ofNullable(until);
    }

    /** For a memory: the message that it was taken from; for a part of a document: the document. */
    public Optional<String> source() {
        return Optional.ofNullable(source);
    }

    /** For a part of a document: where in it. */
    public Optional<Citation> citation() {
        return Optional.ofNullable(citation);
    }

    /**
     * What was said around it, in order, itself left out: of a message the one before and the one after; of a memory what it was taken
     * from. Not found by itself, and not counted against limit and budget of a recall.
     */
    public List<Said> context() {
        return context;
    }

    /** Higher is better; comparable only within one recall. */
    public double score() {
        return score;
    }

    /** What the score is made of, by feature. */
    public Map<String, Double> scoreParts() {
        return scoreParts;
    }

    /** Untrusted sources whose words are in it or in its {@linkplain #context surroundings}; sorted. */
    public Set<Taint> taints() {
        return taints;
    }

    @Override
    public String toString() {
        return "Passage[" + kind + " " + id + " " + score + "]";
    }

    /** Builds {@link Passage}. Not thread-safe. */
    public static final class Builder {
        private final String id;
        private final Kind kind;
        private final String text;
        private final Instant at;
        private String speaker = "";
        private Origin origin = Origin.USER;
        private @Nullable Instant until;
        private @Nullable String source;
        private @Nullable Citation citation;
        private List<Said> context = List.of();
        private double score;
        private Map<String, Double> scoreParts = Map.of();
        private final Set<Taint> taints = new TreeSet<>();

        private Builder(String id, Kind kind, String text, Instant at) {
            this.id = Objects.requireNonNull(id, "id");
            this.kind = Objects.requireNonNull(kind, "kind");
            this.text = Objects.requireNonNull(text, "text");
            this.at = Objects.requireNonNull(at, "at");
        }

        /** The name to show for who said it; empty unless set. */
        public Builder speaker(String value) {
            speaker = Objects.requireNonNull(value, "value");
            return this;
        }

        /** Who said it; the user unless set. */
        public Builder origin(Origin value) {
            origin = Objects.requireNonNull(value, "value");
            return this;
        }

        /** Until when it was so; it still holds unless set. */
        public Builder until(Instant value) {
            until = Objects.requireNonNull(value, "value");
            return this;
        }

        /** For a memory: the id of the message that it was taken from. */
        public Builder source(String messageId) {
            source = Objects.requireNonNull(messageId, "messageId");
            return this;
        }

        /** For a part of a document: where in it, which is also its source. */
        public Builder citation(Citation value) {
            citation = Objects.requireNonNull(value, "value");
            source = value.document();
            return this;
        }

        /** What was said around it, in order; nothing unless set. */
        public Builder context(List<Said> value) {
            context = List.copyOf(value);
            return this;
        }

        /** How good it is and what that is made of; 0 and nothing unless set. */
        public Builder score(double value, Map<String, Double> parts) {
            score = value;
            scoreParts = Map.copyOf(parts);
            return this;
        }

        /** Adds untrusted sources whose words are in it or in its surroundings; none unless set. */
        public Builder taints(Collection<Taint> sources) {
            taints.addAll(sources);
            return this;
        }

        public Passage build() {
            return new Passage(this);
        }
    }
}
