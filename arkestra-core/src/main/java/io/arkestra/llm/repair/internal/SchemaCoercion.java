package io.arkestra.llm.repair.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.text.internal.NearestNames;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Brings a document nearer to its schema where it is plain what was meant. Goes by {@code type}, {@code properties}, {@code items},
 * {@code enum}, {@code default}, {@code additionalProperties} and local references; the rest of a schema is the validator's business.
 */
final class SchemaCoercion {
    private static final int MAX_DEPTH = 64;
    private static final int MOST_REFERENCES = 8;
    private static final int ENUM_DISTANCE = 2;
    private static final int LONGEST_NUMBER = 40;
    private static final Pattern NUMBER =
            Pattern.compile("-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?");

    private final Json root;
    private final Set<String> steps;

    SchemaCoercion(Json root, Set<String> steps) {
        this.root = root;
        this.steps = steps;
    }

    Json coerce(Json document) {
        return coerce(document, root, 0);
    }

    private Json coerce(Json value, Json reference, int depth) {
        Json schema = resolved(reference);
        if (depth > MAX_DEPTH || !schema.isObject()) {
            return value;
        }
        Json typed = typed(value, schema);
        if (typed.isObject()) {
            return members(typed, schema, depth);
        }
        if (typed.isArray()) {
            return items(typed, schema, depth);
        }
        return typed.isString() ? choice(typed, schema) : typed;
    }

    private Json resolved(Json reference) {
        Json schema = reference;
        for (int i = 0; i < MOST_REFERENCES && schema.isObject(); i++) {
            Optional<String> pointer = schema.get("$ref")
                    .filter(Json::isString)
                    .map(Json::asString)
                    .filter(text -> text.startsWith("#/") && text.indexOf('%') < 0);
            if (pointer.isEmpty()) {
                return schema;
            }
            Optional<Json> target = root.at(pointer.get().substring(1));
            if (target.isEmpty()) {
                return schema;
            }
            schema = target.get();
        }
        return schema;
    }

    /** The value in the type that the schema names, if it is another one and can be turned into it. */
    private Json typed(Json value, Json schema) {
        String type =
                schema.get("type").filter(Json::isString).map(Json::asString).orElse("");
        return switch (type) {
            case "integer", "number" -> value.isString() ? number(value, type.equals("integer")) : value;
            case "boolean" -> value.isString() ? truth(value) : value;
            case "string" -> value.isNumber() || value.isBoolean() ? text(value) : value;
            case "object" -> value.isString() ? embedded(value, '{') : value;
            case "array" -> array(value);
            default -> value;
        };
    }

    private Json number(Json value, boolean integer) {
        String text = value.asString().strip();
        if (text.length() > LONGEST_NUMBER || !NUMBER.matcher(text).matches()) {
            return value;
        }
        Json number = Json.of(new BigDecimal(text));
        if (integer && !number.isInteger()) {
            return value;
        }
        steps.add(Steps.TO_NUMBER);
        return number;
    }

    private Json truth(Json value) {
        String text = value.asString().strip().toLowerCase(Locale.ROOT);
        if (!text.equals("true") && !text.equals("false")) {
            return value;
        }
        steps.add(Steps.TO_BOOLEAN);
        return Json.of(text.equals("true"));
    }

    private Json text(Json value) {
        steps.add(Steps.TO_TEXT);
        return Json.of(value.toString());
    }

    private Json array(Json value) {
        if (value.isArray() || value.isNull()) {
            return value;
        }
        Json inner = value.isString() ? embedded(value, '[') : value;
        if (inner.isArray()) {
            return inner;
        }
        steps.add(Steps.TO_ARRAY);
        return Json.array(value);
    }

    /** Some models write a document inside a string. */
    private Json embedded(Json value, char opening) {
        String text = value.asString().strip();
        if (text.isEmpty() || text.charAt(0) != opening) {
            return value;
        }
        try {
            Json inner = Json.parse(text);
            steps.add(Steps.EMBEDDED_JSON);
            return inner;
        } catch (InvalidInputException e) {
            return value;
        }
    }

    private Json members(Json object, Json schema, int depth) {
        Map<String, Json> known = schema.get("properties")
                .filter(Json::isObject)
                .map(Json::members)
                .orElse(Map.of());
        Optional<Json> others = schema.get("additionalProperties");
        boolean closed =
                others.filter(Json::isBoolean).map(rule -> !rule.asBoolean()).orElse(false)
                        && !schema.has("patternProperties");
        Set<String> required = required(schema);
        Map<String, Json> result = new LinkedHashMap<>();
        object.members().forEach((key, value) -> {
            Json rule = known.get(key);
            if (rule == null && closed) {
                steps.add(Steps.DROPPED_UNKNOWN);
            } else if (rule == null) {
                result.put(
                        key,
                        others.filter(Json::isObject)
                                .map(schemaOfRest -> coerce(value, schemaOfRest, depth + 1))
                                .orElse(value));
            } else if (value.isNull() && !allowsNull(resolved(rule)) && (!required.contains(key) || hasDefault(rule))) {
                steps.add(Steps.DROPPED_NULL);
            } else {
                result.put(key, coerce(value, rule, depth + 1));
            }
        });
        known.forEach((key, rule) -> {
            if (!result.containsKey(key) && hasDefault(rule)) {
                steps.add(Steps.FILLED_DEFAULT);
                resolved(rule).get("default").ifPresent(value -> result.put(key, value));
            }
        });
        return Json.object(result);
    }

    private boolean hasDefault(Json rule) {
        Json schema = resolved(rule);
        return schema.isObject() && schema.has("default");
    }

    private static Set<String> required(Json schema) {
        return schema.get("required").filter(Json::isArray).map(Json::items).orElse(List.of()).stream()
                .filter(Json::isString)
                .map(Json::asString)
                .collect(java.util.stream.Collectors.toUnmodifiableSet());
    }

    /** Only where the schema plainly says which type it wants, and that is not null. */
    private static boolean allowsNull(Json schema) {
        Optional<Json> type = schema.isObject() ? schema.get("type") : Optional.empty();
        if (type.isEmpty()) {
            return !(schema.isObject() && schema.has("enum"))
                    || schema.list("enum").stream().anyMatch(Json::isNull);
        }
        return type.get().isArray()
                ? type.get().items().contains(Json.of("null"))
                : type.get().equals(Json.of("null"));
    }

    private Json items(Json array, Json schema, int depth) {
        Optional<Json> rule = schema.get("items").filter(Json::isObject);
        if (rule.isEmpty() || schema.has("prefixItems")) {
            return array;
        }
        List<Json> result = new ArrayList<>();
        array.items().forEach(item -> result.add(coerce(item, rule.get(), depth + 1)));
        return Json.array(result);
    }

    /** A word of an enumeration in other case, or the one word that is a slip away. */
    private Json choice(Json value, Json schema) {
        Optional<Json> choices = schema.get("enum").filter(Json::isArray);
        if (choices.isEmpty() || choices.get().items().contains(value)) {
            return value;
        }
        String word = value.asString().strip();
        List<String> words = choices.get().items().stream()
                .filter(Json::isString)
                .map(Json::asString)
                .toList();
        List<String> same = words.stream().filter(word::equalsIgnoreCase).toList();
        if (same.size() == 1) {
            steps.add(Steps.ENUM_CASE);
            return Json.of(same.get(0));
        }
        int least = ENUM_DISTANCE + 1;
        List<String> nearest = new ArrayList<>();
        for (String candidate : words) {
            int distance = distance(word, candidate);
            if (distance < least) {
                nearest.clear();
                least = distance;
            }
            if (distance == least && distance <= ENUM_DISTANCE) {
                nearest.add(candidate);
            }
        }
        if (nearest.size() != 1) {
            return value;
        }
        steps.add(Steps.ENUM_NEAREST);
        return Json.of(nearest.get(0));
    }

    /** Short words are told apart by fewer letters: a slip leaves more than half of a word standing. */
    private static int distance(String word, String candidate) {
        if (Math.abs(word.length() - candidate.length()) > ENUM_DISTANCE || candidate.length() > 100) {
            return Integer.MAX_VALUE;
        }
        int distance = NearestNames.distance(word.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
        return distance * 2 < candidate.length() ? distance : Integer.MAX_VALUE;
    }
}
