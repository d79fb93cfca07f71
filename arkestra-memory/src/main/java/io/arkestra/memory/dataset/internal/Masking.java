package io.arkestra.memory.dataset.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.guard.Guard;
import io.arkestra.guard.GuardContext;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A data set leaves the machine sooner or later and stays where it is, so what a model elsewhere must not see is masked, and what must not
 * be in a log, even if one model elsewhere may see it. Thread-safe.
 */
final class Masking {
    private final Guard guard;

    Masking(Guard guard) {
        this.guard = guard;
    }

    String version() {
        return guard.version();
    }

    String text(String text) {
        return text("", text);
    }

    private String text(String key, String text) {
        String sent = guard.inspect(key, text, GuardContext.of(GuardContext.Direction.TO_REMOTE_MODEL))
                .text();
        return guard.inspect(key, sent, GuardContext.of(GuardContext.Direction.TO_LOG))
                .text();
    }

    /** Every value, numbers included: a phone number may be one. */
    Json json(Json json) {
        return json("", json);
    }

    /** @param key what the value is called; a password need not look like one */
    private Json json(String key, Json json) {
        return switch (json.kind()) {
            case STRING -> Json.of(text(key, json.asString()));
            case NUMBER -> {
                String digits = json.toString();
                String masked = text(key, digits);
                yield masked.equals(digits) ? json : Json.of(masked);
            }
            case ARRAY ->
                Json.array(json.items().stream().map(item -> json(key, item)).toList());
            case OBJECT -> {
                Map<String, Json> members = new LinkedHashMap<>();
                json.members().forEach((name, value) -> members.put(text(name), json(name, value)));
                yield Json.object(members);
            }
            default -> json;
        };
    }

    /** The result of a tool, which is JSON unless the tool wrote something else. */
    String result(String text) {
        try {
            return json(Json.parse(text)).toString();
        } catch (InvalidInputException e) {
            return text(text);
        }
    }
}
