package io.arkestra.tools.document.internal;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;

/** What these tools say to people, in English and Russian. Immutable. */
public final class Phrases {
    private static final Phrases ENGLISH = new Phrases("en", Locale.ENGLISH);
    private static final Phrases RUSSIAN = new Phrases("ru", Locale.forLanguageTag("ru"));

    private final Properties phrases = new Properties();
    private final Locale locale;

    private Phrases(String language, Locale locale) {
        this.locale = locale;
        String name = "phrases_" + language + ".properties";
        try (Reader in = new InputStreamReader(
                Objects.requireNonNull(Phrases.class.getResourceAsStream(name), name), StandardCharsets.UTF_8)) {
            phrases.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In the user's language; English unless that is Russian. */
    public static Phrases of(Locale locale) {
        return locale.getLanguage().equals("ru") ? RUSSIAN : ENGLISH;
    }

    /** A phrase with its parts put in; whole numbers are grouped as people write them. */
    public String say(String key, Object... parts) {
        Object[] shown = new Object[parts.length];
        for (int i = 0; i < parts.length; i++) {
            shown[i] = parts[i] instanceof Number number ? String.format(locale, "%,d", number.longValue()) : parts[i];
        }
        return String.format(locale, Objects.requireNonNull(phrases.getProperty(key), key), shown);
    }
}
