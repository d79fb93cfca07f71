package io.arkestra.common;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a turn may spend at most. A limit that is reached ends the turn with an outcome that holds what was done so far; it is never
 * an exception. Immutable; unset limits do not bind.
 */
public final class Budget {
    /** The things that can run out. New kinds may be added: a {@code switch} over them needs a default branch. */
    public enum Kind {
        /** Tokens sent to and received from language models. */
        TOKENS,
        /** Wall-clock time. */
        WALL,
        /** Tool calls that were asked for. */
        TOOL_CALLS,
        /** Calls of a language model. */
        MODEL_CALLS
    }

    private static final Budget UNLIMITED = new Budget(null, null, null, null);

    private final @Nullable Long tokens;
    private final @Nullable Duration wall;
    private final @Nullable Integer toolCalls;
    private final @Nullable Integer modelCalls;

    private Budget(
            @Nullable Long tokens, @Nullable Duration wall, @Nullable Integer toolCalls, @Nullable Integer modelCalls) {
        this.tokens = tokens;
        this.wall = wall;
        this.toolCalls = toolCalls;
        this.modelCalls = modelCalls;
    }

    /** No limits yet; add them with the methods below. */
    public static Budget perTurn() {
        return UNLIMITED;
    }

    /** At most this many tokens, prompt and completion together; at least 1. */
    public Budget tokens(long limit) {
        return new Budget(positive("tokens", limit), wall, toolCalls, modelCalls);
    }

    /** At most this much wall-clock time; more than zero. */
    public Budget wall(Duration limit) {
        if (limit.isZero() || limit.isNegative()) {
            throw new ConfigException("budget.wall is " + limit + "; expected a duration above zero");
        }
        return new Budget(tokens, limit, toolCalls, modelCalls);
    }

    /** At most this many tool calls; 0 forbids them. */
    public Budget toolCalls(int limit) {
        if (limit < 0) {
            throw new ConfigException("budget.toolCalls is " + limit + "; expected 0 or more");
        }
        return new Budget(tokens, wall, limit, modelCalls);
    }

    /** At most this many calls of a language model; at least 1. */
    public Budget modelCalls(int limit) {
        return new Budget(tokens, wall, toolCalls, (int) positive("modelCalls", limit));
    }

    public OptionalLong tokens() {
        return tokens == null ? OptionalLong.empty() : OptionalLong.of(tokens);
    }

    public Optional<Duration> wall() {
        return Optional.ofNullable(wall);
    }

    public OptionalInt toolCalls() {
        return toolCalls == null ? OptionalInt.empty() : OptionalInt.of(toolCalls);
    }

    public OptionalInt modelCalls() {
        return modelCalls == null ? OptionalInt.empty() : OptionalInt.of(modelCalls);
    }

    private static long positive(String key, long value) {
        if (value < 1) {
            throw new ConfigException("budget." + key + " is " + value + "; expected 1 or more");
        }
        return value;
    }

    @Override
    public String toString() {
        return "Budget[tokens=" + tokens + ", wall=" + wall + ", toolCalls=" + toolCalls + ", modelCalls=" + modelCalls
                + "]";
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Budget that
                && Objects.equals(tokens, that.tokens)
                && Objects.equals(wall, that.wall)
                && Objects.equals(toolCalls, that.toolCalls)
                && Objects.equals(modelCalls, that.modelCalls);
    }

    @Override
    public int hashCode() {
        return Objects.hash(tokens, wall, toolCalls, modelCalls);
    }
}
