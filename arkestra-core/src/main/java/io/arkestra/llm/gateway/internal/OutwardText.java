package io.arkestra.llm.gateway.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.guard.Guard;
import io.arkestra.guard.GuardContext;
import io.arkestra.guard.GuardResult;
import io.arkestra.llm.LlmContent;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmToolCall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The messages of one request as they may leave the machine. Confined to one thread. */
final class OutwardText {
    private final Guard guard;
    private final GuardContext context;
    private boolean named;

    OutwardText(Guard guard, GuardContext context) {
        this.guard = guard;
        this.context = context;
    }

    /** Whether some values have names now. */
    boolean named() {
        return named;
    }

    LlmMessage of(LlmMessage message) {
        String text = message.role() == LlmMessage.Role.TOOL ? json(message.text()) : masked(message.text());
        LlmMessage out = switch (message.role()) {
            case SYSTEM -> LlmMessage.system(text);
            case USER -> LlmMessage.user(text);
            case ASSISTANT -> LlmMessage.assistant(text, calls(message.toolCalls()));
            case TOOL -> LlmMessage.tool(message.toolCallId().orElse(""), text);
        };
        for (LlmContent part : message.content()) {
            if (part instanceof LlmContent.Data data) {
                out = out.withData(data.name(), masked(data.name(), data.value()));
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
            out.add(LlmToolCall.of(call.id(), call.name(), json(call.arguments())));
        }
        return out;
    }

    /** A text that should be JSON. */
    private String json(String text) {
        try {
            return masked("", Json.parse(text)).toString();
        } catch (InvalidInputException e) {
            return masked(text);
        }
    }

    /** @param key what the value is called; a password need not look like one */
    private Json masked(String key, Json value) {
        return switch (value.kind()) {
            case STRING -> Json.of(masked(key, value.asString()));
            // A number that the guard would mask in a text is masked here too, and becomes one.
            case NUMBER ->
                Optional.of(masked(key, value.toString()))
                        .filter(text -> !text.equals(value.toString()))
                        .map(Json::of)
                        .orElse(value);
            case ARRAY ->
                Json.array(value.items().stream().map(item -> masked(key, item)).toList());
            case OBJECT -> members(value.members());
            default -> value;
        };
    }

    private Json members(Map<String, Json> members) {
        Map<String, Json> out = new LinkedHashMap<>();
        members.forEach((key, value) -> out.put(masked(key), masked(key, value)));
        return Json.object(out);
    }

    private String masked(String text) {
        return masked("", text);
    }

    private String masked(String key, String text) {
        GuardResult result = guard.inspect(key, text, context);
        if (result.blocked()) {
            throw new LlmException(
                    LlmException.Reason.DENIED,
                    "the prompt holds a value of the type "
                            + result.findings()
                                    .get(result.findings().size() - 1)
                                    .type()
                            + ", which must not leave this machine (action block in guard.yaml)");
        }
        named |= result.changed() && result.text().contains("[[");
        return result.text();
    }
}
