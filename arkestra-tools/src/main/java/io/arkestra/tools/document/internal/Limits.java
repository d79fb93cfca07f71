package io.arkestra.tools.document.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.memory.DocumentDraft;
import io.arkestra.spi.SettingKey;
import io.arkestra.spi.SettingKey.Type;
import io.arkestra.spi.Settings;
import io.arkestra.spi.SettingsSpec;
import java.time.Duration;

/**
 * What a document may cost at most.
 *
 * @param bytes the most bytes of a file
 * @param pages the most pages of a PDF
 * @param characters the most characters of text
 * @param time how long reading one may take
 */
public record Limits(long bytes, int pages, int characters, Duration time) {
    private static final long MEBI = 1024 * 1024;
    private static final long MOST_BYTES = 512 * MEBI;

    /** 50 MiB, 2,000 pages, 4,000,000 characters, a minute. */
    public static final Limits STANDARD = new Limits(50 * MEBI, 2_000, 4_000_000, Duration.ofMinutes(1));

    public Limits {
        between("maxBytes", bytes, 1, MOST_BYTES);
        between("maxPages", pages, 1, 100_000);
        between("maxCharacters", characters, 1, DocumentDraft.MAX_TEXT);
        between("readTimeout", time.toMillis(), 1, Duration.ofMinutes(10).toMillis());
    }

    private static void between(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw new ConfigException("documents." + key + " is " + value + "; expected " + least + " to " + most);
        }
    }

    /** The settings that {@link #of} reads. */
    static SettingsSpec with(SettingsSpec spec) {
        return spec.with(SettingKey.optional("maxBytes", Type.INTEGER, "52428800", "The most bytes of a document."))
                .with(SettingKey.optional("maxPages", Type.INTEGER, "2000", "The most pages of a PDF."))
                .with(SettingKey.optional("maxCharacters", Type.INTEGER, "4000000", "The most characters of text."))
                .with(SettingKey.optional("readTimeout", Type.DURATION, "PT1M", "How long reading one may take."));
    }

    static Limits of(Settings settings) {
        return new Limits(
                settings.integer("maxBytes").orElse(STANDARD.bytes),
                clamped(settings.integer("maxPages").orElse((long) STANDARD.pages)),
                clamped(settings.integer("maxCharacters").orElse((long) STANDARD.characters)),
                settings.duration("readTimeout").orElse(STANDARD.time));
    }

    private static int clamped(long value) {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value));
    }
}
