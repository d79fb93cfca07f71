package io.arkestra.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.ToIntFunction;
import java.util.stream.LongStream;

/** When the user's calls of a tool were made lately, up to now. Immutable. */
public final class CallCounts {
    /** No call at all. */
    public static final CallCounts NONE = new CallCounts(window -> 0);

    private final ToIntFunction<Duration> within;

    private CallCounts(ToIntFunction<Duration> within) {
        this.within = within;
    }

    /** Of the moments of the calls, in any order. */
    public static CallCounts of(Instant now, Iterable<Instant> calls) {
        LongStream.Builder millis = LongStream.builder();
        calls.forEach(call -> millis.add(call.toEpochMilli()));
        long[] moments = millis.build().sorted().toArray();
        long until = now.toEpochMilli();
        return new CallCounts(window -> moments.length - first(moments, until - window.toMillis()));
    }

    /**
     * Counted by whoever has them already, without a copy.
     *
     * @param within tells how many calls there were within a time before the moment that this is about; always the same for the same time
     */
    public static CallCounts by(ToIntFunction<Duration> within) {
        return new CallCounts(Objects.requireNonNull(within, "within"));
    }

    /** How many calls there were within this time before now. */
    public int within(Duration window) {
        return within.applyAsInt(window);
    }

    private static int first(long[] moments, long from) {
        int at = Arrays.binarySearch(moments, from);
        int first = at < 0 ? -at - 1 : at;
        while (first > 0 && moments[first - 1] == from) {
            first--;
        }
        return first;
    }
}
