package io.arkestra.memory;

import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The life of conversations: what ends, is summed up and remembered. Thread-safe. */
public interface Sessions {
    /**
     * Ends a conversation: its summary and facts are written and the user's state is made anew, in one transaction. Ending it again
     * changes nothing, unless messages were added since.
     *
     * @return the summary; empty when the conversation has nothing worth one
     */
    Optional<MemoryRecord> end(Scope scope, SessionId session, SessionEnd reason);

    /**
     * Takes facts from the user's conversations that still go on, so that a question is answered from what was said a moment ago. What was
     * learned is not learned again when they end. Does nothing unless a memory learns by itself.
     */
    default void learn(Scope scope) {}

    /** Conversations with messages that no summary covers yet and whose last message is older than this. */
    List<SessionId> open(Scope scope, Instant lastBefore, int limit);

    /** The portrait that opens the user's next conversation. */
    UserState state(Scope scope);
}
