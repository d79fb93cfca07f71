package io.arkestra.llm.gateway.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancelledException;
import io.arkestra.common.Subscription;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.LlmTimeout;
import java.time.Duration;
import java.util.Optional;

/** One call of one backend: rate limit, bulkhead, circuit breaker, tries. Used once, by one thread. */
final class BackendCall {
    /** How long somebody who is talking waits for a place: after that another answer is better than none. */
    private static final Duration LONGEST_QUEUE = Duration.ofSeconds(60);

    private final Backend backend;
    private final Pace pace;
    private final Deadline deadline;
    private final Cancellation cancel;
    private int retries;
    private boolean heard;
    private Duration queued = Duration.ZERO;

    BackendCall(Backend backend, Pace pace, Deadline deadline, Cancellation cancel) {
        this.backend = backend;
        this.pace = pace;
        this.deadline = deadline;
        this.cancel = cancel;
    }

    /** How often the call was made again. */
    int retries() {
        return retries;
    }

    /** Whether the listener has heard a part of an answer. */
    boolean heard() {
        return heard;
    }

    /**
     * Calls the backend.
     *
     * @param tokens of prompt and answer together, for the rate limit
     * @param inBackground whether nobody waits for the answer
     * @throws LlmException when there is no answer
     * @throws CancelledException when cancelled
     */
    LlmResponse run(LlmRequest request, LlmListener listener, long tokens, boolean inBackground) {
        long asked = pace.nanos();
        backend.rate().take(tokens, deadline, cancel);
        try (Subscription place = backend.bulkhead().enter(inBackground, queueDeadline(inBackground), cancel)) {
            queued = Duration.ofNanos(pace.nanos() - asked);
            CircuitBreaker.Permit permit = backend.breaker().enter(backend.name());
            boolean told = false;
            try {
                LlmResponse response = tries(request, listener, tokens);
                told = true;
                permit.succeeded();
                return response.toBuilder()
                        .timings(response.timings().queue(queued))
                        .build();
            } catch (LlmException e) {
                told = true;
                if (CircuitBreaker.counts(e)) {
                    permit.failed();
                } else {
                    permit.ignored();
                }
                throw e;
            } catch (CancelledException e) {
                told = true;
                permit.ignored();
                throw e;
            } finally {
                if (!told) {
                    permit.failed(); // an Error: whatever it was, the backend did not answer
                }
            }
        }
    }

    private Deadline queueDeadline(boolean inBackground) {
        return inBackground || deadline.left().compareTo(LONGEST_QUEUE) <= 0
                ? deadline
                : Deadline.in(pace, LONGEST_QUEUE);
    }

    private LlmResponse tries(LlmRequest request, LlmListener listener, long tokens) {
        RetryRule rule = backend.capabilities().local() ? RetryRule.LOCAL : RetryRule.REMOTE;
        Duration paused = Duration.ZERO;
        while (true) {
            cancel.throwIfCancelled();
            deadline.check(LlmTimeout.Phase.TOTAL);
            LlmException failure;
            try {
                return once(request, listener);
            } catch (OwnFault e) {
                throw e.asFailure();
            } catch (LlmException e) {
                failure = e;
            }
            Optional<Duration> delay = heard ? Optional.empty() : rule.delay(failure, retries, pace.chance());
            if (delay.isEmpty() || delay.get().compareTo(deadline.left()) >= 0) {
                throw failure;
            }
            paused = paused.plus(delay.get());
            if (paused.compareTo(RetryRule.LONGEST_PAUSES) > 0) {
                throw failure;
            }
            pace.pause(delay.get(), cancel);
            backend.rate().take(tokens, deadline, cancel);
            retries++;
        }
    }

    private LlmResponse once(LlmRequest request, LlmListener listener) throws OwnFault {
        ListenerGate gate = new ListenerGate(listener, pace);
        long began = pace.nanos();
        try {
            LlmRequest limited =
                    request.toBuilder().deadline(atLeastOne(deadline.left())).build();
            LlmResponse response = backend.client().generate(limited, gate, cancel);
            if (response == null) {
                throw new LlmException(LlmException.Reason.MALFORMED_OUTPUT, "the model's client gave no answer");
            }
            Duration total = Duration.ofNanos(pace.nanos() - began);
            Duration firstToken = gate.firstToken();
            backend.firstToken(firstToken == null ? total : firstToken);
            return timed(response, firstToken, total);
        } catch (LlmException e) {
            throw e;
        } catch (CancelledException e) {
            if (cancel.isCancelled() || Thread.currentThread().isInterrupted()) {
                throw e;
            }
            throw new OwnFault("the model's client stopped: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw new OwnFault("the model's client failed: " + e, e);
        } finally {
            heard |= gate.heard();
            gate.end();
        }
    }

    private static LlmResponse timed(
            LlmResponse response, @org.jspecify.annotations.Nullable Duration firstToken, Duration total) {
        var timings = response.timings();
        if (timings.total().isEmpty()) {
            timings = timings.total(total);
        }
        if (firstToken != null && timings.firstToken().isEmpty()) {
            timings = timings.firstToken(firstToken);
        }
        return response.toBuilder().timings(timings).build();
    }

    private static Duration atLeastOne(Duration left) {
        return left.isZero() ? Duration.ofNanos(1) : left;
    }

    /** The client itself is broken: asking it once more would not mend it. */
    private static final class OwnFault extends Exception {
        private static final long serialVersionUID = 1L;

        OwnFault(String message, RuntimeException cause) {
            super(message, cause);
        }

        LlmException asFailure() {
            return new LlmException(LlmException.Reason.CRASHED, String.valueOf(getMessage()), getCause(), null);
        }
    }
}
