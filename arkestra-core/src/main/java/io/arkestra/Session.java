package io.arkestra;

import io.arkestra.common.SessionId;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;

/** One conversation of one user. Cheap; thread-safe; runs its turns one after another, also when two objects stand for it. */
public interface Session {
    SessionId id();

    UserId user();

    /**
     * Says something and waits for the reply.
     *
     * @return the reply of any outcome that has one; {@link Reply#outcome()} tells which
     * @throws io.arkestra.common.InvalidInputException when the message cannot be accepted; nothing was kept
     * @throws io.arkestra.common.ArkestraException when the turn failed
     */
    Reply ask(String message);

    /**
     * Prepares a turn with choices of its own.
     *
     * @throws io.arkestra.common.InvalidInputException when the message cannot be accepted: empty, too long, control characters or
     *     text that is not well-formed Unicode
     */
    TurnRequest turn(String message);

    /** Says what the user thought of a turn. */
    void feedback(TurnId turn, Feedback feedback);
}
