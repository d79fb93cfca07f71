package io.arkestra.tool.declared.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.common.ProjectId;
import io.arkestra.config.internal.SettingsFile;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolSpec;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A tool as somebody declared it, found good by the schema of its kind.
 *
 * @param json the definition
 */
record Definition(Json json) {
    private static final Set<String> KINDS = Set.of("http", "command", "chain");
    private static final Json NO_ARGUMENTS = Json.parse("{\"type\":\"object\",\"additionalProperties\":false}");

    /**
     * Reads YAML, of which JSON is a part.
     *
     * @throws ConfigException with everything that is wrong, each with line and column
     */
    static Definition parse(String text) {
        Json seen = SettingsFile.peek("definition", text);
        String kind = seen.isObject()
                ? seen.get("kind").filter(Json::isString).map(Json::asString).orElse("")
                : "";
        // An unknown kind is told by any of the schemas.
        SettingsFile file = SettingsFile.parse(
                "definition", text, Definition.class, (KINDS.contains(kind) ? kind : "http") + ".schema.json");
        return new Definition(file.json());
    }

    String name() {
        return json.text("name");
    }

    String kind() {
        return json.text("kind");
    }

    Json arguments() {
        Json schema = json.get("arguments").orElse(NO_ARGUMENTS);
        return schema.has("additionalProperties") ? schema : schema.with("additionalProperties", Json.FALSE);
    }

    /** @throws ConfigException for a place that no argument is sure to fill */
    void checkPlaces(Set<String> places) {
        Set<String> required =
                arguments().list("required").stream().map(Json::asString).collect(Collectors.toSet());
        for (String place : places) {
            if (!required.contains(place)) {
                throw new ConfigException("'{" + place + "}' of tool '" + name()
                        + "' is no required argument; add it to 'properties' and 'required' of 'arguments'");
            }
        }
    }

    Duration timeout() {
        return Duration.ofSeconds(json.integer("timeout_seconds").orElse(30L));
    }

    /** The same, or what is left of the time for a call. */
    Duration timeout(ToolContext context) {
        Duration left = Duration.between(context.clock().instant(), context.deadline());
        Duration least = Duration.ofMillis(1);
        return left.compareTo(least) < 0 ? least : left.compareTo(timeout()) < 0 ? left : timeout();
    }

    /** What every kind has alike. */
    ToolSpec.Builder spec(long version) {
        ToolSpec.Builder spec = ToolSpec.builder(name())
                .version(version + ".0.0")
                .description(json.text("description"))
                .arguments(arguments())
                .timeout(timeout())
                .examples(texts("examples").toArray(String[]::new));
        json.string("project").ifPresent(project -> spec.project(ProjectId.of(project)));
        return spec;
    }

    List<String> texts(String key) {
        return json.list(key).stream().map(Json::asString).toList();
    }
}
