package io.arkestra;

import io.arkestra.common.Budget;
import io.arkestra.common.ChannelId;
import io.arkestra.common.ProjectId;
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
     * In which project it is: tools that are for this project alone are offered, its rules hold beside all others, and its indexed files
     * are recalled. A call that waits for a person stays in it. Otherwise a turn is in none.
     */
    TurnRequest project(ProjectId project);

    /**
     * For whom or how to put this one answer: {@code adapt("for a five-year-old")}. Language models go by it; rules cannot.
     *
     * @throws io.arkestra.common.InvalidInputException when it is blank or longer than 300 characters
     */
    TurnRequest adapt(String whom);

    /**
     * A fact about the surroundings for this turn only, beside those of {@link Session#env}; of the same name, this one counts.
     *
     * @throws io.arkestra.common.InvalidInputException when name or value do not fit, or there are more than 20
     */
    TurnRequest env(String name, String value);

    /**
     * Who takes part in the conversation besides the user and the assistant.
     *
     * @throws io.arkestra.common.InvalidInputException when there are more than 20, or a name is blank or longer than 100 characters
     */
    TurnRequest participants(String... names);

    /**
     * Asks a better model of the senior from the start, where the host named one of a higher tier and it may be used.
     *
     * @param reason why, for events and the log: one word or a few, never a user's text
     * @throws io.arkestra.common.InvalidInputException when the reason is blank
     */
    TurnRequest escalate(String reason);

    /**
     * Goes on by itself: a critic judges the answer, and the senior adds what is missing, until it is good enough, nothing new comes, or
     * as often as the persona says. Otherwise one pass does, as far as the persona does not say otherwise.
     */
    TurnRequest autonomous();

    /**
     * The same with a limit of its own.
     *
     * @param maxIterations answers that this turn may give at most, the first one counted; 1 to 16, where 1 means one pass
     * @throws io.arkestra.common.InvalidInputException when it is out of range
     */
    TurnRequest autonomous(int maxIterations);

    /**
     * A rehearsal: shows what the turn would do and changes nothing. Tools without effects really run; of the others it is found out
     * whether the policy would let them, and what they would do ({@link Reply#previews()}). Neither the message nor the answer becomes
     * part of the conversation, nothing is learned from them, and nobody is asked for approval. Only the explanation of the turn is
     * kept.
     */
    TurnRequest dryRun();

    /** Queues the turn behind those of the session that are not done yet. */
    Turn start();
}
