package io.arkestra.memory.sleep.internal;

import io.arkestra.common.UserId;

/**
 * One step of the nightly work for one user. Commits by itself, in as many transactions as it likes, and finds out from the store what
 * is left to do: done again it changes nothing, cut off it goes on where it was.
 */
public interface SleepStep {
    /** Its name, for progress and the audit. */
    String name();

    /**
     * Does what is left to do.
     *
     * @return how many records changed
     * @throws SleepRun.Halt between two units of work, when the budget is used up or nobody wants it any more
     */
    long run(UserId user, SleepRun run);

    /**
     * Does, after everybody's steps, what is done for all users at once.
     *
     * @return how many things changed
     * @throws SleepRun.Halt as {@link #run} does
     */
    default long finish(SleepRun run) {
        return 0;
    }

    /** Removes what the step keeps of a user outside of the user's own documents. */
    default void forget(UserId user) {
        // most keep nothing
    }
}
