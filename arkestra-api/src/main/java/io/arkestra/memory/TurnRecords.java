package io.arkestra.memory;

import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.store.DocTransaction;

/**
 * What an engine keeps about turns beside the log: why they went as they did, calls of tools, work that is still to be done. The engine
 * offers it to the memory, which calls it when a message is forgotten and when data sets are written. Thread-safe.
 */
@FunctionalInterface
public interface TurnRecords {
    /**
     * Takes away what is kept about a turn, whether there is anything or not, as part of the transaction that forgets one of its
     * messages. May run more than once for the same turn.
     */
    void forget(DocTransaction transaction, UserId user, TurnId turn);

    /** Whether the user did not like the answer of a turn, as far as feedback tells; nobody should learn from it then. */
    default boolean isDisliked(DocTransaction transaction, UserId user, TurnId turn) {
        return false;
    }
}
