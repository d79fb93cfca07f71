package io.arkestra.vector.partition.internal;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts those who use a partition, lets nobody in once it is closed, and lets closing wait for those who are in. */
final class ReaderGate {
    private static final long CLOSED = Long.MIN_VALUE;

    private final AtomicLong readers = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition left = lock.newCondition();

    /** Whether one may use it; who may must {@link #leave}. */
    boolean enter() {
        while (true) {
            long now = readers.get();
            if (now < 0) {
                return false;
            }
            if (readers.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    void leave() {
        if (readers.decrementAndGet() == CLOSED) {
            lock.lock();
            try {
                left.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    boolean isClosed() {
        return readers.get() < 0;
    }

    /** Closes; returns whether this call did. */
    boolean close() {
        while (true) {
            long now = readers.get();
            if (now < 0) {
                return false;
            }
            if (readers.compareAndSet(now, now + CLOSED)) {
                return true;
            }
        }
    }

    /** Waits until all who were in have left. */
    void awaitEmpty() {
        lock.lock();
        try {
            while (readers.get() != CLOSED) {
                left.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }
}
