package io.arkestra.llm;

import io.arkestra.common.ConfigException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How long each phase of a call may take. What is unset is the client's default; the whole call never takes longer than
 * {@link #total()}. Immutable.
 */
public final class Deadlines {
    private static final Deadlines NONE = new Deadlines(null, null, null, null);

    private final @Nullable Duration connect;
    private final @Nullable Duration firstToken;
    private final @Nullable Duration idle;
    private final @Nullable Duration total;

    private Deadlines(
            @Nullable Duration connect,
            @Nullable Duration firstToken,
            @Nullable Duration idle,
            @Nullable Duration total) {
        this.connect = connect;
        this.firstToken = firstToken;
        this.idle = idle;
        this.total = total;
    }

    /** The client's defaults. */
    public static Deadlines standard() {
        return NONE;
    }

    /** To reach the backend. */
    public Deadlines connect(Duration limit) {
        return new Deadlines(positive("connect", limit), firstToken, idle, total);
    }

    /** From sending the request to the first piece of the answer, thinking included: reading the prompt takes its time. */
    public Deadlines firstToken(Duration limit) {
        return new Deadlines(connect, positive("firstToken", limit), idle, total);
    }

    /** Between two pieces of the answer. */
    public Deadlines idle(Duration limit) {
        return new Deadlines(connect, firstToken, positive("idle", limit), total);
    }

    /** The whole call, retries and waiting for a free place included. */
    public Deadlines total(Duration limit) {
        return new Deadlines(connect, firstToken, idle, positive("total", limit));
    }

    public Optional<Duration> connect() {
        return Optional.ofNullable(connect);
    }

    public Optional<Duration> firstToken() {
        return Optional.ofNullable(firstToken);
    }

    public Optional<Duration> idle() {
        return Optional.ofNullable(idle);
    }

    public Optional<Duration> total() {
        return Optional.ofNullable(total);
    }

    private static Duration positive(String phase, Duration limit) {
        if (limit.isZero() || limit.isNegative()) {
            throw new ConfigException("deadlines." + phase + " is " + limit + "; expected a duration above zero");
        }
        return limit;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Deadlines that
                && Objects.equals(connect, that.connect)
                && Objects.equals(firstToken, that.firstToken)
                && Objects.equals(idle, that.idle)
                && Objects.equals(total, that.total);
    }

    @Override
    public int hashCode() {
        return Objects.hash(connect, firstToken, idle, total);
    }

    @Override
    public String toString() {
        return "Deadlines[connect=" + connect + ", firstToken=" + firstToken + ", idle=" + idle + ", total=" + total
                + "]";
    }
}
