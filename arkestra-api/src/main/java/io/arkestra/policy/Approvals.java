package io.arkestra.policy;

import io.arkestra.common.UserId;
import java.util.List;
import java.util.Optional;

/** Calls that wait for a person, and approvals that are remembered. Each user sees only their own. Survives a restart. Thread-safe. */
public interface Approvals {
    /** What waits for an answer of the user, the oldest first. */
    List<ApprovalRequest> pending(UserId user);

    /** One of them; empty when it is answered, expired or another user's. */
    Optional<ApprovalRequest> find(UserId user, String id);

    /**
     * Answers. The turn goes on where it was parked, in the background when it has ended meanwhile.
     *
     * @throws io.arkestra.common.InvalidInputException when nothing of this id waits, it has expired, or the digest is not that of the
     *     request
     */
    void answer(UserId user, String id, ApprovalOutcome outcome);

    /** Approvals that are remembered now, the newest first. */
    List<Grant> grants(UserId user);

    /** Forgets a remembered approval; from then on it is asked again. False when there is none of this id. */
    boolean revoke(UserId user, String grant);
}
