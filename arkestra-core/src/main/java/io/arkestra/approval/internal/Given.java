package io.arkestra.approval.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.policy.ApprovalOutcome;
import org.jspecify.annotations.Nullable;

/**
 * An answer as it is stored.
 *
 * @param state what the question is by it
 * @param members what it adds to the record
 * @param digest of what was seen; null for a no, which holds whatever was seen
 */
record Given(Question.State state, Json members, @Nullable String digest) {
    /** @throws InvalidInputException when it is none */
    static Given of(ApprovalOutcome outcome) {
        if (outcome instanceof ApprovalOutcome.Approved approved) {
            Json members = Json.object().put("remember", approved.remember()).build();
            return new Given(Question.State.APPROVED, members, approved.digest());
        } else if (outcome instanceof ApprovalOutcome.Edited edited) {
            if (!edited.arguments().isObject()) {
                throw new InvalidInputException(
                        "The arguments are " + edited.arguments().kind() + "; expected an object");
            }
            Json members = Json.object().put("edited", edited.arguments()).build();
            return new Given(Question.State.EDITED, members, edited.digest());
        } else if (outcome instanceof ApprovalOutcome.Denied denied) {
            return new Given(
                    Question.State.DENIED,
                    Json.object().put("note", denied.note()).build(),
                    null);
        }
        throw new InvalidInputException("Only yes, no and other arguments are answers; this is " + outcome);
    }

    /** Whether it is about what the question shows. */
    boolean fits(Question question) {
        return digest == null || digest.equals(question.digest());
    }
}
