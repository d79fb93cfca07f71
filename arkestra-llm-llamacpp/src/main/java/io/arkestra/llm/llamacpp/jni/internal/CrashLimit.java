package io.arkestra.llm.llamacpp.jni.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How soon a worker may be started again: at once after one crash, after a pause from the second on, not at all for a while after three.
 * Thread-safe.
 */
public final class CrashLimit {
    private static final int MOST = 3;
    private static final Duration WINDOW = Duration.ofMinutes(5);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Instant> crashes = new ArrayDeque<>();

    public CrashLimit(Clock clock) {
        this.clock = clock;
    }

    public void crashed() {
        lock.lock();
        try {
            forget();
            crashes.addLast(clock.instant());
        } finally {
            lock.unlock();
        }
    }

    /** Takes the last crash back: it was no fault of the model. */
    void forgive() {
        lock.lock();
        try {
            crashes.pollLast();
        } finally {
            lock.unlock();
        }
    }

    /** How long to wait before the next start; empty when it may be now. */
    public Optional<Duration> pause() {
        lock.lock();
        try {
            forget();
            if (crashes.size() < 2) {
                return Optional.empty();
            }
            Instant until = crashes.size() < MOST
                    ? crashes.getLast().plus(PAUSE)
                    : crashes.getFirst().plus(WINDOW);
            Duration left = Duration.between(clock.instant(), until);
            return left.isNegative() || left.isZero() ? Optional.empty() : Optional.of(left);
        } finally {
            lock.unlock();
        }
    }

    private void forget() {
        Instant old = clock.instant().minus(WINDOW);
        while (!crashes.isEmpty() && (!crashes.getFirst().isAfter(old) || crashes.size() > MOST)) {
            crashes.removeFirst();
        }
    }
}
