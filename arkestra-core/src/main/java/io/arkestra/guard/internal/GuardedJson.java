package io.arkestra.guard.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.guard.Guard;
import io.arkestra.guard.GuardContext;
import io.arkestra.guard.GuardResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON values after the guard, text by text. */
public final class GuardedJson {

    private static final String SECRET = GuardSettings.SECRET;

    private GuardedJson() {}

    /** Every text in the value after the guard, as the key above it names it; the same value when nothing was found. */
    public static Json of(Guard guard, Json json, GuardContext context) {
        return of(guard, "", json, context);
    }

    private static Json of(Guard guard, String key, Json json, GuardContext context) {
        return switch (json.kind()) {
            case STRING -> {
                String written = written(guard, json.asString(), context);
                String text = guard.inspect(key, written, context).text();
                yield text.equals(json.asString()) ? json : Json.of(text);
            }
            // A number may be a PIN; what else looks like one stays a number.
            case NUMBER -> {
                GuardResult result = guard.inspect(key, json.toString(), context);
                boolean secret = result.findings().stream()
                        .anyMatch(finding -> finding.type().equals(SECRET));
                yield secret ? Json.of(result.text()) : json;
            }
            case ARRAY -> items(guard, key, json, context);
            case OBJECT -> members(guard, json, context);
            default -> json;
        };
    }

    /** Every text in the value with the names that the guard gave in the context's conversation turned back into values. */
    public static Json restored(Guard guard, Json json, GuardContext context) {
        return switch (json.kind()) {
            case STRING -> Json.of(guard.restore(json.asString(), context));
            case ARRAY ->
                Json.array(json.items().stream()
                        .map(item -> restored(guard, item, context))
                        .toList());
            case OBJECT -> {
                Map<String, Json> members = new LinkedHashMap<>();
                json.members().forEach((key, value) -> members.put(key, restored(guard, value, context)));
                yield Json.object(members);
            }
            default -> json;
        };
    }

    /** A text that is JSON itself, such as the arguments of a call, with its values judged by their keys. */
    private static String written(Guard guard, String text, GuardContext context) {
        if (!text.startsWith("{") && !text.startsWith("[")) {
            return text;
        }
        try {
            Json json = Json.parse(text);
            Json guarded = of(guard, json, context);
            return guarded.equals(json) ? text : guarded.toString();
        } catch (InvalidInputException e) {
            return text;
        }
    }

    /** What holds of the list holds of its items. */
    private static Json items(Guard guard, String key, Json json, GuardContext context) {
        List<Json> items =
                json.items().stream().map(item -> of(guard, key, item, context)).toList();
        return items.equals(json.items()) ? json : Json.array(items);
    }

    private static Json members(Guard guard, Json json, GuardContext context) {
        Map<String, Json> members = new LinkedHashMap<>();
        json.members().forEach((key, value) -> members.put(key, of(guard, key, value, context)));
        return members.equals(json.members()) ? json : Json.object(members);
    }
}
