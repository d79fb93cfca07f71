package io.arkestra.learning.internal;

import io.arkestra.persona.internal.Intent;
import java.util.Locale;

/** What a turn is like, in two features that a person understands: what kind of message it is, and in which language. */
public final class Situation {
    private Situation() {}

    /** The situation in words, for example {@code question, ru}. */
    public static String of(Intent intent, Locale language) {
        return kind(intent) + ", " + (language.getLanguage().equals("ru") ? "ru" : "en");
    }

    private static String kind(Intent intent) {
        return switch (intent) {
            case QUESTION, HISTORY, ASK_NAME, ASK_ZONE, ASK_TIME, ABILITIES -> "question";
            case STATEMENT, GREETING, THANKS, GOODBYE, HOW_ARE_YOU, ACKNOWLEDGE -> "talk";
            default -> "task";
        };
    }
}
