package io.arkestra.memory.dataset.internal;

import io.arkestra.common.Json;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.memory.record.internal.NormalText;
import io.arkestra.tool.ToolCatalogue;
import io.arkestra.tool.ToolSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Turns that follow each other, as one line in the chat format: system, user, assistant and tool messages, and the tools that were
 * called. It has the members that fine-tuning services accept and no others.
 */
final class SeniorExample {
    private static final String SYSTEM =
            "You are %s, the user's personal assistant. Answer in the language of the user's last message."
                    + " Call a tool when one helps. Say only what you know.";

    private final Masking masking;
    private final ToolCatalogue catalogue;
    private final Map<String, ToolSpec> tools = new TreeMap<>();
    private final List<Json> messages = new ArrayList<>();
    private int turns;
    private int calls;

    SeniorExample(Masking masking, ToolCatalogue catalogue) {
        this.masking = masking;
        this.catalogue = catalogue;
    }

    /** Whether every tool that the turn calls still exists: what is gone is nothing to learn. */
    static boolean isKnown(Exchange exchange, ToolCatalogue catalogue) {
        return exchange.answers().stream()
                .flatMap(message -> Exchange.calls(message).stream())
                .allMatch(call -> catalogue.describe(call.text("name")).isPresent());
    }

    /** What makes two turns the same: what is asked and what is answered in the end, masked. */
    static String key(Exchange exchange, Masking masking) {
        Message last = exchange.answers().get(exchange.answers().size() - 1);
        return NormalText.of(masking.text(exchange.asked().text())) + "\u0000"
                + NormalText.of(masking.text(last.text()));
    }

    int turns() {
        return turns;
    }

    void add(Exchange exchange) {
        turns++;
        if (messages.isEmpty()) {
            String name = exchange.answers().get(0).speaker();
            messages.add(message("system", String.format(SYSTEM, name)).build());
        }
        messages.add(message("user", masking.text(exchange.asked().text())).build());
        Map<String, String> ids = new HashMap<>();
        for (Message message : exchange.answers()) {
            messages.add(
                    message.origin() == Origin.TOOL
                            ? message("tool", masking.result(message.text()))
                                    .put("tool_call_id", ids.getOrDefault(Exchange.call(message), ""))
                                    .build()
                            : assistant(message, ids));
        }
    }

    private Json assistant(Message message, Map<String, String> ids) {
        Json.ObjectBuilder json = message("assistant", masking.text(message.text()));
        List<Json> asked = new ArrayList<>();
        for (Json call : Exchange.calls(message)) {
            // Unique in the line: each turn of the engine counts anew.
            String id = "call_" + ++calls;
            ids.put(call.text("id"), id);
            String name = call.text("name");
            catalogue.describe(name).ifPresent(spec -> tools.put(name, spec));
            asked.add(function(Json.object()
                            .put("name", name(name))
                            .put(
                                    "arguments",
                                    masking.json(Exchange.arguments(call).orElse(Json.emptyObject()))
                                            .toString())
                            .build())
                    .put("id", id)
                    .build());
        }
        return asked.isEmpty()
                ? json.build()
                : json.put("tool_calls", Json.array(asked)).build();
    }

    /** The line. */
    Optional<Json> line() {
        if (messages.isEmpty()) {
            return Optional.empty();
        }
        Json.ObjectBuilder line = Json.object().put("messages", Json.array(messages));
        if (!tools.isEmpty()) {
            line.put(
                    "tools",
                    Json.array(tools.values().stream()
                            .map(spec -> function(Json.object()
                                            .put("name", name(spec.name()))
                                            .put("description", spec.description())
                                            .put("parameters", spec.arguments())
                                            .build())
                                    .build())
                            .toList()));
        }
        return Optional.of(line.build());
    }

    /** Names of functions have no dots. */
    private static String name(String tool) {
        return tool.replace('.', '_');
    }

    private static Json.ObjectBuilder message(String role, String content) {
        return Json.object().put("role", role).put("content", content);
    }

    private static Json.ObjectBuilder function(Json function) {
        return Json.object().put("type", "function").put("function", function);
    }
}
