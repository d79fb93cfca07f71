package io.arkestra.turn.internal;

import io.arkestra.common.Budget;
import io.arkestra.common.CancellationSource;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.TurnId;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A turn to be run.
 *
 * @param id its id
 * @param scope on whose behalf and through which channel
 * @param session in which conversation
 * @param message what was said, already accepted
 * @param wishes what the host says about this turn
 * @param budget what it may spend
 * @param onText hears the answer in pieces
 * @param cancel stops it
 * @param resumed a call that waited for a person and goes first
 */
public record TurnInput(
        TurnId id,
        Scope scope,
        SessionId session,
        String message,
        TurnWishes wishes,
        Budget budget,
        Consumer<String> onText,
        CancellationSource cancel,
        Optional<WaitingCall> resumed) {

    /** A turn that a user's message begins. */
    public TurnInput(
            TurnId id,
            Scope scope,
            SessionId session,
            String message,
            TurnWishes wishes,
            Budget budget,
            Consumer<String> onText,
            CancellationSource cancel) {
        this(id, scope, session, message, wishes, budget, onText, cancel, Optional.empty());
    }

    /** The same, beginning with a call that waited; the message says so and is nobody's. */
    public TurnInput resuming(WaitingCall call) {
        return new TurnInput(id, scope, session, message, wishes, budget, onText, cancel, Optional.of(call));
    }

    /** The same with another message. */
    TurnInput withMessage(String value) {
        return new TurnInput(id, scope, session, value, wishes, budget, onText, cancel, resumed);
    }
}
