package io.arkestra;

import java.time.Duration;

/**
 * What forgetting a person did.
 *
 * @param documents how many documents were erased
 * @param jobs how many jobs of theirs were deleted
 * @param turns how many of their turns were stopped
 * @param took how long it took
 */
public record ForgetReport(long documents, long jobs, int turns, Duration took) {
    @Override
    public String toString() {
        return documents + " documents and " + jobs + " jobs are gone"
                + (turns == 0 ? "" : ", " + turns + " running turns were stopped") + "; the files were rewritten";
    }
}
