package io.arkestra.policy.internal;

import io.arkestra.policy.CallCounts;
import java.time.Instant;
import java.util.Arrays;

/**
 * When a tool was called, the oldest first. Counts share its memory: what they saw is never written over. Used under a lock; the counts by anybody.
 */
final class Moments {
    private static final int ROOM = 8;

    private long[] millis = new long[ROOM];
    private int from;
    private int to;

    boolean isEmpty() {
        return from == to;
    }

    /** One that is before the latest, because the clock was set, counts as that one. Returns what was added. */
    long add(Instant moment) {
        long at = isEmpty() ? moment.toEpochMilli() : Math.max(moment.toEpochMilli(), millis[to - 1]);
        if (to == millis.length) {
            renew(Math.max(ROOM, 2 * (to - from)));
        }
        millis[to] = at;
        to++;
        return at;
    }

    /** Lets go of those before a moment, and of the oldest while there are more than so many. */
    void forget(Instant before, int most) {
        long first = before.toEpochMilli();
        while (to - from > most || (from < to && millis[from] < first)) {
            from++;
        }
    }

    /** Takes one of them away. */
    void remove(long at) {
        int place = to - 1;
        while (place >= from && millis[place] != at) {
            place--;
        }
        if (place >= from) {
            int index = place - from;
            renew(millis.length);
            System.arraycopy(millis, index + 1, millis, index, to - index - 1);
            to--;
        }
    }

    /** Puts what there is elsewhere, so that counts which share the memory keep theirs. */
    private void renew(int room) {
        long[] fresh = new long[room];
        System.arraycopy(millis, from, fresh, 0, to - from);
        millis = fresh;
        to -= from;
        from = 0;
    }

    /** Those up to now. */
    CallCounts counts(Instant now) {
        long[] shared = millis;
        int first = from;
        int end = to;
        long until = now.toEpochMilli();
        return CallCounts.by(window -> end - place(shared, first, end, until - window.toMillis()));
    }

    /** Where the first one is that is not before a moment. */
    private static int place(long[] sorted, int first, int end, long moment) {
        int at = Arrays.binarySearch(sorted, first, end, moment);
        int place = at < 0 ? -at - 1 : at;
        while (place > first && sorted[place - 1] == moment) {
            place--;
        }
        return place;
    }
}
