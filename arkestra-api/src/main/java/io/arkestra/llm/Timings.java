package io.arkestra.llm;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How long the phases of a call took, as far as anybody knows. Immutable. */
public final class Timings {
    /** Nothing is known. */
    public static final Timings NONE = new Timings(null, null, null, null, null);

    private final @Nullable Duration queue;
    private final @Nullable Duration prefill;
    private final @Nullable Duration firstToken;
    private final @Nullable Duration decode;
    private final @Nullable Duration total;

    private Timings(
            @Nullable Duration queue,
            @Nullable Duration prefill,
            @Nullable Duration firstToken,
            @Nullable Duration decode,
            @Nullable Duration total) {
        this.queue = queue;
        this.prefill = prefill;
        this.firstToken = firstToken;
        this.decode = decode;
        this.total = total;
    }

    public Timings queue(Duration value) {
        return new Timings(value, prefill, firstToken, decode, total);
    }

    public Timings prefill(Duration value) {
        return new Timings(queue, value, firstToken, decode, total);
    }

    public Timings firstToken(Duration value) {
        return new Timings(queue, prefill, value, decode, total);
    }

    public Timings decode(Duration value) {
        return new Timings(queue, prefill, firstToken, value, total);
    }

    public Timings total(Duration value) {
        return new Timings(queue, prefill, firstToken, decode, value);
    }

    /** Waiting on our side for a free place. */
    public Optional<Duration> queue() {
        return Optional.ofNullable(queue);
    }

    /** The backend's time for reading the prompt. */
    public Optional<Duration> prefill() {
        return Optional.ofNullable(prefill);
    }

    /** From sending the request to the first piece, on our clock. */
    public Optional<Duration> firstToken() {
        return Optional.ofNullable(firstToken);
    }

    /** The backend's time for writing the answer. */
    public Optional<Duration> decode() {
        return Optional.ofNullable(decode);
    }

    /** The whole call on our clock. */
    public Optional<Duration> total() {
        return Optional.ofNullable(total);
    }

    @Override
    public String toString() {
        return "Timings[queue=" + queue + ", prefill=" + prefill + ", firstToken=" + firstToken + ", decode=" + decode
                + ", total=" + total + "]";
    }
}
