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
 * @param budget what it may spend
 * @param onText hears the answer in pieces
 * @param cancel stops it
 * @param escalation why the host wants a better model
 */
public record TurnInput(
        TurnId id,
        Scope scope,
        SessionId session,
        String message,
        Budget budget,
        Consumer<String> onText,
        CancellationSource cancel,
        Optional<String> escalation) {}
