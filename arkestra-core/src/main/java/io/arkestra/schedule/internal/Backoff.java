package io.arkestra.schedule.internal;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/**
 * Exponential backoff with full jitter (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015): a wait between
 * zero and {@code min(longest, base * 2^failures)}, evenly spread, so that jobs that failed together do not come back together.
 */
final class Backoff {
    static final Duration LONGEST = Duration.ofHours(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final RandomGenerator random;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** @param failures how often it failed before this failure; 0 for the first */
    Duration delay(Duration base, int failures) {
        long longest = LONGEST.toMillis();
        long cap = Math.max(1, Math.min(longest, base.toMillis()));
        for (int i = 0; i < failures && cap < longest; i++) {
            cap = Math.min(longest, cap * 2);
        }
        lock.lock();
        try {
            return Duration.ofMillis(random.nextLong(cap + 1));
        } finally {
            lock.unlock();
        }
    }
}
