package io.arkestra.policy;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.Taint;
import io.arkestra.common.TurnId;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.ToolCall;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A call that a person has to agree to. What the model wrote is in the arguments and nowhere else: a host shows it as a quotation,
 * never as the question.
 *
 * @param id unique
 * @param scope on whose behalf and where
 * @param turn the turn that waits for it
 * @param call the call, with valid arguments
 * @param prepared what would happen, with the preview
 * @param why the decision of the policy, with the risk
 * @param sandbox what holds the tool in, in words; {@code not sandboxed} when nothing does
 * @param taints untrusted sources that the model had seen when it asked
 * @param createdAt when it was asked first
 * @param expiresAt when it counts as refused
 * @param digest of the arguments, the preview, and the state of what would be changed: an answer names it, and a call that would be
 *     different is asked again
 * @param remember how far an agreement to this may be remembered ({@link ApprovalOutcome.Approved#remember()}); empty when it cannot be, and
 *     an agreement that says so holds once
 * @param bound the values that have to be the same then, by the names of {@link Remember#bind()}; an empty object when there are none. What
 *     the model wrote may be among them
 */
public record ApprovalRequest(
        String id,
        Scope scope,
        TurnId turn,
        ToolCall call,
        Prepared prepared,
        Decision why,
        String sandbox,
        Set<Taint> taints,
        Instant createdAt,
        Instant expiresAt,
        String digest,
        Optional<Remember> remember,
        Json bound) {
    public ApprovalRequest {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(digest, "digest");
        Objects.requireNonNull(remember, "remember");
        Objects.requireNonNull(bound, "bound");
        taints = java.util.Collections.unmodifiableSet(new java.util.TreeSet<>(taints));
    }

    /** What would happen, one sentence for each change. */
    public List<String> effects() {
        return prepared.effects();
    }
}
