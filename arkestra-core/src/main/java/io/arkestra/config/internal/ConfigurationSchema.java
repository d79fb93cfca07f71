package io.arkestra.config.internal;

import io.arkestra.common.Json;
import io.arkestra.text.internal.NearestNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.everit.json.schema.FormatValidator;
import org.everit.json.schema.Schema;
import org.everit.json.schema.ValidationException;
import org.everit.json.schema.loader.SchemaLoader;
import org.json.JSONObject;
import org.json.JSONTokener;

/**
 * The keys of the configuration: sections with keys, as the draft-07 schema beside this class defines them. Each key carries the
 * words {@code expected}, which messages use. Thread-safe.
 */
final class ConfigurationSchema {
    static final ConfigurationSchema INSTANCE = load(ConfigurationSchema.class, "arkestra-config.schema.json");

    /**
     * One thing wrong with a tree of values.
     *
     * @param pointer where
     * @param unknownKey whether the key itself is wrong rather than its value
     * @param message what is wrong and what is expected
     */
    record Violation(String pointer, boolean unknownKey, String message) {}

    private final Json definition;
    private final Schema schema;
    private final Map<String, Json> keys = new LinkedHashMap<>();

    private ConfigurationSchema(Json definition, Schema schema) {
        this.definition = definition;
        this.schema = schema;
        sections()
                .forEach((section, content) ->
                        properties(content).forEach((key, rule) -> keys.put(section + "." + key, rule)));
    }

    /** @param owner the class beside which the schema is a resource */
    static ConfigurationSchema load(Class<?> owner, String resource) {
        try (InputStream in =
                Objects.requireNonNull(owner.getResourceAsStream(resource), resource + " is missing from the jar")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            Schema schema = SchemaLoader.builder()
                    .draftV7Support()
                    .schemaJson(new JSONObject(new JSONTokener(text)))
                    .addFormatValidator("zone", format("a time zone", ZoneId::of))
                    .addFormatValidator("positive-duration", format("a duration", ConfigurationSchema::positive))
                    .build()
                    .load()
                    .build();
            return new ConfigurationSchema(Json.parse(text), schema);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every key as {@code section.key} with its rule, in the order of the schema. */
    Map<String, Json> keys() {
        return keys;
    }

    Map<String, Json> sections() {
        return properties(definition);
    }

    /** The keys of a section. */
    Set<String> keysOf(String section) {
        return Optional.ofNullable(sections().get(section))
                .map(content -> properties(content).keySet())
                .orElse(Set.of());
    }

    /** Words for a key that does not exist, with those that do. */
    String unknown(String key, Set<String> allowed, String name) {
        return "'" + key + "' is not a known key; allowed here: " + String.join(", ", new TreeSet<>(allowed))
                + NearestNames.suggestion(name, allowed);
    }

    /** Everything that is wrong with a tree; empty when it is valid. */
    List<Violation> violations(Json tree) {
        try {
            schema.validate(new JSONTokener(tree.toString()).nextValue());
            return List.of();
        } catch (ValidationException e) {
            List<ValidationException> leaves = new ArrayList<>();
            collectLeaves(e, leaves);
            Map<String, Violation> violations = new LinkedHashMap<>();
            for (ValidationException leaf : leaves) {
                for (Violation violation : describe(leaf, tree)) {
                    violations.putIfAbsent(violation.pointer(), violation);
                }
            }
            return List.copyOf(violations.values());
        }
    }

    private static void collectLeaves(ValidationException e, List<ValidationException> leaves) {
        if (e.getCausingExceptions().isEmpty()) {
            leaves.add(e);
        }
        e.getCausingExceptions().forEach(cause -> collectLeaves(cause, leaves));
    }

    private List<Violation> describe(ValidationException failure, Json tree) {
        String pointer = failure.getPointerToViolation().substring(1);
        Json found = tree.at(pointer).orElse(Json.NULL);
        Json rule = rule(pointer);
        if ("additionalProperties".equals(failure.getKeyword())) {
            Set<String> allowed = properties(rule).keySet();
            return found.members().keySet().stream()
                    .filter(key -> !allowed.contains(key))
                    .map(key -> {
                        String place = pointer + "/" + key.replace("~", "~0").replace("/", "~1");
                        return new Violation(place, true, unknown(path(place), allowed, key));
                    })
                    .toList();
        }
        String expected = rule.string("expected")
                .orElse("keys with values: "
                        + String.join(", ", properties(rule).keySet()));
        String subject = pointer.isEmpty() ? "the whole file" : "'" + path(pointer) + "'";
        return List.of(new Violation(pointer, false, subject + " is " + shown(found) + "; expected " + expected));
    }

    /** The part of the schema that speaks about the value at a pointer. */
    private Json rule(String pointer) {
        Json rule = definition;
        for (String step :
                pointer.isEmpty() ? new String[0] : pointer.substring(1).split("/")) {
            Json part = rule.get("items").orElse(named(rule, step));
            rule = part.string("$ref")
                    .flatMap(ref -> definition.at(ref.substring(1)))
                    .orElse(part);
        }
        return rule;
    }

    /** The rule for a key that is named, or for any other key. */
    private static Json named(Json rule, String key) {
        Json other = rule.get("additionalProperties").filter(Json::isObject).orElse(Json.emptyObject());
        return properties(rule).getOrDefault(key, other);
    }

    /** {@code /policy/allow/1} as {@code policy.allow[1]}. */
    private static String path(String pointer) {
        return pointer.substring(1)
                .replaceAll("/(\\d+)", "[$1]")
                .replace('/', '.')
                .replace("~1", "/")
                .replace("~0", "~");
    }

    private static Map<String, Json> properties(Json rule) {
        return rule.get("properties").map(Json::members).orElse(Map.of());
    }

    private static String shown(Json value) {
        return switch (value.kind()) {
            case NULL -> "empty";
            case ARRAY -> "a list";
            case OBJECT -> "a mapping";
            case STRING, NUMBER, BOOLEAN -> {
                String text = value.toString();
                yield text.length() <= 60 ? text : text.substring(0, text.offsetByCodePoints(0, 40)) + "…";
            }
        };
    }

    private interface Parser {
        void parse(String text);
    }

    private static FormatValidator format(String what, Parser parser) {
        return text -> {
            try {
                parser.parse(text);
                return Optional.empty();
            } catch (DateTimeException e) {
                return Optional.of("not " + what);
            }
        };
    }

    private static void positive(String text) {
        Duration duration = Duration.parse(text);
        if (duration.isZero() || duration.isNegative()) {
            throw new DateTimeException("not above zero");
        }
    }
}
