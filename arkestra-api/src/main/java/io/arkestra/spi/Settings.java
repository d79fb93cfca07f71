package io.arkestra.spi;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Settings by key, already checked against the provider's {@link SettingsSpec}. A value of the wrong type is a
 * {@link ConfigException} that names the key. Immutable.
 */
public final class Settings {
    private static final Settings NONE = new Settings("", Json.emptyObject());

    private final String where;
    private final Json values;

    private Settings(String where, Json values) {
        this.where = where;
        this.values = values;
    }

    public static Settings none() {
        return NONE;
    }

    /**
     * Settings from a JSON object.
     *
     * @param where prefix of the keys in messages, for example {@code llm.senior}
     */
    public static Settings of(String where, Json values) {
        return new Settings(where, values);
    }

    public Optional<String> string(String key) {
        return read(key, "a text", Json::asString);
    }

    public Optional<Long> integer(String key) {
        return read(key, "a whole number", Json::asLong);
    }

    public Optional<Double> decimal(String key) {
        return read(key, "a number", Json::asDouble);
    }

    public Optional<Boolean> bool(String key) {
        return read(key, "true or false", Json::asBoolean);
    }

    /** An ISO-8601 duration such as {@code PT30S}. */
    public Optional<Duration> duration(String key) {
        return read(key, "an ISO-8601 duration such as PT30S", json -> Duration.parse(json.asString()));
    }

    public Optional<Path> path(String key) {
        return read(key, "a file path", json -> Path.of(json.asString()));
    }

    /** A list of texts. */
    public Optional<List<String>> strings(String key) {
        return read(
                key,
                "a list of texts",
                json -> json.items().stream().map(Json::asString).toList());
    }

    /** The value as it stands. */
    public Json json() {
        return values;
    }

    private <T> Optional<T> read(String key, String expected, Function<Json, T> reader) {
        Optional<Json> value = values.get(key);
        if (value.isEmpty() || value.get().isNull()) {
            return Optional.empty();
        }
        try {
            return Optional.of(reader.apply(value.get()));
        } catch (io.arkestra.common.InvalidInputException | DateTimeParseException | InvalidPathException e) {
            String name = where.isEmpty() ? key : where + "." + key;
            throw new ConfigException(name + " is " + value.get() + "; expected " + expected, e);
        }
    }

    @Override
    public String toString() {
        return "Settings[" + where + " " + values.members().keySet() + "]";
    }
}
