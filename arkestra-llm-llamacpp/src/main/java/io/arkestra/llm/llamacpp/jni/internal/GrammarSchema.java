package io.arkestra.llm.llamacpp.jni.internal;

import io.arkestra.common.Json;
import io.arkestra.llm.LlmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The part of a JSON Schema that llama.cpp's grammar can enforce, written only in forms that it is known to take: native code ends its
 * process over a schema that it does not understand.
 */
final class GrammarSchema {
    /** What an answer may break although it was asked for. {@code minimum} and {@code maximum} hold for whole numbers alone. */
    static final Set<String> IGNORED = Set.of(
            "allOf",
            "contains",
            "dependentRequired",
            "dependentSchemas",
            "else",
            "exclusiveMaximum",
            "exclusiveMinimum",
            "format",
            "if",
            "maxContains",
            "maximum",
            "maxProperties",
            "minContains",
            "minimum",
            "minProperties",
            "multipleOf",
            "not",
            "oneOf",
            "pattern",
            "patternProperties",
            "prefixItems",
            "propertyNames",
            "then",
            "unevaluatedItems",
            "unevaluatedProperties",
            "uniqueItems");

    private static final Set<String> NOTES = Set.of(
            "title",
            "description",
            "default",
            "examples",
            "$schema",
            "$id",
            "$comment",
            "deprecated",
            "readOnly",
            "writeOnly",
            "$defs",
            "definitions");
    private static final Set<String> TYPES =
            Set.of("object", "array", "string", "integer", "number", "boolean", "null");
    private static final Json ANY = Json.object()
            .put("type", Json.strings(List.of("object", "array", "string", "number", "boolean", "null")))
            .build();
    private static final int MOST_NODES = 2_000;
    private static final int DEEPEST = 40;
    /** Repetitions become rules, one for each. */
    private static final long MOST_REPETITIONS = 2_000;

    private static final long MOST_REPETITIONS_TOGETHER = 20_000;

    private static final long EXACT_INTEGERS = 1_000_000_000_000_000L;

    private final Json root;
    private final Set<String> dropped = new TreeSet<>();
    private int nodes;
    private long repetitions;

    private GrammarSchema(Json root) {
        this.root = root;
    }

    /**
     * What native code is given.
     *
     * @param schema the schema in simple forms
     * @param dropped keywords of the original that it does not enforce; without any, whatever it allows is valid against the original
     */
    record Enforced(Json schema, Set<String> dropped) {}

    /** @throws LlmException when the schema is malformed, refers to nothing or is too large */
    static Enforced of(Json schema) {
        GrammarSchema compiler = new GrammarSchema(schema);
        Json enforced = compiler.node(schema, "#", 0);
        for (String group : List.of("$defs", "definitions")) {
            Optional<Json> definitions = schema.isObject() ? schema.get(group) : Optional.empty();
            if (definitions.isPresent()) {
                enforced = enforced.with(group, compiler.definitions(definitions.get(), "#/" + group));
            }
        }
        return new Enforced(enforced, Set.copyOf(compiler.dropped));
    }

    private Json definitions(Json definitions, String at) {
        Map<String, Json> all = new LinkedHashMap<>();
        object(definitions, at).members().forEach((name, schema) -> {
            endless(at + "/" + name, new HashSet<>());
            all.put(name, node(schema, at + "/" + name, 1));
        });
        return Json.object(all);
    }

    private Json node(Json schema, String at, int depth) {
        if (++nodes > MOST_NODES || depth > DEEPEST) {
            throw wrong(at, "is one part too many: at most " + MOST_NODES + " parts, nested " + DEEPEST + " deep");
        }
        if (schema.isBoolean() && schema.asBoolean()) {
            return ANY;
        }
        object(schema, at);
        if (schema.has("$ref")) {
            return reference(schema, at);
        }
        for (String choice : List.of("anyOf", "oneOf")) {
            if (schema.has(choice)) {
                return choice(schema, choice, at, depth);
            }
        }
        if (schema.has("const")) {
            drop(schema, "const", "type");
            return Json.object().put("const", schema.get("const").orElseThrow()).build();
        }
        if (schema.has("enum")) {
            drop(schema, "enum", "type");
            return Json.object().put("enum", filled(schema, "enum", at)).build();
        }
        return typed(schema, at, depth);
    }

    private Json reference(Json schema, String at) {
        drop(schema, "$ref");
        String target = schema.get("$ref")
                .filter(Json::isString)
                .map(Json::asString)
                .orElseThrow(() -> wrong(at + "/$ref", "is not a text"));
        definition(target, at);
        return Json.object().put("$ref", target).build();
    }

    private Json definition(String target, String at) {
        boolean known = target.matches("#/(\\$defs|definitions)/[A-Za-z0-9_.-]+");
        return (known ? root.at(target.substring(1)) : Optional.<Json>empty())
                .orElseThrow(() -> wrong(
                        at + "/$ref",
                        "refers to '" + target + "'; expected a definition such as '#/$defs/name' of this schema"));
    }

    /** A definition that is itself in the end has no shortest document. */
    private void endless(String at, Set<String> passed) {
        if (!passed.add(at)) {
            throw wrong(at, "refers to itself without anything in between");
        }
        Json schema = definition(at, at);
        if (!schema.isObject()) {
            return;
        }
        List<Json> next = new ArrayList<>();
        next.add(schema);
        for (String choice : List.of("anyOf", "oneOf")) {
            schema.get(choice).filter(Json::isArray).ifPresent(all -> next.addAll(all.items()));
        }
        for (Json part : next) {
            Optional<String> target =
                    part.isObject() ? part.get("$ref").filter(Json::isString).map(Json::asString) : Optional.empty();
            target.ifPresent(name -> endless(name, new HashSet<>(passed)));
        }
    }

    private Json choice(Json schema, String keyword, String at, int depth) {
        drop(schema, "anyOf");
        List<Json> ways = new ArrayList<>();
        for (Json way : filled(schema, keyword, at).items()) {
            ways.add(node(way, at + "/" + keyword + "/" + ways.size(), depth + 1));
        }
        return Json.object().put("anyOf", Json.array(ways)).build();
    }

    private Json typed(Json schema, String at, int depth) {
        @Nullable Json type = schema.get("type").orElse(null);
        if (type != null && type.isArray()) {
            List<Json> ways = new ArrayList<>();
            for (Json one : filled(schema, "type", at).items()) {
                ways.add(typed(schema.with("type", one), at, depth + 1));
            }
            return Json.object().put("anyOf", Json.array(ways)).build();
        }
        if (type == null) {
            return untyped(schema, at, depth);
        }
        String name = type.isString() ? type.asString() : "";
        if (!TYPES.contains(name)) {
            throw wrong(at + "/type", "is " + type + "; expected one of " + new TreeSet<>(TYPES));
        }
        return switch (name) {
            case "object" -> structure(schema, at, depth);
            case "array" -> list(schema, at, depth);
            case "string" -> bounded(schema, "string", "minLength", "maxLength", 0, room());
            case "integer" -> bounded(schema, "integer", "minimum", "maximum", -EXACT_INTEGERS, EXACT_INTEGERS);
            default -> {
                drop(schema, "type");
                yield Json.object().put("type", name).build();
            }
        };
    }

    private Json untyped(Json schema, String at, int depth) {
        if (schema.has("properties") || schema.has("required") || schema.has("additionalProperties")) {
            return structure(schema, at, depth);
        }
        if (schema.has("items") || schema.has("minItems") || schema.has("maxItems")) {
            return list(schema, at, depth);
        }
        drop(schema);
        return ANY;
    }

    private Json structure(Json schema, String at, int depth) {
        drop(schema, "type", "properties", "required", "additionalProperties");
        Map<String, Json> properties = new LinkedHashMap<>();
        Json given = object(schema.get("properties").orElse(Json.emptyObject()), at + "/properties");
        given.members()
                .forEach((name, property) ->
                        properties.put(name, node(property, at + "/properties/" + name, depth + 1)));
        List<Json> required = new ArrayList<>();
        for (Json name : schema.has("required") ? array(schema, "required", at).items() : List.<Json>of()) {
            if (!name.isString()) {
                throw wrong(at + "/required", "holds " + name + "; expected names");
            }
            if (properties.containsKey(name.asString())) {
                required.add(name);
            } else {
                dropped.add("required");
            }
        }
        Json.ObjectBuilder built = Json.object().put("type", "object");
        if (!properties.isEmpty()) {
            built.put("properties", Json.object(properties)).put("required", Json.array(required));
        }
        Json more = schema.get("additionalProperties").orElse(Json.TRUE);
        if (more.isObject()) {
            built.put("additionalProperties", node(more, at + "/additionalProperties", depth + 1));
        } else if (!more.equals(Json.TRUE) || !properties.isEmpty()) {
            // Members that are not listed may be left out, and a grammar without them ends sooner.
            built.put("additionalProperties", false);
        }
        return built.build();
    }

    private Json list(Json schema, String at, int depth) {
        drop(schema, "type", "items", "minItems", "maxItems");
        Json.ObjectBuilder built = Json.object()
                .put("type", "array")
                .put(
                        "items",
                        schema.has("items") ? node(schema.get("items").orElseThrow(), at + "/items", depth + 1) : ANY);
        bound(schema, "minItems", 0, room()).ifPresent(value -> built.put("minItems", value));
        bound(schema, "maxItems", 0, room()).ifPresent(value -> built.put("maxItems", value));
        return built.build();
    }

    private Json bounded(Json schema, String type, String least, String most, long from, long to) {
        drop(schema, "type", least, most);
        Json.ObjectBuilder built = Json.object().put("type", type);
        Optional<Long> low = bound(schema, least, from, to);
        Optional<Long> high = bound(schema, most, from, to);
        if (low.isPresent() && high.isPresent() && low.get() > high.get()) {
            throw wrong("#", "asks for " + least + " " + low.get() + " and " + most + " " + high.get());
        }
        low.ifPresent(value -> built.put(least, value));
        high.ifPresent(value -> built.put(most, value));
        return built.build();
    }

    /** The largest length that the grammar may still hold. */
    private long room() {
        return Math.min(MOST_REPETITIONS, MOST_REPETITIONS_TOGETHER - repetitions);
    }

    /** A bound that the grammar can hold. */
    private Optional<Long> bound(Json schema, String keyword, long from, long to) {
        Optional<Json> value = schema.get(keyword);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (value.get().isInteger()
                && value.get().asDouble() >= from
                && value.get().asDouble() <= to) {
            repetitions += keyword.endsWith("imum") ? 0 : value.get().asLong();
            return Optional.of(value.get().asLong());
        }
        dropped.add(keyword);
        return Optional.empty();
    }

    /** Notes every keyword but these as not enforced. */
    private void drop(Json schema, String... enforced) {
        Set<String> kept = Set.of(enforced);
        schema.members().keySet().stream()
                .filter(keyword -> !kept.contains(keyword) && !NOTES.contains(keyword))
                .forEach(dropped::add);
    }

    private static Json filled(Json schema, String keyword, String at) {
        Json array = array(schema, keyword, at);
        if (array.size() == 0) {
            throw wrong(at + "/" + keyword, "is empty");
        }
        return array;
    }

    private static Json array(Json schema, String keyword, String at) {
        return schema.get(keyword).filter(Json::isArray).orElseThrow(() -> wrong(at + "/" + keyword, "is not a list"));
    }

    private static Json object(Json schema, String at) {
        if (!schema.isObject()) {
            throw wrong(at, "is " + schema + "; expected an object");
        }
        return schema;
    }

    private static LlmException wrong(String at, String what) {
        return new LlmException(
                LlmException.Reason.INVALID_REQUEST, "The schema of the answer cannot be used: " + at + " " + what);
    }
}
