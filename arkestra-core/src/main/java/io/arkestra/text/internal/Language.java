package io.arkestra.text.internal;

import java.util.Locale;

/** Tells English from Russian by script. */
public final class Language {
    public static final Locale ENGLISH = Locale.ENGLISH;
    public static final Locale RUSSIAN = Locale.forLanguageTag("ru");

    private static final String FAMILIAR = "familiar";

    private Language() {}

    /** Russian when Cyrillic letters make up at least half of all letters, else English; the fallback when there are no letters. */
    public static Locale of(String text, Locale fallback) {
        int cyrillic = 0;
        int letters = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isLetter(c)) {
                letters++;
                if (c >= 0x0400 && c <= 0x04FF) {
                    cyrillic++;
                }
            }
        }
        if (letters == 0) {
            return fallback;
        }
        return cyrillic * 2 >= letters ? RUSSIAN : ENGLISH;
    }

    /** The same language, in which one is said ты to; the mark is private use in the sense of BCP 47 (RFC 5646, section 2.2.7). */
    public static Locale familiar(Locale language) {
        return new Locale.Builder()
                .setLocale(language)
                .setExtension(Locale.PRIVATE_USE_EXTENSION, FAMILIAR)
                .build();
    }

    public static boolean isFamiliar(Locale language) {
        return FAMILIAR.equals(language.getExtension(Locale.PRIVATE_USE_EXTENSION));
    }

    public static boolean isRussian(Locale locale) {
        return locale.getLanguage().equals("ru");
    }
}
