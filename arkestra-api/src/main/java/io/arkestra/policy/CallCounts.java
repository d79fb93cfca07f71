package io.arkestra.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/** When the user's calls of a tool were made lately, up to now. Immutable. */
public final class CallCounts {
    /** No call at all. */
    public static final CallCounts NONE = new CallCounts(Instant.EPOCH, new long[0]);

    private final long now;
    private final long[] moments;

    private CallCounts(Instant now, long[] sortedMillis) {
        this.now = now.toEpochMilli();
        this.moments = sortedMillis;
    }

    /** Of the moments of the calls, in any order. */
    public static CallCounts of(Instant now, Iterable<Instant> calls) {
        java.util.stream.LongStream.Builder millis = java.util.stream.LongStream.builder();
        calls.forEach(call -> millis.add(call.toEpochMilli()));
        return new CallCounts(now, millis.build().sorted().toArray());
    }

    /** How many calls there were within this time before now. */
    public int within(Duration window) {
        long from = now - window.toMillis();
        int at = Arrays.binarySearch(moments, from);
        int first = at < 0 ? -at - 1 : at;
        while (first > 0 && moments[first - 1] == from) {
            first--;
        }
        return moments.length - first;
    }
}
