package io.arkestra.turn.internal;

import io.arkestra.common.Budget;
import io.arkestra.common.CancellationSource;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.TurnId;
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
 */
public record TurnInput(
        TurnId id,
        Scope scope,
        SessionId session,
        String message,
        TurnWishes wishes,
        Budget budget,
        Consumer<String> onText,
        CancellationSource cancel) {

    /** The same with another message. */
    TurnInput withMessage(String value) {
        return new TurnInput(id, scope, session, value, wishes, budget, onText, cancel);
    }
}
