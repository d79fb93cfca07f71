package io.arkestra.spi;

import java.util.ArrayList;
import java.util.List;

/**
 * The settings of a provider. Immutable.
 *
 * @param keys each setting once
 */
public record SettingsSpec(List<SettingKey> keys) {
    public SettingsSpec {
        keys = List.copyOf(keys);
    }

    /** No settings at all: any key is an error. */
    public static SettingsSpec none() {
        return new SettingsSpec(List.of());
    }

    /** These settings and one more. */
    public SettingsSpec with(SettingKey key) {
        List<SettingKey> more = new ArrayList<>(keys);
        more.add(key);
        return new SettingsSpec(more);
    }
}
