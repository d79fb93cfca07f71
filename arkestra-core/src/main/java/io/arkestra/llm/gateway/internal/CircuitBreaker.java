package io.arkestra.llm.gateway.internal;

import io.arkestra.llm.LlmException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps calls away from a backend that fails most of the time: closed, open, half open with one probe. Thread-safe.
 */
final class CircuitBreaker {
    /** Where it stands. */
    enum State {
        CLOSED,
        OPEN,
        HALF_OPEN
    }

    static final int WINDOW = 20;
    static final int LEAST_CALLS = 5;
    static final Duration OPEN_TIME = Duration.ofSeconds(10);

    private final Pace pace;
    private final ReentrantLock lock = new ReentrantLock();
    private final boolean[] failed = new boolean[WINDOW];
    private int calls;
    private int failures;
    private int next;
    private State state = State.CLOSED;
    private long openedAt;
    private boolean probing;
    private long generation;

    CircuitBreaker(Pace pace) {
        this.pace = pace;
    }

    /**
     * Lets a call through, or not.
     *
     * @return what to tell the result to
     * @throws LlmException with reason {@code UNAVAILABLE} while it is open
     */
    Permit enter(String backend) {
        lock.lock();
        try {
            long waited = pace.nanos() - openedAt;
            if (state == State.OPEN && waited >= OPEN_TIME.toNanos()) {
                state = State.HALF_OPEN;
                probing = false;
            }
            if (state == State.OPEN || (state == State.HALF_OPEN && probing)) {
                Duration left = Duration.ofNanos(Math.max(0, OPEN_TIME.toNanos() - waited));
                throw new LlmException(
                        LlmException.Reason.UNAVAILABLE,
                        "the model '" + backend + "' failed too often and is left alone for another " + left.toMillis()
                                + " ms",
                        null,
                        null);
            }
            probing = state == State.HALF_OPEN;
            return new Permit(generation, probing);
        } finally {
            lock.unlock();
        }
    }

    /** Whether a call would be let through now. */
    boolean admits() {
        lock.lock();
        try {
            return switch (state) {
                case CLOSED -> true;
                case OPEN -> pace.nanos() - openedAt >= OPEN_TIME.toNanos();
                case HALF_OPEN -> !probing;
            };
        } finally {
            lock.unlock();
        }
    }

    State state() {
        lock.lock();
        try {
            return state;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a failure says something about the backend, and not about the request or the host. */
    static boolean counts(LlmException failure) {
        return switch (failure.reason()) {
            case CONTEXT_OVERFLOW, INVALID_REQUEST, UNSUPPORTED, DENIED, OVER_BUDGET, MALFORMED_OUTPUT -> false;
            default -> true;
        };
    }

    private void opened() {
        state = State.OPEN;
        openedAt = pace.nanos();
        reset();
    }

    private void reset() {
        calls = 0;
        failures = 0;
        next = 0;
        generation++;
    }

    /** One call that was let through. Exactly one of its methods is called, once. */
    final class Permit {
        private final long began;
        private final boolean probe;

        private Permit(long began, boolean probe) {
            this.began = began;
            this.probe = probe;
        }

        void succeeded() {
            ended(false);
        }

        void failed() {
            ended(true);
        }

        /** The result says nothing about the backend: it was cancelled, or the request was at fault. */
        void ignored() {
            lock.lock();
            try {
                if (probe && began == generation) {
                    probing = false;
                }
            } finally {
                lock.unlock();
            }
        }

        private void ended(boolean failure) {
            lock.lock();
            try {
                if (began != generation) {
                    return; // a call from before the breaker changed: it tells of another time
                }
                if (probe) {
                    probing = false;
                    if (failure) {
                        opened();
                    } else {
                        state = State.CLOSED;
                        reset();
                    }
                } else {
                    count(failure);
                }
            } finally {
                lock.unlock();
            }
        }

        private void count(boolean failure) {
            if (calls == WINDOW) {
                failures -= CircuitBreaker.this.failed[next] ? 1 : 0;
            } else {
                calls++;
            }
            CircuitBreaker.this.failed[next] = failure;
            failures += failure ? 1 : 0;
            next = (next + 1) % WINDOW;
            if (calls >= LEAST_CALLS && failures * 2 >= calls && failure) {
                opened();
            }
        }
    }
}
