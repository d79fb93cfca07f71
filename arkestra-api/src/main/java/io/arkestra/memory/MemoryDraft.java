package io.arkestra.memory;

import io.arkestra.common.InvalidInputException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Something to be remembered. Immutable. */
public final class MemoryDraft {
    /** The most characters a memory may have. */
    public static final int MAX_TEXT = 16_384;

    private final MemoryKind kind;
    private final String text;
    private final Origin origin;
    private final @Nullable String source;
    private final @Nullable Instant at;

    private MemoryDraft(MemoryKind kind, String text, Origin origin, @Nullable String source, @Nullable Instant at) {
        this.kind = Objects.requireNonNull(kind, "kind");
        this.text = text.strip();
        this.origin = origin;
        this.source = source;
        this.at = at;
        if (this.text.isEmpty()) {
            throw new InvalidInputException("There is nothing to remember: the text is empty");
        }
        if (this.text.length() > MAX_TEXT) {
            throw new InvalidInputException("The text to remember has " + this.text.length() + " characters; at most "
                    + MAX_TEXT + " are kept");
        }
    }

    /** A fact in the user's own words. */
    public static MemoryDraft fact(String text) {
        return new MemoryDraft(MemoryKind.FACT, text, Origin.USER, null, null);
    }

    /** A note in the user's own words. */
    public static MemoryDraft note(String text) {
        return new MemoryDraft(MemoryKind.NOTE, text, Origin.USER, null, null);
    }

    /** Says who wrote the text. */
    public MemoryDraft origin(Origin value) {
        return new MemoryDraft(kind, text, value, source, at);
    }

    /** Names the message that it was taken from. */
    public MemoryDraft source(String messageId) {
        return new MemoryDraft(kind, text, origin, Objects.requireNonNull(messageId), at);
    }

    /** Says when it was told, for what is written down later than that; the moment of remembering unless set. */
    public MemoryDraft at(Instant value) {
        return new MemoryDraft(kind, text, origin, source, Objects.requireNonNull(value));
    }

    public MemoryKind kind() {
        return kind;
    }

    public String text() {
        return text;
    }

    public Origin origin() {
        return origin;
    }

    public Optional<String> source() {
        return Optional.ofNullable(source);
    }

    public Optional<Instant> at() {
        return Optional.ofNullable(at);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MemoryDraft that
                && Objects.equals(kind, that.kind)
                && Objects.equals(text, that.text)
                && Objects.equals(origin, that.origin)
                && Objects.equals(source, that.source)
                && Objects.equals(at, that.at);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, text, origin, source, at);
    }

    @Override
    public String toString() {
        return "MemoryDraft[kind=" + kind + ", text=" + text + ", origin=" + origin + ", source=" + source + ", at="
                + at + "]";
    }
}
