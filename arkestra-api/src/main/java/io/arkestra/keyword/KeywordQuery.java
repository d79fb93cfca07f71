package io.arkestra.keyword;

import io.arkestra.common.InvalidInputException;
import io.arkestra.store.Owner;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A search by words in one field of one owner's texts. The text is plain words: no query syntax. Immutable. */
public final class KeywordQuery {
    private final Owner owner;
    private final String field;
    private final String text;
    private final int limit;
    private final @Nullable Instant from;
    private final @Nullable Instant to;

    private KeywordQuery(
            Owner owner, String field, String text, int limit, @Nullable Instant from, @Nullable Instant to) {
        this.owner = owner;
        this.field = field;
        this.text = text;
        this.limit = limit;
        this.from = from;
        this.to = to;
    }

    public static KeywordQuery of(Owner owner, String field, String text) {
        return new KeywordQuery(owner, field, text, 50, null, null);
    }

    /** At most this many hits, 1 to 10,000; 50 unless set. */
    public KeywordQuery limit(int value) {
        if (value < 1 || value > 10_000) {
            throw new InvalidInputException("Keyword query limit is " + value + "; expected 1 to 10000");
        }
        return new KeywordQuery(owner, field, text, value, from, to);
    }

    /** Only texts with {@code from <= at < to}. */
    public KeywordQuery between(Instant start, Instant end) {
        return new KeywordQuery(owner, field, text, limit, start, end);
    }

    public Owner owner() {
        return owner;
    }

    public String field() {
        return field;
    }

    public String text() {
        return text;
    }

    public int limit() {
        return limit;
    }

    public Optional<Instant> from() {
        return Optional.ofNullable(from);
    }

    public Optional<Instant> to() {
        return Optional.ofNullable(to);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeywordQuery that
                && Objects.equals(owner, that.owner)
                && Objects.equals(field, that.field)
                && Objects.equals(text, that.text)
                && limit == that.limit
                && Objects.equals(from, that.from)
                && Objects.equals(to, that.to);
    }

    @Override
    public int hashCode() {
        return Objects.hash(owner, field, text, limit, from, to);
    }

    @Override
    public String toString() {
        return "KeywordQuery[owner=" + owner + ", field=" + field + ", text=" + text + ", limit=" + limit + ", from="
                + from + ", to=" + to + "]";
    }
}
