package io.arkestra.llm.gateway.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancelledException;
import io.arkestra.common.Subscription;
import io.arkestra.llm.LlmTimeout;
import java.time.Duration;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * As many calls at a time as a backend is good for. Work in the background waits until nobody who is talking does, and those who talk
 * are served in the order in which they came. Thread-safe.
 */
final class Bulkhead {
    private final int places;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long tickets;
    private final TreeSet<Long> talking = new TreeSet<>();
    private final TreeSet<Long> background = new TreeSet<>();
    private int taken;

    Bulkhead(int places) {
        this.places = places;
    }

    /**
     * Waits for a place.
     *
     * @return gives the place back when closed
     * @throws LlmTimeout of the phase {@code QUEUE} when none is free in time
     * @throws CancelledException at once when cancelled
     */
    Subscription enter(boolean inBackground, Deadline deadline, Cancellation cancel) {
        cancel.throwIfCancelled();
        lock.lock();
        try {
            if (taken < places && talking.isEmpty() && background.isEmpty()) {
                taken++;
                return this::leave;
            }
        } finally {
            lock.unlock();
        }
        try (Subscription registration = cancel.onCancel(this::wake)) {
            await(inBackground, deadline, cancel);
        }
        return this::leave;
    }

    private void await(boolean inBackground, Deadline deadline, Cancellation cancel) {
        lock.lock();
        try {
            TreeSet<Long> line = inBackground ? background : talking;
            Long ticket = tickets++;
            line.add(ticket);
            try {
                while (taken >= places || !line.first().equals(ticket) || (inBackground && !talking.isEmpty())) {
                    cancel.throwIfCancelled();
                    Duration left = deadline.left();
                    if (left.isZero()) {
                        throw deadline.late(LlmTimeout.Phase.QUEUE);
                    }
                    changed.await(left.toNanos(), TimeUnit.NANOSECONDS);
                }
                taken++;
            } finally {
                line.remove(ticket);
                changed.signalAll();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted");
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void leave() {
        lock.lock();
        try {
            taken--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
