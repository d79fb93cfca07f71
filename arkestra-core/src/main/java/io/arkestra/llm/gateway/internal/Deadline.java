package io.arkestra.llm.gateway.internal;

import io.arkestra.llm.LlmTimeout;
import java.time.Duration;

/** When a call must be over, on the pace's own time. Immutable. */
final class Deadline {
    private final Pace pace;
    private final Duration total;
    private final long end;

    private Deadline(Pace pace, Duration total) {
        this.pace = pace;
        this.total = total;
        this.end = pace.nanos() + total.toNanos();
    }

    static Deadline in(Pace pace, Duration total) {
        return new Deadline(pace, total);
    }

    /** Zero when it has passed. */
    Duration left() {
        return Duration.ofNanos(Math.max(0, end - pace.nanos()));
    }

    boolean passed() {
        return end - pace.nanos() <= 0;
    }

    /** @throws LlmTimeout when it has passed */
    void check(LlmTimeout.Phase phase) {
        if (passed()) {
            throw late(phase);
        }
    }

    LlmTimeout late(LlmTimeout.Phase phase) {
        String doing =
                phase == LlmTimeout.Phase.QUEUE ? "no place for the call was free in" : "the model took longer than";
        return new LlmTimeout(phase, total, doing + " " + total.toMillis() + " ms", null);
    }
}
