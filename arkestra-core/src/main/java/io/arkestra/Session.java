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

    /**
     * Tells a fact about the surroundings of this conversation, such as {@code env("city", "Berlin")}, for all its turns to come. Models
     * get it as data, never as an instruction, and those elsewhere masked. Kept with the user's data.
     *
     * @param name a letter and up to 39 letters, digits, blanks and {@code _.-}
     * @param value up to 300 characters; empty takes the fact away
     * @throws io.arkestra.common.InvalidInputException when they do not fit, or there are 20 facts already
     */
    void env(String name, String value);

    /** Says what the user thought of a turn. */
    void feedback(TurnId turn, Feedback feedback);
}
