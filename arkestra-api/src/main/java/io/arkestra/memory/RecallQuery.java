package io.arkestra.memory;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.TurnId;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What to recall. Immutable. */
public final class RecallQuery {
    private final String text;
    private final int limit;
    private final int tokenBudget;
    private final @Nullable Instant from;
    private final @Nullable Instant to;
    private final @Nullable TurnId exclude;

    private RecallQuery(
            String text,
            int limit,
            int tokenBudget,
            @Nullable Instant from,
            @Nullable Instant to,
            @Nullable TurnId exclude) {
        this.text = Objects.requireNonNull(text, "text");
        this.limit = limit;
        this.tokenBudget = tokenBudget;
        this.from = from;
        this.to = to;
        this.exclude = exclude;
    }

    /** Passages that help with this question or topic, at most 10, at most 1,500 tokens together. */
    public static RecallQuery about(String text) {
        return new RecallQuery(text, 10, 1_500, null, null, null);
    }

    /** At most this many passages, 1 to 1,000. */
    public RecallQuery limit(int value) {
        if (value < 1 || value > 1_000) {
            throw new InvalidInputException("Recall limit is " + value + "; expected 1 to 1000");
        }
        return new RecallQuery(text, value, tokenBudget, from, to, exclude);
    }

    /** At most about this many tokens of text together; at least one passage is returned whatever its length. */
    public RecallQuery tokenBudget(int value) {
        if (value < 1) {
            throw new InvalidInputException("Recall token budget is " + value + "; expected 1 or more");
        }
        return new RecallQuery(text, limit, value, from, to, exclude);
    }

    /** Only what was said with {@code from <= at < to}. */
    public RecallQuery between(Instant start, Instant end) {
        return new RecallQuery(text, limit, tokenBudget, start, end, exclude);
    }

    /** Leaves out what belongs to this turn: a question must not be its own answer. */
    public RecallQuery excluding(TurnId turn) {
        return new RecallQuery(text, limit, tokenBudget, from, to, turn);
    }

    public String text() {
        return text;
    }

    public int limit() {
        return limit;
    }

    public int tokenBudget() {
        return tokenBudget;
    }

    public Optional<Instant> from() {
        return Optional.ofNullable(from);
    }

    public Optional<Instant> to() {
        return Optional.ofNullable(to);
    }

    public Optional<TurnId> exclude() {
        return Optional.ofNullable(exclude);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RecallQuery that
                && Objects.equals(text, that.text)
                && limit == that.limit
                && tokenBudget == that.tokenBudget
                && Objects.equals(from, that.from)
                && Objects.equals(to, that.to)
                && Objects.equals(exclude, that.exclude);
    }

    @Override
    public int hashCode() {
        return Objects.hash(text, limit, tokenBudget, from, to, exclude);
    }

    @Override
    public String toString() {
        return "RecallQuery[text=" + text + ", limit=" + limit + ", tokenBudget=" + tokenBudget + ", from=" + from
                + ", to=" + to + ", exclude=" + exclude + "]";
    }
}
