package io.arkestra.config.internal;

import io.arkestra.common.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Values from environment variables ({@code ARKESTRA_MEMORY_SLEEPAT}) or system properties ({@code arkestra.memory.sleepAt}). A name
 * whose section is known must have a known key; other names are somebody else's. An empty text counts as not set; items of a list are
 * separated by commas.
 */
final class Overrides {
    private static final String PROPERTY = "arkestra.";
    private static final String VARIABLE = "ARKESTRA_";

    private final ConfigurationSchema schema = ConfigurationSchema.INSTANCE;
    private final Map<String, Configuration.Setting> settings = new LinkedHashMap<>();
    private final List<Problem> problems = new ArrayList<>();

    static Overrides ofProperties(Map<String, String> properties) {
        Overrides overrides = new Overrides();
        new TreeMap<>(properties).forEach((name, text) -> {
            if (name.startsWith(PROPERTY)) {
                overrides.take(name.substring(PROPERTY.length()), ".", text, "system property " + name);
            }
        });
        return overrides;
    }

    static Overrides ofVariables(Map<String, String> environment) {
        Overrides overrides = new Overrides();
        new TreeMap<>(environment).forEach((name, text) -> {
            if (name.startsWith(VARIABLE)) {
                overrides.take(name.substring(VARIABLE.length()), "_", text, "environment variable " + name);
            }
        });
        return overrides;
    }

    Map<String, Configuration.Setting> settings() {
        return settings;
    }

    List<Problem> problems() {
        return problems;
    }

    private void take(String name, String separator, String text, String origin) {
        int split = name.indexOf(separator);
        Optional<String> section = Optional.of(split)
                .filter(at -> at > 0)
                .flatMap(at -> sameWord(name.substring(0, at), schema.sections().keySet(), separator));
        if (section.isEmpty() || text.isBlank()) {
            return;
        }
        String key = name.substring(split + 1);
        Set<String> keys = schema.keysOf(section.get());
        Optional<String> known = sameWord(key, keys, separator);
        if (known.isEmpty()) {
            String shown = section.get() + "." + (separator.equals("_") ? key.toLowerCase(Locale.ROOT) : key);
            problems.add(new Problem(origin, 0, 0, schema.unknown(shown, keys, key)));
            return;
        }
        String full = section.get() + "." + known.get();
        Json value = value(text.strip(), schema.keys().getOrDefault(full, Json.emptyObject()));
        Json tree = Json.object()
                .put(section.get(), Json.object().put(known.get(), value).build())
                .build();
        List<ConfigurationSchema.Violation> violations = schema.violations(tree);
        violations.forEach(violation -> problems.add(new Problem(origin, 0, 0, violation.message())));
        if (violations.isEmpty()) {
            settings.put(full, new Configuration.Setting(full, value, origin));
        }
    }

    /** Variables have no case; properties do. */
    private static Optional<String> sameWord(String name, Set<String> known, String separator) {
        return known.stream()
                .filter(word -> separator.equals("_") ? word.equalsIgnoreCase(name) : word.equals(name))
                .findFirst();
    }

    /** Reads the text as the type that the key has; a text that does not fit stays text, which the schema then refuses. */
    private static Json value(String text, Json rule) {
        boolean oneOrMore = rule.get("type").filter(Json::isArray).isPresent();
        if (oneOrMore && text.indexOf(',') < 0) {
            return Json.of(text);
        }
        return switch (oneOrMore
                ? "array"
                : rule.get("type").filter(Json::isString).map(Json::asString).orElse("string")) {
            case "boolean" ->
                text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")
                        ? Json.of(Boolean.parseBoolean(text))
                        : Json.of(text);
            case "integer" -> text.matches("-?\\d{1,18}") ? Json.of(Long.parseLong(text)) : Json.of(text);
            case "array" ->
                Json.strings(Arrays.stream(text.split(","))
                        .map(String::strip)
                        .filter(item -> !item.isEmpty())
                        .toList());
            default -> Json.of(text);
        };
    }
}
