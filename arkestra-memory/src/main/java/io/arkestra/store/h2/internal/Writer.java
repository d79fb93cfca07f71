package io.arkestra.store.h2.internal;

import io.arkestra.store.StoreException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets one transaction at a time write, from its first write until after its commit, and numbers the writes. That makes the order of
 * sequences the order of commits, so a reader never sees a higher one before a lower one.
 */
final class Writer {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ReentrantLock lock = new ReentrantLock();
    private long allocated;
    private volatile long committed;

    /** Continues after the highest sequence that was ever committed. */
    void startAt(long sequence) {
        allocated = sequence;
        committed = sequence;
    }

    /** Waits for the turn to write; an interrupt stays pending. */
    void begin() {
        boolean interrupted = false;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (true) {
                try {
                    if (lock.tryLock(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                        return;
                    }
                    throw new StoreException(
                            "busy",
                            "Another transaction has been writing for more than " + PATIENCE.toSeconds()
                                    + " s; try again, and keep transactions short",
                            true,
                            null);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The next sequence; only while writing. */
    long next() {
        return ++allocated;
    }

    /** The last sequence given; only while writing. */
    long allocated() {
        return allocated;
    }

    void committed() {
        committed = allocated;
    }

    /** Takes back what was given since the last commit. */
    void rolledBack() {
        allocated = committed;
    }

    void end() {
        lock.unlock();
    }

    /** Highest committed sequence. */
    long lastCommitted() {
        return committed;
    }
}
