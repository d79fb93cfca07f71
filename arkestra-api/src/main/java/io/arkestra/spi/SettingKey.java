package io.arkestra.spi;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One setting that a provider understands. Immutable. */
public final class SettingKey {
    /** Types of settings. New ones may be added: a {@code switch} over them needs a default branch. */
    public enum Type {
        STRING,
        INTEGER,
        DECIMAL,
        BOOLEAN,
        /** An ISO-8601 duration such as {@code PT30S}. */
        DURATION,
        PATH,
        /** A list of texts. */
        LIST
    }

    private final String name;
    private final Type type;
    private final String description;
    private final @Nullable String defaultText;
    private final boolean secret;
    private final List<String> allowed;

    private SettingKey(
            String name,
            Type type,
            String description,
            @Nullable String defaultText,
            boolean secret,
            List<String> allowed) {
        this.name = Objects.requireNonNull(name, "name");
        this.type = Objects.requireNonNull(type, "type");
        this.description = Objects.requireNonNull(description, "description");
        this.defaultText = defaultText;
        this.secret = secret;
        this.allowed = List.copyOf(allowed);
    }

    /**
     * A setting without which the provider cannot be opened.
     *
     * @param name the key, camelCase
     * @param description one sentence for people
     */
    public static SettingKey required(String name, Type type, String description) {
        return new SettingKey(name, type, description, null, false, List.of());
    }

    /**
     * A setting that may be left out.
     *
     * @param name the key, camelCase
     * @param defaultText what holds then, as a value or in words
     * @param description one sentence for people
     */
    public static SettingKey optional(String name, Type type, String defaultText, String description) {
        return new SettingKey(
                name, type, description, Objects.requireNonNull(defaultText, "defaultText"), false, List.of());
    }

    /** The same setting, whose value is never shown. */
    public SettingKey asSecret() {
        return new SettingKey(name, type, description, defaultText, true, allowed);
    }

    /** The same setting, with these as the only values. */
    public SettingKey oneOf(String... values) {
        return new SettingKey(name, type, description, defaultText, secret, List.of(values));
    }

    public String name() {
        return name;
    }

    public Type type() {
        return type;
    }

    public String description() {
        return description;
    }

    /** What holds when it is left out, as a value or in words; empty when it is required. */
    public Optional<String> defaultText() {
        return Optional.ofNullable(defaultText);
    }

    /** Whether the value must never be shown. */
    public boolean secret() {
        return secret;
    }

    /** The only values allowed; empty for any. */
    public List<String> allowed() {
        return allowed;
    }

    @Override
    public String toString() {
        return "SettingKey[" + name + " " + type + "]";
    }
}
