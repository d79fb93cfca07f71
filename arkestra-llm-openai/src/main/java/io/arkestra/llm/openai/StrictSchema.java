package io.arkestra.llm.openai;

import io.arkestra.common.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Rewrites a JSON Schema for OpenAI's strict mode, which wants every property required and no others allowed, and knows a part of the
 * keywords only. Optional properties become required ones that may be null; {@link #withoutAddedNulls} takes such nulls out of the answer
 * again. What the rewritten schema allows beyond the original is for whoever validates to find: keywords are dropped, never invented.
 */
final class StrictSchema {
    /** Keywords that strict mode does not know and that only narrow what is allowed. */
    static final Set<String> DROPPED = Set.of(
            "minLength",
            "maxLength",
            "uniqueItems",
            "contains",
            "minContains",
            "maxContains",
            "minProperties",
            "maxProperties",
            "propertyNames",
            "not",
            "if",
            "then",
            "else",
            "dependentRequired",
            "dependentSchemas",
            "prefixItems",
            "unevaluatedItems",
            "unevaluatedProperties");

    private static final Set<String> KEPT = Set.of(
            "type",
            "title",
            "description",
            "enum",
            "const",
            "required",
            "pattern",
            "format",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
            "minItems",
            "maxItems");

    private StrictSchema() {}

    /** The rewritten schema; empty when strict mode cannot express it, for example an object with free keys. */
    static Optional<Json> rewrite(Json schema) {
        if (!schema.isObject() || !type(schema, "object") || schema.has("anyOf") || schema.has("oneOf")) {
            return Optional.empty();
        }
        try {
            return Optional.of(rewritten(schema));
        } catch (NotStrict e) {
            return Optional.empty();
        }
    }

    /** Some part has no strict form. */
    private static final class NotStrict extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotStrict() {
            super("not strict", null, false, false);
        }
    }

    private static Json rewritten(Json schema) {
        if (!schema.isObject() || schema.size() == 0 || schema.has("allOf") || schema.has("patternProperties")) {
            throw new NotStrict();
        }
        Json.ObjectBuilder result = Json.object();
        schema.members().forEach((keyword, value) -> {
            switch (keyword) {
                case "properties", "additionalProperties", "required" -> {}
                case "items" -> result.put(keyword, rewritten(value));
                case "anyOf", "oneOf" ->
                    result.put(
                            "anyOf",
                            Json.array(value.items().stream()
                                    .map(StrictSchema::rewritten)
                                    .toList()));
                case "$defs", "definitions" -> result.put("$defs", all(value));
                case "$ref" -> result.put(keyword, value.asString().replace("#/definitions/", "#/$defs/"));
                default -> {
                    if (KEPT.contains(keyword)) {
                        result.put(keyword, value);
                    }
                }
            }
        });
        if (type(schema, "object") || schema.has("properties")) {
            object(schema, result);
        }
        return result.build();
    }

    private static Json all(Json schemas) {
        Map<String, Json> result = new LinkedHashMap<>();
        schemas.members().forEach((name, schema) -> result.put(name, rewritten(schema)));
        return Json.object(result);
    }

    private static void object(Json schema, Json.ObjectBuilder result) {
        Json others = schema.get("additionalProperties").orElse(Json.TRUE);
        Json properties = schema.get("properties").orElse(Json.emptyObject());
        // Free keys are what such a schema is about; strict mode would leave nothing but an empty object.
        if (others.isObject() || properties.size() == 0 && !others.equals(Json.FALSE)) {
            throw new NotStrict();
        }
        List<String> required = required(schema);
        Map<String, Json> strict = new LinkedHashMap<>();
        properties.members().forEach((name, property) -> {
            Json value = rewritten(property);
            strict.put(name, required.contains(name) ? value : nullable(value));
        });
        if (!strict.keySet().containsAll(required)) {
            throw new NotStrict();
        }
        result.put("properties", Json.object(strict));
        result.put("required", Json.strings(strict.keySet()));
        result.put("additionalProperties", false);
    }

    private static Json nullable(Json schema) {
        Optional<Json> type = schema.get("type");
        if (type.isEmpty() || schema.has("const")) {
            return Json.object()
                    .put(
                            "anyOf",
                            Json.array(schema, Json.object().put("type", "null").build()))
                    .build();
        }
        List<Json> types = new ArrayList<>(type.get().isArray() ? type.get().items() : List.of(type.get()));
        add(types, Json.of("null"));
        Json result = schema.with("type", Json.array(types));
        if (schema.has("enum")) {
            List<Json> values = new ArrayList<>(schema.list("enum"));
            add(values, Json.NULL);
            result = result.with("enum", Json.array(values));
        }
        return result;
    }

    private static void add(List<Json> values, Json value) {
        if (!values.contains(value)) {
            values.add(value);
        }
    }

    private static List<String> required(Json schema) {
        return schema.list("required").stream().map(Json::asString).toList();
    }

    private static boolean type(Json schema, String wanted) {
        Optional<Json> type = schema.get("type");
        return type.isPresent()
                && (type.get().equals(Json.of(wanted))
                        || type.get().isArray() && type.get().items().contains(Json.of(wanted)));
    }

    // ---- the answer

    /** The answer without the nulls that only the rewriting allowed: those of optional properties that may not be null. */
    static Json withoutAddedNulls(Json answer, Json schema) {
        return clean(answer, List.of(schema), schema);
    }

    private static Json clean(Json value, List<Json> schemas, Json root) {
        Set<Json> branches = branches(schemas, root);
        if (value.isArray()) {
            List<Json> items = branches.stream()
                    .flatMap(branch -> branch.get("items").stream())
                    .filter(Json::isObject)
                    .toList();
            return Json.array(
                    value.items().stream().map(item -> clean(item, items, root)).toList());
        }
        if (!value.isObject()) {
            return value;
        }
        Map<String, Json> result = new LinkedHashMap<>();
        value.members().forEach((name, member) -> {
            List<Json> declaring = branches.stream()
                    .filter(branch -> branch.get("properties")
                            .filter(properties -> properties.isObject() && properties.has(name))
                            .isPresent())
                    .toList();
            List<Json> properties = declaring.stream()
                    .map(branch ->
                            branch.get("properties").orElseThrow().members().get(name))
                    .filter(Json::isObject)
                    .toList();
            boolean added = member.isNull()
                    && !properties.isEmpty()
                    && declaring.stream().noneMatch(branch -> required(branch).contains(name))
                    && branches(properties, root).stream().noneMatch(StrictSchema::allowsNull);
            if (!added) {
                result.put(name, clean(member, properties, root));
            }
        });
        return Json.object(result);
    }

    /** The schemas with everything that they refer to or choose from, each once. */
    private static Set<Json> branches(List<Json> schemas, Json root) {
        Set<Json> result = new LinkedHashSet<>();
        schemas.forEach(schema -> collect(schema, root, result));
        return result;
    }

    private static void collect(Json schema, Json root, Set<Json> into) {
        if (!schema.isObject() || !into.add(schema)) {
            return;
        }
        schema.get("$ref")
                .filter(ref -> ref.isString()
                        && (ref.asString().equals("#") || ref.asString().startsWith("#/")))
                .flatMap(ref -> root.at(ref.asString().substring(1)))
                .ifPresent(target -> collect(target, root, into));
        for (String choice : List.of("anyOf", "oneOf")) {
            schema.list(choice).forEach(each -> collect(each, root, into));
        }
    }

    private static boolean allowsNull(Json schema) {
        boolean open = !schema.has("type")
                && !schema.has("enum")
                && !schema.has("const")
                && !schema.has("$ref")
                && !schema.has("anyOf")
                && !schema.has("oneOf");
        return open
                || type(schema, "null")
                || schema.get("const").filter(Json::isNull).isPresent()
                || !schema.has("type") && schema.list("enum").contains(Json.NULL);
    }
}
