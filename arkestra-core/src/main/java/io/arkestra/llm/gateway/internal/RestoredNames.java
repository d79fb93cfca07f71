package io.arkestra.llm.gateway.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.guard.Guard;
import io.arkestra.guard.GuardContext;
import io.arkestra.guard.GuardStream;
import io.arkestra.guard.internal.GuardedJson;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.LlmToolCall;
import java.util.List;

/**
 * What comes back from a model elsewhere, with the values in the place of their names. Stands before the caller's listener. One per
 * call; confined to one thread at a time.
 */
final class RestoredNames implements LlmListener {
    private final Guard guard;
    private final GuardContext context;
    private final LlmListener listener;
    private final GuardStream text;
    private final GuardStream thinking;

    RestoredNames(Guard guard, GuardContext context, LlmListener listener) {
        this.guard = guard;
        this.context = context;
        this.listener = listener;
        this.text = guard.restoring(context);
        this.thinking = guard.restoring(context);
    }

    /** The listener for the call: nobody when nobody listens. */
    LlmListener listener() {
        return listener == LlmListener.none() ? listener : this;
    }

    @Override
    public void onText(String delta) {
        tell(text.push(delta));
    }

    @Override
    public void onThinking(String delta) {
        String restored = thinking.push(delta);
        if (!restored.isEmpty()) {
            listener.onThinking(restored);
        }
    }

    @Override
    public void onToolCall(int index, String name, String arguments) {
        listener.onToolCall(index, name, guard.restore(arguments, context));
    }

    /** Lets go of what was held back, and restores the whole answer. */
    LlmResponse of(LlmResponse response) {
        String rest = thinking.finish();
        if (!rest.isEmpty()) {
            listener.onThinking(rest);
        }
        tell(text.finish());
        LlmResponse.Builder restored = response.toBuilder()
                .text(guard.restore(response.text(), context))
                .thinking(guard.restore(response.thinking(), context));
        response.json().ifPresent(json -> restored.json(GuardedJson.restored(guard, json, context)));
        List<LlmToolCall> calls = response.toolCalls().stream()
                .map(call -> LlmToolCall.of(call.id(), call.name(), arguments(call.arguments())))
                .toList();
        return restored.toolCalls(calls).build();
    }

    /** Value by value, so that a value with a quotation mark in it cannot change what the arguments are. */
    private String arguments(String text) {
        try {
            return GuardedJson.restored(guard, Json.parse(text), context).toString();
        } catch (InvalidInputException e) {
            return guard.restore(text, context);
        }
    }

    private void tell(String restored) {
        if (!restored.isEmpty()) {
            listener.onText(restored);
        }
    }
}
