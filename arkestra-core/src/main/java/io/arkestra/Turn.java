package io.arkestra;

import io.arkestra.common.TurnId;
import java.time.Duration;
import java.util.Optional;

/** A turn on its way. Thread-safe. */
public interface Turn {
    TurnId id();

    /**
     * Asks the turn to stop, from any thread, at any moment; reaches the model and the tools. Idempotent. The outcome is there within
     * 200 ms, and holds what was said until then; the message stays in the conversation. A turn that is already being committed
     * completes instead; of one that still waits for its session, nothing is kept.
     */
    void cancel();

    /** Waits for the end. An interrupt cancels the turn and is passed on as the thread's interrupt status. */
    Outcome await();

    /** Waits at most this long. */
    Optional<Outcome> await(Duration limit);
}
