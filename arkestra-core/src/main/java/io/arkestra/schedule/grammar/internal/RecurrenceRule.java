package io.arkestra.schedule.grammar.internal;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A parsed RFC 5545 recurrence rule; the part of it that {@link Recurrence} documents. */
record RecurrenceRule(
        Frequency frequency,
        int interval,
        List<Integer> months,
        List<Integer> monthDays,
        List<ByDay> days,
        int count,
        @Nullable Until until,
        boolean skipBackward) {

    private static final int MAX_INTERVAL = 100_000;
    private static final int MAX_COUNT = 1_000_000;
    private static final Set<String> PARTS =
            Set.of("FREQ", "INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY", "COUNT", "UNTIL", "WKST", "SKIP");
    private static final DateTimeFormatter UNTIL_TIME = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss");
    private static final String[] DAY_CODES = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

    enum Frequency {
        SECONDLY,
        MINUTELY,
        HOURLY,
        DAILY,
        WEEKLY,
        MONTHLY,
        YEARLY;

        boolean isTimeBased() {
            return compareTo(DAILY) < 0;
        }
    }

    /** A weekday with an ordinal within the month or year, negative from its end, 0 for every one. */
    record ByDay(int ordinal, DayOfWeek day) {
        String text() {
            return (ordinal == 0 ? "" : ordinal) + code(day);
        }
    }

    /** The inclusive end; floating unless {@code utc}; {@code text} keeps the written form. */
    record Until(LocalDateTime time, boolean utc, String text) {
        boolean allows(ZonedDateTime occurrence) {
            return utc
                    ? !occurrence.toInstant().isAfter(time.toInstant(ZoneOffset.UTC))
                    : !occurrence.isAfter(ZonedDateTime.ofLocal(time, occurrence.getZone(), null));
        }

        boolean isBefore(LocalDateTime local, ZoneId zone) {
            return !allows(ZonedDateTime.ofLocal(local, zone, null));
        }
    }

    RecurrenceRule {
        months = List.copyOf(months);
        monthDays = List.copyOf(monthDays);
        days = List.copyOf(days);
    }

    static String code(DayOfWeek day) {
        return DAY_CODES[day.getValue() - 1];
    }

    /** The rule in canonical form: fixed order of parts, defaults left out, lists sorted. */
    String text() {
        StringBuilder text = new StringBuilder("FREQ=").append(frequency);
        if (interval != 1) {
            text.append(";INTERVAL=").append(interval);
        }
        append(text, "BYMONTH", months, String::valueOf);
        append(text, "BYMONTHDAY", monthDays, String::valueOf);
        append(text, "BYDAY", days, ByDay::text);
        if (skipBackward) {
            text.append(";SKIP=BACKWARD");
        }
        if (count > 0) {
            text.append(";COUNT=").append(count);
        }
        if (until != null) {
            text.append(";UNTIL=").append(until.text());
        }
        return text.toString();
    }

    private static <T> void append(StringBuilder text, String name, List<T> values, Function<T, String> writer) {
        if (!values.isEmpty()) {
            text.append(';').append(name).append('=');
            text.append(values.stream().map(writer).collect(Collectors.joining(",")));
        }
    }

    static RecurrenceRule parse(String rrule) {
        String text = rrule.strip().toUpperCase(Locale.ROOT);
        if (text.startsWith("RRULE:")) {
            text = text.substring("RRULE:".length());
        }
        Map<String, String> parts = new LinkedHashMap<>();
        for (String part : text.split(";", -1)) {
            int equals = part.indexOf('=');
            if (equals <= 0 || equals == part.length() - 1) {
                throw bad(rrule, "'" + part + "' is not of the form NAME=VALUE");
            }
            String name = part.substring(0, equals);
            if (!PARTS.contains(name)) {
                throw bad(rrule, name + " is not supported; supported are " + new TreeSet<>(PARTS));
            }
            if (parts.put(name, part.substring(equals + 1)) != null) {
                throw bad(rrule, name + " is given twice");
            }
        }
        RecurrenceRule rule = new RecurrenceRule(
                frequency(rrule, parts.get("FREQ")),
                number(rrule, "INTERVAL", parts.getOrDefault("INTERVAL", "1"), 1, MAX_INTERVAL),
                numbers(rrule, "BYMONTH", parts.get("BYMONTH"), 1, 12),
                numbers(rrule, "BYMONTHDAY", parts.get("BYMONTHDAY"), -31, 31),
                byDays(rrule, parts.get("BYDAY")),
                parts.containsKey("COUNT") ? number(rrule, "COUNT", parts.get("COUNT"), 1, MAX_COUNT) : 0,
                until(rrule, parts.get("UNTIL")),
                skip(rrule, parts.getOrDefault("SKIP", "OMIT")));
        rule.check(rrule, parts);
        return rule;
    }

    private void check(String rrule, Map<String, String> parts) {
        if (count > 0 && until != null) {
            throw bad(rrule, "COUNT and UNTIL exclude each other");
        }
        if (!parts.getOrDefault("WKST", "MO").equals("MO")) {
            throw bad(rrule, "WKST is always MO");
        }
        if (frequency.isTimeBased() && !(months.isEmpty() && monthDays.isEmpty() && days.isEmpty())) {
            throw bad(rrule, "BYMONTH, BYMONTHDAY and BYDAY need FREQ=DAILY or a longer unit");
        }
        if (frequency == Frequency.WEEKLY && !monthDays.isEmpty()) {
            throw bad(rrule, "BYMONTHDAY does not go with FREQ=WEEKLY");
        }
        boolean ordinals = days.stream().anyMatch(day -> day.ordinal() != 0);
        if (ordinals && frequency != Frequency.MONTHLY && frequency != Frequency.YEARLY) {
            throw bad(rrule, "an ordinal in BYDAY needs FREQ=MONTHLY or FREQ=YEARLY");
        }
    }

    private static Frequency frequency(String rrule, @Nullable String value) {
        for (Frequency frequency : EnumSet.allOf(Frequency.class)) {
            if (frequency.name().equals(value)) {
                return frequency;
            }
        }
        throw bad(
                rrule,
                "FREQ must be one of " + EnumSet.allOf(Frequency.class)
                        + (value == null ? " and is missing" : ", got '" + value + "'"));
    }

    private static int number(String rrule, String name, String value, int min, int max) {
        if (value.matches("[+-]?\\d{1,9}")) {
            int number = Integer.parseInt(value);
            if (number >= min && number <= max && (number != 0 || min > 0)) {
                return number;
            }
        }
        throw bad(
                rrule,
                name + " must be a whole number from " + min + " to " + max + (min < 0 ? " without 0" : "") + ", got '"
                        + value + "'");
    }

    private static List<Integer> numbers(String rrule, String name, @Nullable String value, int min, int max) {
        if (value == null) {
            return List.of();
        }
        TreeSet<Integer> numbers = new TreeSet<>();
        for (String item : value.split(",", -1)) {
            numbers.add(number(rrule, name, item, min, max));
        }
        return List.copyOf(numbers);
    }

    private static List<ByDay> byDays(String rrule, @Nullable String value) {
        List<ByDay> days = new ArrayList<>();
        for (String item : value == null ? new String[0] : value.split(",", -1)) {
            int split = Math.max(0, item.length() - 2);
            int index = List.of(DAY_CODES).indexOf(item.substring(split));
            if (index < 0) {
                throw bad(
                        rrule,
                        "BYDAY must list MO, TU, WE, TH, FR, SA, SU, each with an optional ordinal, got '" + item
                                + "'");
            }
            int ordinal = split == 0 ? 0 : number(rrule, "BYDAY ordinal", item.substring(0, split), -53, 53);
            ByDay day = new ByDay(ordinal, DayOfWeek.of(index + 1));
            if (!days.contains(day)) {
                days.add(day);
            }
        }
        days.sort((a, b) -> a.ordinal() != b.ordinal()
                ? Integer.compare(a.ordinal(), b.ordinal())
                : a.day().compareTo(b.day()));
        return days;
    }

    private static boolean skip(String rrule, String value) {
        if (!value.equals("OMIT") && !value.equals("BACKWARD")) {
            throw bad(rrule, "SKIP must be OMIT or BACKWARD, got '" + value + "'");
        }
        return value.equals("BACKWARD");
    }

    private static @Nullable Until until(String rrule, @Nullable String value) {
        if (value == null) {
            return null;
        }
        try {
            if (value.length() == 8) {
                LocalDate date = LocalDate.parse(value, DateTimeFormatter.BASIC_ISO_DATE);
                return new Until(date.atTime(23, 59, 59), false, value);
            }
            boolean utc = value.endsWith("Z");
            String local = utc ? value.substring(0, value.length() - 1) : value;
            return new Until(LocalDateTime.parse(local, UNTIL_TIME), utc, value);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "Bad recurrence rule '" + rrule + "': UNTIL must be YYYYMMDD, YYYYMMDDThhmmss or"
                            + " YYYYMMDDThhmmssZ, got '" + value + "'",
                    e);
        }
    }

    private static IllegalArgumentException bad(String rrule, String why) {
        return new IllegalArgumentException("Bad recurrence rule '" + rrule + "': " + why);
    }
}
