package io.arkestra.llm;

import java.time.Duration;

/** A phase of a call took longer than its deadline. */
public final class LlmTimeout extends LlmException {
    private static final long serialVersionUID = 1L;

    /** The phases of a call. New ones may be added: a {@code switch} needs a default branch. */
    public enum Phase {
        CONNECT,
        /** Waiting on our side for a free place. */
        QUEUE,
        FIRST_TOKEN,
        IDLE,
        TOTAL
    }

    private final Phase phase;
    private final Duration limit;

    public LlmTimeout(Phase phase, Duration limit, String message, @org.jspecify.annotations.Nullable Throwable cause) {
        super(Reason.TIMEOUT, message, cause, null);
        this.phase = phase;
        this.limit = limit;
    }

    public Phase phase() {
        return phase;
    }

    /** The deadline that has passed. */
    public Duration limit() {
        return limit;
    }
}
