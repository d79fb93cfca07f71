package io.arkestra.benchmarks.evaluate;

import io.arkestra.common.Json;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A set of tools and of requests that some of them are meant for.
 *
 * @param name of the set
 * @param tools in the order of the file
 * @param queries in the order of the file
 */
record ToolRows(String name, List<Row> tools, List<Query> queries) {
    /**
     * A tool.
     *
     * @param id in the set
     * @param name as the set has it; several may have the same
     * @param registered the name that it has in the engine: unique, and of the form that names of tools have
     * @param description what it does
     * @param schema of its arguments
     */
    record Row(String id, String name, String registered, String description, Json schema) {
        /** As the engine knows it. */
        Tool tool() {
            ToolSpec spec = ToolSpec.builder(registered)
                    .description(description.isBlank() ? name : description)
                    .arguments(schema)
                    .build();
            return new Tool() {
                @Override
                public ToolSpec spec() {
                    return spec;
                }

                @Override
                public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
                    return ToolResult.text("");
                }
            };
        }
    }

    /**
     * A request.
     *
     * @param gold ids of the tools that it is for; empty when no tool is
     * @param offered ids of the tools that the set offers with it; empty when it offers all
     */
    record Query(String id, String kind, String text, Set<String> gold, List<String> offered) {}

    static ToolRows load(Path directory) {
        List<Row> tools = new ArrayList<>();
        Set<String> registered = new LinkedHashSet<>();
        for (Json line : lines(directory.resolve("tools.jsonl"))) {
            tools.add(new Row(
                    line.text("id"),
                    line.text("name"),
                    unique(line.text("name"), registered),
                    line.text("description"),
                    line.get("parameters").filter(Json::isObject).orElse(Json.parse("{\"type\":\"object\"}"))));
        }
        List<Query> queries = new ArrayList<>();
        for (Json line : lines(directory.resolve("queries.jsonl"))) {
            queries.add(new Query(
                    line.text("id"),
                    line.text("kind"),
                    line.text("query"),
                    new LinkedHashSet<>(
                            line.list("gold").stream().map(Json::asString).toList()),
                    line.list("offered").stream().map(Json::asString).toList()));
        }
        Map<String, Row> byId = new LinkedHashMap<>();
        tools.forEach(tool -> byId.put(tool.id(), tool));
        for (Query query : queries) {
            query.gold().stream()
                    .filter(id -> !byId.containsKey(id))
                    .findFirst()
                    .ifPresent(id -> {
                        throw new EvaluationException(directory.resolve("queries.jsonl") + ": query " + query.id()
                                + " is for the tool '" + id + "', which tools.jsonl does not have");
                    });
        }
        return new ToolRows(directory.toAbsolutePath().getFileName().toString(), tools, queries);
    }

    /** {@code Weather_1_GetWeather} is {@code weather_1_get_weather}; the second of a name gets a number. */
    private static String unique(String name, Set<String> taken) {
        String words = name.replaceAll("([\\p{Ll}\\d])(\\p{Lu})", "$1_$2")
                .replaceAll("(\\p{Lu}+)(\\p{Lu}\\p{Ll})", "$1_$2")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9.]+", "_")
                .replaceAll("\\.+", ".")
                .replaceAll("(^|\\.)[^a-z]+", "$1")
                .replaceAll("\\.$", "");
        String base = words.isEmpty()
                ? "tool"
                : words.substring(0, Math.min(56, words.length())).replaceAll("\\.$", "");
        String candidate = base;
        for (int next = 2; !taken.add(candidate); next++) {
            candidate = base + "_" + next;
        }
        return candidate;
    }

    private static List<Json> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                    .filter(line -> !line.isBlank())
                    .map(Json::parse)
                    .toList();
        } catch (IOException e) {
            throw new EvaluationException(
                    file + " cannot be read; expected a directory with tools.jsonl and queries.jsonl: " + e);
        }
    }
}
