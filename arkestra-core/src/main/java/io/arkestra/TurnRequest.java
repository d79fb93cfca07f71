package io.arkestra;

import io.arkestra.common.Budget;
import io.arkestra.common.ChannelId;
import java.util.function.Consumer;

/** A turn before it starts. Not thread-safe; start it once. */
public interface TurnRequest {
    /** Gives pieces of the answer, after the guard, as they come. Joined they are the reply's text. Called on an engine thread. */
    TurnRequest onText(Consumer<String> listener);

    /** Limits of this turn, in place of the engine's. */
    TurnRequest budget(Budget budget);

    /** Through which channel the message came. */
    TurnRequest channel(ChannelId channel);

    /**
     * Asks a better model of the senior from the start, where the host named one of a higher tier and it may be used.
     *
     * @param reason why, for events and the log: one word or a few, never a user's text
     */
    TurnRequest escalate(String reason);

    /** Queues the turn behind those of the session that are not done yet. */
    Turn start();
}
