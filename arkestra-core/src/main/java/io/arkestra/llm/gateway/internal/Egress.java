package io.arkestra.llm.gateway.internal;

import io.arkestra.common.Principal;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.guard.Guard;
import io.arkestra.guard.GuardContext;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Policy;
import java.util.ArrayList;
import java.util.List;

/**
 * The way out of the machine: closed unless the host opened it, guarded by the policy, and everything that passes is masked.
 * Thread-safe.
 */
public final class Egress {
    private static final UserId ENGINE = UserId.of("engine");

    private static final String COPY_NAMES =
            "Words in double square brackets such as [[EMAIL_1]] stand for private values. Copy them exactly as they are.";

    private final boolean open;
    private final Policy policy;
    private final Guard guard;

    /** @param open whether the host switched it on */
    public Egress(boolean open, Policy policy, Guard guard) {
        this.open = open;
        this.policy = policy;
        this.guard = guard;
    }

    /** Whether the host switched it on. */
    public boolean isOpen() {
        return open;
    }

    /**
     * The request as it may leave the machine.
     *
     * @throws LlmException with reason {@code DENIED} when it may not; the message says how to allow it
     */
    LlmRequest pass(Backend to, LlmRequest request) {
        String backend = to.name();
        if (!open) {
            throw new LlmException(
                    LlmException.Reason.DENIED,
                    "the model '" + backend + "' is not on this machine, and nothing may leave it; "
                            + "set llm.egress: true in the configuration or call llmEgress(true) on the builder to allow it");
        }
        Scope scope = request.scope().orElseGet(() -> Scope.of(ENGINE).withPrincipal(Principal.SYSTEM));
        Decision decision = policy.decide(
                Action.llmEgress(backend, to.settings().model(), to.client().host(), request.role()), scope);
        if (decision.effect() != Decision.Effect.ALLOW) {
            throw new LlmException(
                    LlmException.Reason.DENIED,
                    "the policy does not let the prompt go to the model '" + backend + "': "
                            + String.join("; ", decision.reasons())
                            + "; a policy that decides ALLOW on the action llm.egress '" + backend + "' allows it");
        }
        OutwardText text = new OutwardText(guard, context(request));
        List<LlmMessage> messages = new ArrayList<>();
        for (LlmMessage message : request.messages()) {
            messages.add(text.of(message));
        }
        if (text.named()) {
            messages.add(0, LlmMessage.system(COPY_NAMES));
        }
        return request.toBuilder().replaceMessages(messages).build();
    }

    /** A listener and an answer in which the names that {@link #pass} gave to values are the values again. */
    RestoredNames restored(LlmRequest request, LlmListener listener) {
        return new RestoredNames(guard, context(request), listener);
    }

    /** Names hold within a conversation; without one there are none, only masks. */
    private static GuardContext context(LlmRequest request) {
        GuardContext context = GuardContext.of(GuardContext.Direction.TO_REMOTE_MODEL);
        return request.scope()
                .flatMap(scope -> scope.session().map(session -> scope.user().value() + "/" + session.value()))
                .map(context::conversation)
                .orElse(context);
    }
}
