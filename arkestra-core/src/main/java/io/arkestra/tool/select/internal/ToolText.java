package io.arkestra.tool.select.internal;

import io.arkestra.common.Json;
import io.arkestra.tool.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is searched of a tool. Cut, because others may have written it.
 *
 * @param name as it is called
 * @param description what it does
 * @param parameters names and descriptions of its arguments, also of nested ones
 * @param values what arguments may be, where the schema lists that: {@code fahrenheit} asks for the tool that takes it
 * @param examples sentences of users that it is for
 */
record ToolText(String name, String description, String parameters, String values, String examples) {
    private static final int LONGEST = 2_000;
    private static final int DEEPEST = 6;

    static ToolText of(ToolSpec spec) {
        List<String> parameters = new ArrayList<>();
        List<String> values = new ArrayList<>();
        collect(spec.arguments(), 0, parameters, values);
        return new ToolText(
                spec.name(),
                PlainText.of(spec.description(), LONGEST),
                PlainText.of(String.join(" ", parameters), LONGEST),
                PlainText.of(String.join(" ", values), LONGEST),
                PlainText.of(String.join(" ", spec.examples()), LONGEST));
    }

    private static void collect(Json schema, int depth, List<String> texts, List<String> values) {
        if (depth > DEEPEST || !schema.isObject()) {
            return;
        }
        for (Map.Entry<String, Json> property :
                schema.get("properties").map(Json::members).orElse(Map.of()).entrySet()) {
            texts.add(property.getKey());
            property.getValue().string("description").ifPresent(texts::add);
            collect(property.getValue(), depth + 1, texts, values);
        }
        schema.get("items").ifPresent(items -> collect(items, depth + 1, texts, values));
        schema.get("default").filter(Json::isString).map(Json::asString).ifPresent(values::add);
        schema.get("enum")
                .filter(Json::isArray)
                .ifPresent(all -> all.items().stream()
                        .filter(Json::isString)
                        .map(Json::asString)
                        .forEach(values::add));
    }

    /** The name as words, for models that were never shown one with dots and underscores; a number says only which of several it is. */
    String spokenName() {
        return name.replaceAll("([\\p{Ll}\\p{N}])(\\p{Lu})", "$1 $2")
                .replaceAll("(\\p{Lu}+)(\\p{Lu}\\p{Ll})", "$1 $2")
                .replaceAll("[^\\p{L}\\p{N}]+", " ")
                .replaceAll("(?<![\\p{L}\\p{N}])\\p{N}+(?![\\p{L}\\p{N}])", " ")
                .replaceAll(" +", " ")
                .strip();
    }

    /** All that is said about it, for a model to judge. */
    String whole() {
        return said() + (parameters.isEmpty() ? "" : " " + parameters);
    }

    /** What its vector is the mean of: what it does, and that with its parameters, which would otherwise outweigh it where there are many. */
    List<String> embedded() {
        return parameters.isEmpty() ? List.of(said()) : List.of(said(), whole());
    }

    /** All that is searched by words. */
    String words() {
        return String.join(" ", name, description, parameters, values, examples);
    }

    private String said() {
        return spokenName() + ": " + description;
    }
}
