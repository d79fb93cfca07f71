package io.arkestra.memory;

import java.time.Instant;
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

    public MemoryRecord(String id, MemoryKind kind, String text, Origin origin, @Nullable String source, Instant at) {
        this.id = id;
        this.kind = kind;
        this.text = text;
        this.origin = origin;
        this.source = source;
        this.at = at;
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
}
