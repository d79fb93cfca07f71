package io.arkestra.memory;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Something that is remembered. Immutable. Made by memories. */
public final class MemoryRecord {
    private final String id;
    private final MemoryKind kind;
    private final String text;
    private final Origin origin;
    private final @Nullable String source;
    private final Instant at;

    private MemoryRecord(Builder builder) {
        this.id = builder.id;
        this.kind = builder.kind;
        this.text = builder.text;
        this.origin = builder.origin;
        this.source = builder.source;
        this.at = builder.at;
    }

    /**
     * Starts a record.
     *
     * @param id its id, unique for the user
     * @param kind what it is
     * @param text the words
     * @param at when it was told
     */
    public static Builder builder(String id, MemoryKind kind, String text, Instant at) {
        return new Builder(id, kind, text, at);
    }

    public String id() {
        return id;
    }

    public MemoryKind kind() {
        return kind;
    }

    public String text() {
        return text;
    }

    /** Who wrote the text. */
    public Origin origin() {
        return origin;
    }

    /** The message that it was taken from. */
    public Optional<String> source() {
        return Optional.ofNullable(source);
    }

    /** When it was told. */
    public Instant at() {
        return at;
    }

    @Override
    public String toString() {
        return "MemoryRecord[" + id + " " + kind + " " + at + "]";
    }

    /** Builds {@link MemoryRecord}. Not thread-safe. */
    public static final class Builder {
        private final String id;
        private final MemoryKind kind;
        private final String text;
        private final Instant at;
        private Origin origin = Origin.USER;
        private @Nullable String source;

        private Builder(String id, MemoryKind kind, String text, Instant at) {
            this.id = Objects.requireNonNull(id, "id");
            this.kind = Objects.requireNonNull(kind, "kind");
            this.text = Objects.requireNonNull(text, "text");
            this.at = Objects.requireNonNull(at, "at");
        }

        /** Who wrote the text; the user unless set. */
        public Builder origin(Origin value) {
            origin = Objects.requireNonNull(value, "value");
            return this;
        }

        /** The id of the message that it was taken from. */
        public Builder source(String messageId) {
            source = Objects.requireNonNull(messageId, "messageId");
            return this;
        }

        public MemoryRecord build() {
            return new MemoryRecord(this);
        }
    }
}
