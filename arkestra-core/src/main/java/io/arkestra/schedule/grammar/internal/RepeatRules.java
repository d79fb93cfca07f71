package io.arkestra.schedule.grammar.internal;

import io.arkestra.schedule.grammar.internal.Fragment.Repeat;
import io.arkestra.schedule.grammar.internal.Fragment.Times;
import io.arkestra.schedule.grammar.internal.RecurrenceRule.Frequency;
import java.time.DayOfWeek;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Repetitions: "every other day", "по будням", "первый понедельник каждого месяца", "раз в 2 недели". */
final class RepeatRules {
    private static final List<DayOfWeek> WORKDAYS = List.of(DayOfWeek.values()).subList(0, 5);
    private static final List<DayOfWeek> WEEKEND = List.of(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY);

    private final Tokens tokens;
    private final DateReader dates;
    private final PeriodReader periods;

    private RepeatRules(Tokens tokens, DateReader dates) {
        this.tokens = tokens;
        this.dates = dates;
        this.periods = new PeriodReader(tokens, dates);
    }

    static List<Rule> all(Tokens tokens, ParseContext context) {
        RepeatRules rules = new RepeatRules(tokens, new DateReader(tokens, context));
        return List.of(
                (all, at) -> rules.every(at),
                (all, at) -> rules.on(at),
                (all, at) -> rules.adverb(at),
                (all, at) -> rules.once(at),
                (all, at) -> rules.ofEvery(at),
                (all, at) -> rules.times(at));
    }

    private @Nullable Match every(int at) {
        if (!tokens.at(at).is(Kind.EVERY)) {
            return null;
        }
        int next = at + 1;
        Match days = weekdays(next, 1);
        if (days != null) {
            return days;
        }
        Token token = tokens.at(next);
        if (token.is(Kind.PART) && !token.is(Kind.UNIT)) {
            Repeat daily = Repeat.every(Frequency.DAILY, 1);
            return new Match(next + 1, daily.in(DayPart.values()[token.value(Kind.PART)]));
        }
        Match position = everyOrdinal(next);
        if (position != null) {
            return position;
        }
        DateReader.Found date = dates.read(next);
        if (date != null && date.spec() instanceof DateSpec.MonthDay day && day.year() == 0) {
            return new Match(date.end(), Repeat.yearlyOn(day.month(), day.day()));
        }
        if (date != null && date.spec() instanceof DateSpec.Month month && month.year() == 0) {
            return new Match(date.end(), Repeat.yearlyOn(month.month(), 1));
        }
        return interval(next);
    }

    /** "every other friday", "каждый второй день", "every first monday of the month", "каждое 15 число". */
    private @Nullable Match everyOrdinal(int at) {
        Token token = tokens.at(at);
        int ordinal = token.isWord("other") ? 2 : periods.ordinal(at);
        int day = dates.day(at);
        if (day > 0 && tokens.at(at + 1).isWord("число", "числа", "числам")) {
            int end = tokens.skip(tokens.skip(at + 2, "каждого"), "месяца");
            return new Match(end, Repeat.monthlyOn(day));
        }
        if (ordinal == 0) {
            return null;
        }
        Match ofMonth = positionInMonth(at, false);
        if (ofMonth != null) {
            return ofMonth;
        }
        boolean weekday = tokens.at(at + 1).is(Kind.WEEKDAY);
        if (ordinal == 2 && weekday) {
            return weekdays(at + 1, 2);
        }
        Token unit = tokens.at(at + 1);
        if (ordinal > 1 && unit.is(Kind.UNIT)) {
            return repeat(
                    at + 2, Lexicon.grainOf(unit.value(Kind.UNIT)), ordinal * Lexicon.timesOf(unit.value(Kind.UNIT)));
        }
        boolean ofAnyMonth = ordinal > 0
                && ordinal <= 31
                && token.digits() > 0
                && !unit.is(Kind.MONTH)
                && !tokens.words(at + 1, "of");
        boolean closed = unit.type() != Token.Type.WORD || unit.is(Kind.PREPOSITION);
        return ofAnyMonth && closed ? new Match(at + 1, Repeat.monthlyOn(ordinal)) : null;
    }

    /** "2 weeks", "полчаса", "month". */
    private @Nullable Match interval(int at) {
        Amounts.Found found = Amounts.read(tokens, at);
        if (found == null) {
            boolean second = tokens.at(at).isWord("second") && tokens.at(at + 1).type() != Token.Type.WORD;
            return second ? repeat(at + 1, Grain.SECOND, 1) : null;
        }
        Amount amount = found.amount();
        if (amount.seconds() > 0) {
            boolean mixed = amount.days() > 0 || amount.months() > 0;
            Grain unit = amount.seconds() % 3600 == 0
                    ? Grain.HOUR
                    : amount.seconds() % 60 == 0 ? Grain.MINUTE : Grain.SECOND;
            long size = unit == Grain.HOUR ? 3600 : unit == Grain.MINUTE ? 60 : 1;
            return mixed ? null : repeat(found.end(), unit, amount.seconds() / size);
        }
        return switch (found.unit()) {
            case DAY -> repeat(found.end(), Grain.DAY, amount.days());
            case WEEK -> repeat(found.end(), Grain.WEEK, amount.days() / 7);
            case YEAR -> repeat(found.end(), Grain.YEAR, amount.months() / 12);
            default -> repeat(found.end(), Grain.MONTH, amount.months());
        };
    }

    private static @Nullable Match repeat(int end, Grain unit, long count) {
        if (count < 1) {
            return null;
        }
        int interval = (int) Math.min(count, 10_000);
        return switch (unit) {
            case SECOND -> new Match(end, Repeat.every(Frequency.SECONDLY, interval));
            case MINUTE -> new Match(end, Repeat.every(Frequency.MINUTELY, interval));
            case HOUR -> new Match(end, Repeat.every(Frequency.HOURLY, interval));
            case DAY -> new Match(end, Repeat.every(Frequency.DAILY, interval));
            case WEEK -> new Match(end, Repeat.every(Frequency.WEEKLY, interval));
            case MONTH -> new Match(end, Repeat.every(Frequency.MONTHLY, interval));
            case QUARTER -> new Match(end, Repeat.every(Frequency.MONTHLY, 3 * interval));
            case YEAR -> new Match(end, Repeat.every(Frequency.YEARLY, interval));
        };
    }

    /** A list of weekdays, or the working days, or the weekend. */
    private @Nullable Match weekdays(int at, int interval) {
        Token token = tokens.at(at);
        boolean workingDay = tokens.words(at, "working", "day")
                || tokens.words(at, "business", "day")
                || token.word().startsWith("рабоч")
                || token.word().startsWith("будн") && tokens.at(at + 1).is(Kind.UNIT);
        if (workingDay && tokens.at(at + 1).type() == Token.Type.WORD) {
            return new Match(at + 2, Repeat.weekly(interval, WORKDAYS));
        }
        if (token.is(Kind.WORKDAYS) || token.isWord("weekday", "workday")) {
            return new Match(at + 1, Repeat.weekly(interval, WORKDAYS));
        }
        if (token.is(Kind.WEEKEND) || token.isWord("выходной")) {
            return new Match(tokens.skip(at + 1, "день", "дням"), Repeat.weekly(interval, WEEKEND));
        }
        WeekdayList list = new WeekdayList(tokens);
        int end = list.read(at);
        return end == at ? null : new Match(end, Repeat.weekly(interval, list.days()));
    }

    /** "по вторникам и четвергам", "on mondays", "weekends", "в будни", "по утрам". */
    private @Nullable Match on(int at) {
        Token token = tokens.at(at);
        if (token.isWord("по")) {
            Token next = tokens.at(at + 1);
            Match days = weekdays(at + 1, 1);
            if (days != null) {
                return days;
            }
            if (next.is(Kind.PART) && next.word().endsWith("ам")) {
                return new Match(at + 2, Repeat.every(Frequency.DAILY, 1).in(DayPart.values()[next.value(Kind.PART)]));
            }
            int day = dates.day(at + 1);
            return day > 0 && tokens.at(at + 2).isWord("числам") ? new Match(at + 3, Repeat.monthlyOn(day)) : null;
        }
        boolean plural = token.is(Kind.WEEKDAYS)
                || token.is(Kind.WORKDAYS)
                || token.is(Kind.WEEKEND) && token.value(Kind.WEEKEND) == 1;
        if (plural) {
            return weekdays(at, 1);
        }
        boolean pluralPart = tokens.at(at + 1).isWord("mornings", "afternoons", "evenings", "nights");
        if (token.isWord("weekday", "weekend") && pluralPart) {
            return weekdays(at, 1);
        }
        return token.is(Kind.WEEKDAY) && pluralPart ? weekdays(at, 1) : null;
    }

    private @Nullable Match adverb(int at) {
        Token token = tokens.at(at);
        if (tokens.words(at, "every", "day")) {
            return null;
        }
        if (token.isWord("quarterly")) {
            return new Match(at + 1, Repeat.every(Frequency.MONTHLY, 3));
        }
        if (!token.is(Kind.FREQUENCY)) {
            return null;
        }
        return new Match(at + 1, Repeat.every(Frequency.values()[token.value(Kind.FREQUENCY)], 1));
    }

    /** "раз в неделю", "once a week", "раз в 2 дня", "once every 3 hours". */
    private @Nullable Match once(int at) {
        int next = tokens.at(at).isNumber(1, 1) ? at + 1 : at;
        boolean english =
                next == at && tokens.at(at).isWord("once") && tokens.at(at + 1).isWord("a", "an", "every", "per");
        boolean russian = tokens.words(next, "раз", "в");
        boolean counted = next == at && tokens.at(at - 1).isNumber();
        return english || russian && !counted ? interval(english ? at + 2 : next + 2) : null;
    }

    /** "first monday of every month", "15 числа каждого месяца", "8 марта каждого года". */
    private @Nullable Match ofEvery(int at) {
        Match position = positionInMonth(at, true);
        if (position != null) {
            return position;
        }
        int first = tokens.skip(at, "the");
        DateReader.Found date = dates.read(first);
        if (date != null && date.spec() instanceof DateSpec.MonthDay day && day.year() == 0) {
            int end = everyUnit(date.end(), Grain.YEAR);
            return end < 0 ? null : new Match(end, Repeat.yearlyOn(day.month(), day.day()));
        }
        int day = tokens.opensFreely(first) ? dates.day(first) : 0;
        int end = everyUnit(tokens.skip(tokens.skip(first + 1, "числа", "число", "day"), "of"), Grain.MONTH);
        return day == 0 || end < 0 ? null : new Match(end, Repeat.monthlyOn(day));
    }

    /** An ordinal with a weekday or "day" of a month, of every month when {@code every} is asked for. */
    private @Nullable Match positionInMonth(int at, boolean every) {
        int first = tokens.skip(at, "the");
        int ordinal = periods.ordinal(first);
        Token day = tokens.at(first + 1);
        boolean anyDay = day.isWord("day", "день");
        if (ordinal == 0 || ordinal > 31 || !anyDay && (!day.is(Kind.WEEKDAY) || ordinal > 5)) {
            return null;
        }
        int next = tokens.skip(first + 2, "of", "in", "в");
        int end = every ? everyUnit(next, Grain.MONTH) : ofMonth(next);
        if (end < 0) {
            return null;
        }
        if (anyDay) {
            return new Match(end, Repeat.monthlyOn(ordinal));
        }
        return new Match(end, Repeat.monthlyOn(ordinal, DayOfWeek.of(day.value(Kind.WEEKDAY))));
    }

    private int ofMonth(int at) {
        int next = tokens.at(at).is(Kind.EVERY) ? at + 1 : tokens.skip(at, "the", "a");
        return tokens.at(next).isWord("month", "месяца", "месяце", "месяц") ? next + 1 : -1;
    }

    private int everyUnit(int at, Grain unit) {
        Token named = tokens.at(at + 1);
        boolean fits =
                tokens.at(at).is(Kind.EVERY) && named.is(Kind.UNIT) && Lexicon.grainOf(named.value(Kind.UNIT)) == unit;
        return fits ? at + 2 : -1;
    }

    /** "10 times", "5 раз": how often in all, unless a period follows ("3 раза в день"). */
    private @Nullable Match times(int at) {
        Token number = tokens.at(at);
        boolean fits = number.isNumber(1, 10_000) && tokens.at(at + 1).isWord("times", "раз", "раза");
        boolean perPeriod = tokens.at(at + 2).isWord("в", "a", "an", "per", "every")
                || tokens.at(at + 2).is(Kind.EVERY);
        return fits && !perPeriod ? new Match(at + 2, new Times((int) number.number()), true) : null;
    }
}
