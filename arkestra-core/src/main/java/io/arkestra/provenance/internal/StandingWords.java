package io.arkestra.provenance.internal;

import io.arkestra.common.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The words of a call that every prompt from then on would tell: whatever is more than one of a few values, or a single word. */
final class StandingWords {
    private static final Pattern SINGLE = Pattern.compile("[\\p{L}\\p{M}]{1,20}\\.?");

    private StandingWords() {}

    static List<String> of(Json arguments, Json schema) {
        List<String> words = new ArrayList<>();
        if (arguments.isObject()) {
            Json properties = schema.get("properties").orElse(Json.emptyObject());
            arguments.members().forEach((name, value) -> collect(value, property(properties, name), words));
        }
        return words;
    }

    private static Json property(Json properties, String name) {
        return properties.isObject() ? properties.get(name).orElse(Json.emptyObject()) : Json.emptyObject();
    }

    private static void collect(Json value, Json schema, List<String> words) {
        if (value.isArray()) {
            value.items().forEach(item -> collect(item, Json.emptyObject(), words));
        } else if (value.isString()
                && !isFixed(schema)
                && !SINGLE.matcher(value.asString().strip()).matches()) {
            words.add(value.asString());
        }
    }

    /** One of a few values, or of a kind that holds no words: the tool says so. */
    private static boolean isFixed(Json schema) {
        return schema.isObject()
                && (schema.has("enum")
                        || schema.string("x-arkestra-target")
                                .filter("none"::equals)
                                .isPresent());
    }
}
