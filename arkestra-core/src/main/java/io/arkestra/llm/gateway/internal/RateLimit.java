package io.arkestra.llm.gateway.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.llm.LlmTimeout;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Calls and tokens per minute of a backend: two token buckets that hold a minute's worth. A call that is larger than a minute's worth
 * goes when the bucket is full. Places are given in the order of asking. Thread-safe.
 */
final class RateLimit {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final Pace pace;
    private final Bucket calls;
    private final Bucket tokens;
    private final ReentrantLock lock = new ReentrantLock();

    /** @param callsPerMinute 0 for no limit; the same for tokens */
    RateLimit(Pace pace, long callsPerMinute, long tokensPerMinute) {
        this.pace = pace;
        this.calls = new Bucket(callsPerMinute, pace.nanos());
        this.tokens = new Bucket(tokensPerMinute, pace.nanos());
    }

    /**
     * Waits for its turn. What was taken is not given back when the call fails: the backend has counted it as well.
     *
     * @throws LlmTimeout when its turn would come too late; nothing is taken then
     */
    void take(long tokensNeeded, Deadline deadline, Cancellation cancel) {
        if (calls.perMinute == 0 && tokens.perMinute == 0) {
            return;
        }
        long wait;
        lock.lock();
        try {
            long now = pace.nanos();
            wait = Math.max(calls.wait(1, now), tokens.wait(tokensNeeded, now));
            if (wait > deadline.left().toNanos()) {
                throw deadline.late(LlmTimeout.Phase.QUEUE);
            }
            calls.take(1);
            tokens.take(tokensNeeded);
        } finally {
            lock.unlock();
        }
        if (wait > 0) {
            pace.pause(Duration.ofNanos(wait), cancel);
        }
    }

    /** Level may fall below zero: that is what was promised to those who wait. */
    private static final class Bucket {
        private final long perMinute;
        private double level;
        private long at;

        Bucket(long perMinute, long now) {
            this.perMinute = perMinute;
            this.level = perMinute;
            this.at = now;
        }

        /** Nanoseconds until so much is there. */
        long wait(long amount, long now) {
            if (perMinute == 0) {
                return 0;
            }
            level = Math.min(perMinute, level + (double) (now - at) * perMinute / MINUTE);
            at = now;
            double missing = Math.min(amount, perMinute) - level;
            return missing <= 0 ? 0 : (long) Math.ceil(missing * MINUTE / perMinute);
        }

        void take(long amount) {
            if (perMinute > 0) {
                level -= Math.min(amount, perMinute);
            }
        }
    }
}
