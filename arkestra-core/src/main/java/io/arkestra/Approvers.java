package io.arkestra;

import io.arkestra.policy.ApprovalHandler;
import io.arkestra.policy.ApprovalOutcome;
import java.util.concurrent.CompletableFuture;

/** Handlers for hosts that ask nobody themselves. */
public final class Approvers {
    private Approvers() {}

    /** Says no to everything, and says so. */
    public static ApprovalHandler deny() {
        return request -> CompletableFuture.completedFuture(ApprovalOutcome.deny("nobody can be asked here"));
    }

    /** Leaves every question to {@link Arkestra#approvals()}: the turn ends at once, and goes on after the answer. */
    public static ApprovalHandler parking() {
        return request -> CompletableFuture.completedFuture(new ApprovalOutcome.Later());
    }
}
