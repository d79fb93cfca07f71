package io.arkestra.embedding;

import java.util.Locale;
import java.util.Optional;

/**
 * In which letters a text is written.
 *
 * @param language what the letters stand for: Latin ones for English, Cyrillic ones for Russian, others for nothing that is known
 * @param words how many words it has
 */
public record Script(Optional<Locale> language, int words) {
    private static final Locale RUSSIAN = Locale.forLanguageTag("ru");

    /** Looks at every letter. */
    public static Script of(String text) {
        int latin = 0;
        int cyrillic = 0;
        int other = 0;
        int words = 0;
        boolean inside = false;
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            boolean letter = Character.isLetterOrDigit(point);
            if (letter && !inside) {
                words++;
            }
            inside = letter;
            if (Character.isLetter(point)) {
                switch (Character.UnicodeScript.of(point)) {
                    case LATIN -> latin++;
                    case CYRILLIC -> cyrillic++;
                    default -> other++;
                }
            }
            i += Character.charCount(point);
        }
        Optional<Locale> language = cyrillic > 0 && cyrillic >= latin && cyrillic >= other
                ? Optional.of(RUSSIAN)
                : latin >= other ? Optional.of(Locale.ENGLISH) : Optional.empty();
        return new Script(language, words);
    }
}
