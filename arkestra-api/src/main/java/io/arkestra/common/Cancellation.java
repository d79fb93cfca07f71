package io.arkestra.common;

import java.util.Optional;

/**
 * Tells running work that nobody wants its result any more. The party that wants to cancel holds the {@link CancellationSource}; the
 * work only sees this. Thread-safe.
 */
public interface Cancellation {
    /** Whether cancellation was requested. Once true, stays true. */
    boolean isCancelled();

    /** Why, once it was requested. */
    Optional<String> reason();

    /**
     * Runs the action as soon as cancellation is requested, on the thread that requests it; at once when that has happened already.
     * The action must be quick and must not throw; closing the subscription withdraws it.
     */
    Subscription onCancel(Runnable action);

    /** @throws CancelledException when cancellation was requested */
    default void throwIfCancelled() {
        if (isCancelled()) {
            throw new CancelledException(reason().orElse("requested"));
        }
    }

    /** A cancellation that never happens. */
    static Cancellation none() {
        return NoCancellation.INSTANCE;
    }
}
