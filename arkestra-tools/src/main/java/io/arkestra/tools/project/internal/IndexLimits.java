package io.arkestra.tools.project.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.spi.SettingKey;
import io.arkestra.spi.SettingKey.Type;
import io.arkestra.spi.Settings;
import io.arkestra.spi.SettingsSpec;

/**
 * What an index may cost at most.
 *
 * @param files the most files of a project
 * @param fileBytes larger files are left out
 */
public record IndexLimits(int files, long fileBytes) {
    /** 50,000 files of at most 1 MiB. */
    public static final IndexLimits STANDARD = new IndexLimits(50_000, 1024 * 1024);

    public IndexLimits {
        if (files < 1 || files > 1_000_000) {
            throw new ConfigException("documents.maxProjectFiles is " + files + "; expected 1 to 1000000");
        }
        if (fileBytes < 1 || fileBytes > 4 * 1024 * 1024) {
            throw new ConfigException("documents.maxProjectFileBytes is " + fileBytes + "; expected 1 to 4194304");
        }
    }

    /** The settings that {@link #of} reads. */
    public static SettingsSpec with(SettingsSpec spec) {
        return spec.with(SettingKey.optional(
                        "maxProjectFiles", Type.INTEGER, "50000", "The most files of an indexed project."))
                .with(SettingKey.optional(
                        "maxProjectFileBytes", Type.INTEGER, "1048576", "Larger files of a project are left out."));
    }

    public static IndexLimits of(Settings settings) {
        long files = settings.integer("maxProjectFiles").orElse((long) STANDARD.files);
        return new IndexLimits(
                (int) Math.max(-1, Math.min(Integer.MAX_VALUE, files)),
                settings.integer("maxProjectFileBytes").orElse(STANDARD.fileBytes));
    }
}
