package io.arkestra.schedule.grammar.internal;

import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Finds days that no calendar has, such as 30 February: a text that names one names no time, rather than the month without the day. */
final class ImpossibleDays {
    /** The first letters of each month's name, English and Russian, by month from January; enough to tell them apart. */
    private static final List<List<String>> MONTHS = List.of(
            List.of("january", "январ"),
            List.of("february", "феврал"),
            List.of("march", "март"),
            List.of("april", "апрел"),
            List.of("may", "ма"),
            List.of("june", "июн"),
            List.of("july", "июл"),
            List.of("august", "август"),
            List.of("september", "сентябр"),
            List.of("october", "октябр"),
            List.of("november", "ноябр"),
            List.of("december", "декабр"));

    private static final String MONTH =
            "(january|february|march|april|may|june|july|august|september|october|november|december"
                    + "|(?:январ|феврал|март|апрел|июн|июл|август|сентябр|октябр|ноябр|декабр)\\p{L}{0,2}|ма[йяюе])(?!\\p{L})";
    private static final String DAY = "(\\d{1,2})(?:-?(?:st|nd|rd|th|го|ое|е))?";
    private static final Pattern DAY_FIRST = pattern("(?<![\\p{L}\\d.:/-])" + DAY + " +(?:of +)?" + MONTH);
    private static final Pattern MONTH_FIRST =
            pattern("(?<!\\p{L})" + MONTH + " +(?:the +)?" + DAY + "(?![\\p{L}\\d.:/%-])");

    private ImpossibleDays() {}

    private static Pattern pattern(String text) {
        return Pattern.compile(text, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    }

    static boolean isNamedIn(String text) {
        return DAY_FIRST.matcher(text).results().anyMatch(found -> impossible(found, 1, 2))
                || MONTH_FIRST.matcher(text).results().anyMatch(found -> impossible(found, 2, 1));
    }

    private static boolean impossible(MatchResult found, int dayGroup, int monthGroup) {
        int day = Integer.parseInt(found.group(dayGroup));
        String name = found.group(monthGroup).toLowerCase(Locale.ROOT);
        for (int i = 0; i < MONTHS.size(); i++) {
            if (MONTHS.get(i).stream().anyMatch(name::startsWith)) {
                // "Ма" also begins March; March comes first in the list.
                return day < 1 || day > java.time.Month.of(i + 1).maxLength();
            }
        }
        return false;
    }
}
