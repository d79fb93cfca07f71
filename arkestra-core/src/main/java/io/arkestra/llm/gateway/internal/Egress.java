package io.arkestra.llm.gateway.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.Principal;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.guard.Guard;
import io.arkestra.guard.GuardContext;
import io.arkestra.llm.LlmContent;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Policy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The way out of the machine: closed unless the host opened it, guarded by the policy, and everything that passes is masked.
 * Thread-safe.
 */
public final class Egress {
    private static final UserId ENGINE = UserId.of("engine");

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
        return request.toBuilder()
                .replaceMessages(request.messages().stream().map(this::masked).toList())
                .build();
    }

    private LlmMessage masked(LlmMessage message) {
        String text = masked(message.text());
        LlmMessage out = switch (message.role()) {
            case SYSTEM -> LlmMessage.system(text);
            case USER -> LlmMessage.user(text);
            case ASSISTANT -> LlmMessage.assistant(text, calls(message.toolCalls()));
            case TOOL -> LlmMessage.tool(message.toolCallId().orElse(""), text);
        };
        for (LlmContent part : message.content()) {
            if (part instanceof LlmContent.Data data) {
                out = out.withData(data.name(), masked(data.value()));
            } else if (!(part instanceof LlmContent.Text)) {
                throw new LlmException(
                        LlmException.Reason.DENIED,
                        "a part of the prompt (" + part.getClass().getSimpleName()
                                + ") cannot be masked and stays on this machine");
            }
        }
        return out;
    }

    private List<LlmToolCall> calls(List<LlmToolCall> calls) {
        List<LlmToolCall> out = new ArrayList<>();
        for (LlmToolCall call : calls) {
            out.add(LlmToolCall.of(call.id(), call.name(), arguments(call.arguments())));
        }
        return out;
    }

    private String arguments(String text) {
        try {
            return masked(Json.parse(text)).toString();
        } catch (InvalidInputException e) {
            return masked(text);
        }
    }

    private Json masked(Json value) {
        return switch (value.kind()) {
            case STRING -> Json.of(masked(value.asString()));
            // A number that the guard would mask in a text is masked here too, and becomes one.
            case NUMBER ->
                Optional.of(masked(value.toString()))
                        .filter(text -> !text.equals(value.toString()))
                        .map(Json::of)
                        .orElse(value);
            case ARRAY -> Json.array(value.items().stream().map(this::masked).toList());
            case OBJECT -> members(value.members());
            default -> value;
        };
    }

    private Json members(Map<String, Json> members) {
        Map<String, Json> out = new LinkedHashMap<>();
        members.forEach((key, value) -> out.put(masked(key), masked(value)));
        return Json.object(out);
    }

    private String masked(String text) {
        return guard.inspect(text, GuardContext.of(GuardContext.Direction.TO_REMOTE_MODEL))
                .text();
    }
}
