package io.arkestra.event.internal;

import io.arkestra.event.ArkestraEvent;
import io.arkestra.event.Delivery.Overflow;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Events on their way to one listener, which takes them on a thread of its own as far as it has asked for them. */
final class EventQueue {
    /** A demand that never runs out. */
    static final long UNBOUNDED = Long.MAX_VALUE;

    private enum State {
        OPEN,
        /** Takes nothing more; gives out what waits. */
        FINISHING,
        CLOSED
    }

    private final int capacity;
    private final Overflow overflow;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition readable = lock.newCondition();
    private final Condition writable = lock.newCondition();
    private final ArrayDeque<ArkestraEvent> waiting = new ArrayDeque<>();
    private State state = State.OPEN;
    private long demand;

    EventQueue(int capacity, Overflow overflow, long demand) {
        this.capacity = capacity;
        this.overflow = overflow;
        this.demand = demand;
    }

    /**
     * Adds an event.
     *
     * @param mayWait false for threads that deliver events themselves: two of them that waited for each other would do so for ever
     * @return how many events were lost
     */
    int put(ArkestraEvent event, boolean mayWait) {
        lock.lock();
        try {
            if (state == State.OPEN && waiting.size() >= capacity) {
                switch (overflow) {
                    case DROP_LATEST -> {
                        return 1;
                    }
                    case DROP_OLDEST -> {
                        waiting.removeFirst();
                        append(event);
                        return 1;
                    }
                    case BLOCK -> {
                        if (mayWait) {
                            awaitSpace();
                        }
                    }
                }
            }
            if (state != State.OPEN) {
                return 0;
            }
            append(event);
            return 0;
        } finally {
            lock.unlock();
        }
    }

    private void append(ArkestraEvent event) {
        waiting.addLast(event);
        readable.signal();
    }

    /** An interrupted publisher is in a hurry: it stops waiting, and its event goes in over the capacity rather than be lost. */
    private void awaitSpace() {
        try {
            while (state == State.OPEN && waiting.size() >= capacity) {
                writable.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the next event; null when there will be none. */
    @Nullable
    ArkestraEvent take() {
        lock.lock();
        try {
            while (true) {
                if (state == State.CLOSED) {
                    return null;
                }
                if (demand > 0 && !waiting.isEmpty()) {
                    if (demand != UNBOUNDED) {
                        demand--;
                    }
                    ArkestraEvent event = waiting.removeFirst();
                    writable.signal();
                    return event;
                }
                if (state == State.FINISHING) {
                    return null;
                }
                readable.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Asks for so many events more. */
    void request(long count) {
        lock.lock();
        try {
            demand = demand + count < 0 ? UNBOUNDED : demand + count;
            readable.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more; the listener gets what waits and then the end. */
    void finish() {
        lock.lock();
        try {
            if (state == State.OPEN) {
                state = State.FINISHING;
            }
            readable.signalAll();
            writable.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends at once. Returns how many events were still waiting. */
    int close() {
        lock.lock();
        try {
            state = State.CLOSED;
            int left = waiting.size();
            waiting.clear();
            readable.signalAll();
            writable.signalAll();
            return left;
        } finally {
            lock.unlock();
        }
    }
}
