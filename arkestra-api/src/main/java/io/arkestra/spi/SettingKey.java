package io.arkestra.spi;

import java.util.List;

/**
 * One setting that a provider understands.
 *
 * @param name the key, camelCase
 * @param type type of the value
 * @param defaultText the default in words or as a value; empty when the setting is required
 * @param secret whether the value must never be shown
 * @param description one sentence for people
 * @param allowed the only values allowed; empty for any
 */
public record SettingKey(
        String name, Type type, String defaultText, boolean secret, String description, List<String> allowed) {
    /** Types of settings. */
    public enum Type {
        STRING,
        INTEGER,
        DECIMAL,
        BOOLEAN,
        DURATION,
        PATH
    }

    public SettingKey {
        allowed = List.copyOf(allowed);
    }
}
