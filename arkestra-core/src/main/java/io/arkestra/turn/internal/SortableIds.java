package io.arkestra.turn.internal;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes ids that sort by the time they were made: 10 characters of milliseconds and 16 of randomness in Crockford's base 32, as in the
 * ULID specification. Within one generator they rise strictly, also when the clock goes back. Thread-safe.
 */
public final class SortableIds {
    private static final char[] ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
    private static final int TIME_CHARS = 10;
    private static final int RANDOM_CHARS = 16;

    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final ReentrantLock lock = new ReentrantLock();
    private final int[] tail = new int[RANDOM_CHARS];
    private long last = -1;

    public SortableIds(Clock clock) {
        this.clock = clock;
    }

    public String next() {
        long now = Math.max(0, clock.millis());
        lock.lock();
        try {
            if (now > last) {
                last = now;
                for (int i = 0; i < RANDOM_CHARS; i++) {
                    // Half the range at first, so that counting up within a millisecond has room.
                    tail[i] = random.nextInt(i == 0 ? 16 : 32);
                }
            } else {
                increment();
            }
            return text();
        } finally {
            lock.unlock();
        }
    }

    private void increment() {
        for (int i = RANDOM_CHARS - 1; i >= 0; i--) {
            if (tail[i] < 31) {
                tail[i]++;
                return;
            }
            tail[i] = 0;
        }
        last++;
    }

    private String text() {
        char[] out = new char[TIME_CHARS + RANDOM_CHARS];
        long time = last;
        for (int i = TIME_CHARS - 1; i >= 0; i--) {
            out[i] = ALPHABET[(int) (time & 31)];
            time >>>= 5;
        }
        for (int i = 0; i < RANDOM_CHARS; i++) {
            out[TIME_CHARS + i] = ALPHABET[tail[i]];
        }
        return new String(out);
    }
}
