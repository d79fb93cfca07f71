package io.arkestra.spi.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.spi.Provider;
import io.arkestra.spi.SettingKey;
import io.arkestra.spi.Settings;
import io.arkestra.text.internal.NearestNames;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Checks the settings of a provider against those that it declares. */
public final class ProviderSettings {
    private ProviderSettings() {}

    /**
     * @param where prefix of the keys in messages, for example {@code llm.senior}
     * @throws ConfigException telling everything that is wrong; never shows the value of a secret
     */
    public static Settings check(Provider provider, String where, Json values) {
        String of = " of provider '" + provider.id() + "'";
        if (!values.isObject()) {
            throw new ConfigException(where + ": the settings" + of + " are " + values + "; expected keys with values");
        }
        Map<String, SettingKey> known = new LinkedHashMap<>();
        provider.settings().keys().forEach(key -> known.put(key.name(), key));
        List<String> problems = new ArrayList<>();
        values.members().forEach((name, value) -> {
            SettingKey key = known.get(name);
            if (key == null) {
                problems.add("'" + where + "." + name + "' is not a setting" + of + "; "
                        + (known.isEmpty() ? "it has none" : "allowed: " + String.join(", ", known.keySet()))
                        + NearestNames.suggestion(name, known.keySet()));
            } else if (!value.isNull() && !fits(key, value)) {
                problems.add("'" + where + "." + name + "' is " + (key.secret() ? "(secret)" : value.toString())
                        + "; expected " + expected(key));
            }
        });
        known.values().stream()
                .filter(key -> key.defaultText().isEmpty())
                .filter(key -> values.get(key.name()).map(Json::isNull).orElse(true))
                .forEach(key -> problems.add("'" + where + "." + key.name() + "' is missing; expected " + expected(key)
                        + ": " + key.description()));
        if (!problems.isEmpty()) {
            throw new ConfigException(String.join("\n", problems));
        }
        return Settings.of(where, values);
    }

    private static boolean fits(SettingKey key, Json value) {
        boolean typed = switch (key.type()) {
            case STRING -> value.isString();
            case INTEGER ->
                value.isInteger() && value.asDecimal().toBigInteger().bitLength() < Long.SIZE;
            case DECIMAL -> value.isNumber();
            case BOOLEAN -> value.isBoolean();
            case DURATION -> value.isString() && isDuration(value.asString());
            case PATH -> value.isString() && isPath(value.asString());
            case LIST -> value.isArray() && value.items().stream().allMatch(Json::isString);
        };
        String text = value.isString() ? value.asString() : value.toString();
        return typed && (key.allowed().isEmpty() || key.allowed().contains(text));
    }

    private static String expected(SettingKey key) {
        if (!key.allowed().isEmpty()) {
            return "one of " + String.join(", ", key.allowed());
        }
        return switch (key.type()) {
            case STRING -> "a text";
            case INTEGER -> "a whole number";
            case DECIMAL -> "a number";
            case BOOLEAN -> "true or false";
            case DURATION -> "an ISO 8601 duration such as PT30S";
            case PATH -> "a file path";
            case LIST -> "a list of texts";
        };
    }

    private static boolean isDuration(String text) {
        try {
            Duration.parse(text);
            return true;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private static boolean isPath(String text) {
        try {
            Path.of(text);
            return true;
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
