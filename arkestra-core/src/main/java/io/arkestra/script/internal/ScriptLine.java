package io.arkestra.script.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.llm.LlmException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * One line of a script: when it matches, what is answered.
 *
 * @param match is looked for in the last message of the prompt
 * @param role only for this role, when given
 * @param output what the model writes, verbatim
 * @param then what it says once the tools that it asked for have run; {@code {result}} stands for their results
 * @param delayMillis how long it takes
 * @param error fails instead, for this reason
 */
record ScriptLine(
        Pattern match,
        Optional<String> role,
        String output,
        Optional<String> then,
        long delayMillis,
        Optional<LlmException.Reason> error) {
    private static final Set<String> KEYS = Set.of(
            "match",
            "role",
            "text",
            "tool_calls",
            "memory",
            "sources",
            "plan",
            "report",
            "raw",
            "then",
            "delayMillis",
            "error");

    /** @throws ConfigException naming the file and line */
    static ScriptLine parse(String line, String where) {
        try {
            Json json = Json.parse(line);
            if (!json.isObject()) {
                throw new InvalidInputException("expected a JSON object");
            }
            for (String key : json.members().keySet()) {
                if (!KEYS.contains(key)) {
                    throw new InvalidInputException("'" + key + "' is not a known key; allowed are "
                            + KEYS.stream().sorted().toList());
                }
            }
            return new ScriptLine(
                    Pattern.compile(json.text("match"), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE),
                    json.string("role"),
                    output(json),
                    json.string("then"),
                    json.integer("delayMillis").orElse(0L),
                    json.string("error").map(ScriptLine::reason));
        } catch (InvalidInputException | PatternSyntaxException e) {
            throw new ConfigException(where + ": " + e.getMessage(), e);
        }
    }

    private static LlmException.Reason reason(String word) {
        try {
            return LlmException.Reason.valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(
                    "error is '" + word + "'; expected one of " + List.of(LlmException.Reason.values()));
        }
    }

    private static String output(Json json) {
        Optional<String> raw = json.string("raw");
        if (raw.isPresent()) {
            return raw.get();
        }
        Optional<Json> report = json.get("report");
        if (report.isPresent()) {
            return report.get().toString();
        }
        Json.ObjectBuilder envelope =
                Json.object().put("text", json.string("text").orElse(""));
        for (String key : List.of("tool_calls", "memory", "sources", "plan")) {
            json.get(key).ifPresent(value -> envelope.put(key, value));
        }
        return envelope.build().toString();
    }
}
