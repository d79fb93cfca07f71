package io.arkestra.tool.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.WellFormed;
import io.arkestra.schema.internal.CompiledSchema;
import io.arkestra.schema.internal.SchemaProblem;
import io.arkestra.schema.internal.SchemaValidator;
import io.arkestra.text.internal.NearestNames;
import io.arkestra.tool.ToolSpec;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Turns the text that a model wrote as arguments of a call into JSON that is valid against the tool's schema, or into words that let
 * the model correct itself.
 *
 * <p>Nothing is repaired, coerced or filled in: a number is no string, a missing value is not null. The one concession is an empty
 * text, which stands for {@code {}}.
 *
 * <p>A schema that does not say at its top level what it thinks of unknown properties ({@code additionalProperties} or {@code
 * unevaluatedProperties}) is closed: models invent properties, and a tool that never heard of one cannot have agreed to it. A
 * tool that takes anything says {@code "additionalProperties": true}. Thread-safe.
 */
public final class ToolArguments {
    /** Longest text of arguments, in UTF-16 code units. */
    public static final int MAX_CHARS = 256 * 1024;

    private static final int NAMES_SHOWN = 30;

    /** With these beside them, {@code properties} are not the only ones that the schema knows. */
    private static final Set<String> APPLIED_IN_PLACE = Set.of(
            "$ref",
            "$dynamicRef",
            "$recursiveRef",
            "allOf",
            "anyOf",
            "oneOf",
            "if",
            "dependentSchemas",
            "dependencies");

    private final SchemaValidator validator;

    /** What came of it. */
    public sealed interface Checked {}

    /**
     * The arguments may be used.
     *
     * @param arguments a JSON object that is valid against the schema
     */
    public record Valid(Json arguments) implements Checked {}

    /**
     * The call cannot be made.
     *
     * @param problems what is wrong, for the model; at least one
     */
    public record Invalid(List<String> problems) implements Checked {
        public Invalid {
            problems = List.copyOf(problems);
        }

        /** All problems as one answer to the model. */
        public String forModel() {
            return "The call was not made. " + String.join("\n", problems) + "\nCorrect the call and try again.";
        }
    }

    public ToolArguments(SchemaValidator validator) {
        this.validator = validator;
    }

    /**
     * Compiles the schemas of a tool, so that a bad one is found when the tool is registered and not when it is called; gives that of the
     * arguments.
     *
     * @throws ConfigException naming the tool and what is wrong with one of its schemas
     */
    public CompiledSchema compile(ToolSpec spec) {
        spec.result().ifPresent(schema -> compile(spec, "a result", schema));
        return compile(spec, "an argument", closed(spec.arguments()));
    }

    private CompiledSchema compile(ToolSpec spec, String what, Json schema) {
        try {
            return validator.compile(schema);
        } catch (ConfigException e) {
            throw new ConfigException(
                    "Tool '" + spec.name() + "' has " + what + " schema that cannot be used: " + e.getMessage(), e);
        }
    }

    /** How a result breaks what the tool promises; empty when it promises nothing or keeps it. */
    List<String> resultProblems(ToolSpec spec, Json data) {
        return spec.result()
                .map(schema -> compile(spec, "a result", schema).validate(data).stream()
                        .map(SchemaProblem::toString)
                        .toList())
                .orElse(List.of());
    }

    /**
     * Checks the arguments of a call.
     *
     * @param text as the model wrote it
     * @throws ConfigException when the tool's schema cannot be used
     */
    public Checked check(ToolSpec spec, String text) {
        CompiledSchema schema = compile(spec, "an argument", closed(spec.arguments()));
        Json arguments;
        if (text.isBlank()) {
            arguments = Json.emptyObject();
        } else {
            try {
                arguments = Json.parse(text, Json.Limits.ofChars(MAX_CHARS));
            } catch (InvalidInputException e) {
                return new Invalid(List.of("The arguments of " + spec.name() + " are not readable: " + e.getMessage()
                        + ". Send one complete JSON object and nothing else."));
            }
        }
        if (!arguments.isObject()) {
            return new Invalid(List.of("The arguments of " + spec.name() + " are " + described(arguments)
                    + "; expected a JSON object such as {\"name\": \"value\"}."));
        }
        List<SchemaProblem> problems = schema.validate(arguments);
        return problems.isEmpty()
                ? new Valid(arguments)
                : new Invalid(problems.stream().map(p -> sentence(spec, p)).toList());
    }

    /** The answer to a call of a tool that does not exist or is not offered. */
    public static Invalid unknownTool(String name, Collection<String> offered) {
        String shown = name.length() <= 80 ? name : name.substring(0, 80) + "…";
        List<String> near = NearestNames.of(name, offered, 3);
        Set<String> sorted = new TreeSet<>(offered);
        String rest;
        if (!near.isEmpty()) {
            rest = "Nearest names: " + String.join(", ", near) + ".";
        } else if (sorted.isEmpty()) {
            rest = "There are no tools now; answer without one.";
        } else {
            rest = "Tools: "
                    + String.join(", ", sorted.stream().limit(NAMES_SHOWN).toList())
                    + (sorted.size() > NAMES_SHOWN ? " and " + (sorted.size() - NAMES_SHOWN) + " more." : ".");
        }
        return new Invalid(List.of("There is no tool named " + Json.of(WellFormed.text(shown)) + ". " + rest));
    }

    private static String sentence(ToolSpec spec, SchemaProblem problem) {
        return problem.pointer().isEmpty()
                ? "The arguments of " + spec.name() + ": " + problem.message() + "."
                : "Argument " + problem.pointer() + " of " + spec.name() + " " + problem.message() + ".";
    }

    private static String described(Json json) {
        return switch (json.kind()) {
            case NULL -> "null";
            case BOOLEAN -> "true or false";
            case NUMBER -> "a number";
            case STRING -> "a string";
            case ARRAY -> "an array";
            case OBJECT -> "an object";
        };
    }

    private static Json closed(Json schema) {
        if (schema.has("additionalProperties") || schema.has("unevaluatedProperties")) {
            return schema;
        }
        boolean more = schema.members().keySet().stream().anyMatch(APPLIED_IN_PLACE::contains);
        if (!more) {
            return schema.with("additionalProperties", Json.FALSE);
        }
        // Drafts before 2019-09 cannot look through allOf and $ref, so their schemas stay as they are.
        boolean legacy = schema.string("$schema")
                .filter(dialect -> dialect.contains("/draft-0"))
                .isPresent();
        return legacy ? schema : schema.with("unevaluatedProperties", Json.FALSE);
    }
}
