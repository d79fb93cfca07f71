package io.arkestra.guard.internal;

import io.arkestra.common.Json;
import io.arkestra.guard.Guard;
import io.arkestra.guard.GuardContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** JSON values after the guard, text by text. */
public final class GuardedJson {

    private static final Pattern SECRET_KEY = Pattern.compile(
            "(?i).*(?:passw|passphrase|passcode|\\bpwd\\b|\\bpin\\b|\\bcvv|\\bcvc|парол|пин[-_ ]?код).*");
    private static final String MASK = "***";

    private GuardedJson() {}

    /** Every text in the value after the guard; the same value when nothing was found. */
    public static Json of(Guard guard, Json json, GuardContext context) {
        return switch (json.kind()) {
            case STRING -> {
                String text = guard.inspect(json.asString(), context).text();
                yield text.equals(json.asString()) ? json : Json.of(text);
            }
            case ARRAY -> items(guard, json, context);
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

    private static Json items(Guard guard, Json json, GuardContext context) {
        List<Json> items =
                json.items().stream().map(item -> of(guard, item, context)).toList();
        return items.equals(json.items()) ? json : Json.array(items);
    }

    private static Json members(Guard guard, Json json, GuardContext context) {
        Map<String, Json> members = new LinkedHashMap<>();
        json.members().forEach((key, value) -> members.put(key, member(guard, key, value, context)));
        return members.equals(json.members()) ? json : Json.object(members);
    }

    /** A key may call its value a secret that does not look like one. */
    private static Json member(Guard guard, String key, Json value, GuardContext context) {
        boolean plain = value.isString() || value.kind() == Json.Kind.NUMBER;
        if (plain && SECRET_KEY.matcher(key).matches()) {
            String text = value.isString() ? value.asString() : value.toString();
            boolean secret = guard.inspect(key + ": \"" + text + "\"", context).findings().stream()
                    .anyMatch(finding -> finding.end() > key.length());
            if (secret) {
                return Json.of(MASK);
            }
        }
        return of(guard, value, context);
    }
}
