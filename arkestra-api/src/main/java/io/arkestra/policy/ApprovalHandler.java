package io.arkestra.policy;

import java.util.concurrent.CompletionStage;

/**
 * Asks a person about a call. May answer at once, later, or never: a call that nobody answers for is parked, survives a restart, and counts
 * as refused once it has expired. Thread-safe.
 */
@FunctionalInterface
public interface ApprovalHandler {
    /**
     * Passes the question on. Must not wait for the answer itself.
     *
     * @return completes with the answer; one that completes exceptionally refuses
     */
    CompletionStage<ApprovalOutcome> request(ApprovalRequest request);
}
