package io.arkestra.memory.recall.internal;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** A date in the words that a question would name it by: {@code 8 May мая 2023}. */
final class CalendarWords {
    private static final DateTimeFormatter ENGLISH = DateTimeFormatter.ofPattern("d MMMM", Locale.ENGLISH);
    private static final String[] RUSSIAN = {
        "января",
        "февраля",
        "марта",
        "апреля",
        "мая",
        "июня",
        "июля",
        "августа",
        "сентября",
        "октября",
        "ноября",
        "декабря"
    };

    private CalendarWords() {}

    static String of(Instant at, ZoneId zone) {
        LocalDate date = LocalDate.ofInstant(at, zone);
        return ENGLISH.format(date) + " " + RUSSIAN[date.getMonthValue() - 1] + " " + date.getYear();
    }
}
