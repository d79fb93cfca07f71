package io.arkestra.schedule;

import io.arkestra.common.Scope;
import io.arkestra.common.Subscription;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reminders that fired, until somebody has shown them. Each is delivered at least once, however often the process dies, and carries a
 * stable id. Every user has only its own. Thread-safe.
 *
 * <p>A channel within the process uses {@link #deliverTo}. One that talks to something remote, or that wants to decide for itself
 * when a reminder counts as shown, reads {@link #pending} and calls {@link #acknowledge}.
 */
public interface Deliveries {
    /**
     * Gives the user's reminders to a channel, those that wait already before this method returns, later ones on a thread of its own,
     * one at a time. A reminder counts as shown when the channel returns; when it throws, the reminder stays pending and is given
     * again with the next one, or to the next channel. However many channels a user has in this process, each id is shown once.
     */
    Subscription deliverTo(Scope scope, Consumer<? super DueReminder> channel);

    /** The user's reminders that nobody has acknowledged, the earliest first, at most 1,000. Reading changes nothing. */
    List<DueReminder> pending(Scope scope);

    /** Says that a reminder was shown; durable. Returns false when it was acknowledged before or is not the user's. */
    boolean acknowledge(Scope scope, String id);
}
