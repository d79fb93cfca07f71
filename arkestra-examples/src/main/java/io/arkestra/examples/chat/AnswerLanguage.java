package io.arkestra.examples.chat;

import io.arkestra.common.Budget;

/** What the chat itself adds to an answer or a reminder, in the language of its words. */
enum AnswerLanguage {
    ENGLISH,
    RUSSIAN;

    /** Russian when most of the letters are Cyrillic. */
    static AnswerLanguage of(String text) {
        long letters = text.codePoints().filter(Character::isLetter).count();
        long cyrillic = text.codePoints()
                .filter(point -> Character.UnicodeScript.of(point) == Character.UnicodeScript.CYRILLIC)
                .count();
        return cyrillic * 2 > letters ? RUSSIAN : ENGLISH;
    }

    String moreSources(int count) {
        return this == RUSSIAN
                ? "и ещё источников: " + count
                : "and " + count + (count == 1 ? " more source" : " more sources");
    }

    String pages(int first, int last) {
        boolean one = last <= first;
        return (this == RUSSIAN ? "с. " : one ? "p. " : "pp. ") + (one ? "" + first : first + "–" + last);
    }

    String stopped(Budget.Kind limit) {
        if (this == ENGLISH) {
            return "(stopped: the turn's limit of "
                    + limit.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ') + " was reached)";
        }
        String of = switch (limit) {
            case TOKENS -> "токенов";
            case WALL -> "времени";
            case TOOL_CALLS -> "вызовов инструментов";
            case MODEL_CALLS -> "вызовов модели";
        };
        return "(остановлено: достигнут предел " + of + " на один ответ)";
    }

    String cancelled() {
        return this == RUSSIAN ? "(прервано)" : "(cancelled)";
    }

    String reminder() {
        return this == RUSSIAN ? "Напоминание: " : "Reminder: ";
    }

    String wasDue(String date) {
        return this == RUSSIAN ? " (срок был " + date + ")" : " (was due " + date + ")";
    }
}
