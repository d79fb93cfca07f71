package io.arkestra.schedule.grammar.internal;

import io.arkestra.schedule.grammar.internal.DateReader.Found;
import io.arkestra.schedule.grammar.internal.DateSpec.Edge;
import io.arkestra.schedule.grammar.internal.DateSpec.Nth;
import io.arkestra.schedule.grammar.internal.DateSpec.Period;
import io.arkestra.schedule.grammar.internal.DateSpec.Quarter;
import io.arkestra.schedule.grammar.internal.DateSpec.Weekend;
import java.time.DayOfWeek;
import org.jspecify.annotations.Nullable;

/** Reads weeks, months, quarters, years, weekends, their ends, and the n-th day in them. */
final class PeriodReader {
    private final Tokens tokens;
    private final DateReader dates;

    PeriodReader(Tokens tokens, DateReader dates) {
        this.tokens = tokens;
        this.dates = dates;
    }

    @Nullable
    Found read(int at) {
        Found best = edge(at);
        best = DateReader.longer(best, nth(at));
        best = DateReader.longer(best, quarter(at));
        best = DateReader.longer(best, weekend(at));
        return DateReader.longer(best, period(at));
    }

    /** "next week", "на прошлой неделе", "the coming month", "этот год". */
    private @Nullable Found period(int at) {
        int next = tokens.skip(at, "the");
        Token shift = tokens.at(next);
        Token unit = tokens.at(next + 1);
        if (!unit.is(Kind.UNIT)
                || unit.isWord("second", "sec", "mon")
                || unit.word().length() == 1) {
            return null;
        }
        Grain grain = Lexicon.grainOf(unit.value(Kind.UNIT));
        boolean coming = shift.is(Kind.COMING);
        if (grain.compareTo(Grain.DAY) < 0
                || Lexicon.timesOf(unit.value(Kind.UNIT)) > 1
                || !coming && !shift.is(Kind.SHIFT)) {
            return null;
        }
        return new Found(next + 2, new Period(grain, coming ? 1 : shift.value(Kind.SHIFT)), false);
    }

    /** "в конце месяца", "end of next week", "начало 2027 года", "the end of October". */
    private @Nullable Found edge(int at) {
        int next = tokens.skip(at, "the");
        Token token = tokens.at(next);
        if (token.isWord("eom", "eoy", "eow")) {
            Grain unit = token.isWord("eom") ? Grain.MONTH : token.isWord("eoy") ? Grain.YEAR : Grain.WEEK;
            return new Found(next + 1, new Edge(1, new Period(unit, 0)), false);
        }
        if (!token.is(Kind.EDGE)) {
            return null;
        }
        int of = tokens.skip(tokens.skip(next + 1, "of"), "the");
        Token unit = tokens.at(of);
        boolean bare =
                unit.is(Kind.UNIT) && Lexicon.grainOf(unit.value(Kind.UNIT)).compareTo(Grain.WEEK) >= 0;
        if (bare && unit.word().length() > 2) {
            Period period = new Period(Lexicon.grainOf(unit.value(Kind.UNIT)), 0);
            return new Found(of + 1, new Edge(token.value(Kind.EDGE), period), false);
        }
        Found base = DateReader.longer(period(of), of > at ? dates.read(of) : null);
        if (base == null) {
            return null;
        }
        boolean wide = base.spec() instanceof Period
                || base.spec() instanceof DateSpec.Month
                || base.spec() instanceof DateSpec.Year;
        return wide ? new Found(base.end(), new Edge(token.value(Kind.EDGE), base.spec()), false) : null;
    }

    /** "first monday of october 2014", "последняя пятница месяца", "last day of next month", "второй вторник марта". */
    private @Nullable Found nth(int at) {
        int next = tokens.skip(at, "the");
        int ordinal = ordinal(next);
        int last = tokens.at(next + 1).is(Kind.SHIFT) && tokens.at(next + 1).value(Kind.SHIFT) == -1 ? -1 : 0;
        boolean fromEnd = ordinal > 0 && last == -1 && tokens.at(next + 1).isWord("last");
        ordinal = fromEnd ? -ordinal : ordinal;
        int dayAt = fromEnd ? next + 2 : next + 1;
        Token day = tokens.at(dayAt);
        boolean isDay = day.isWord("day", "день");
        if (ordinal == 0 || Math.abs(ordinal) > 31 || !isDay && (!day.is(Kind.WEEKDAY) || day.is(Kind.WEEKDAYS))) {
            return null;
        }
        Found within = within(dayAt + 1);
        if (within == null) {
            return null;
        }
        DayOfWeek weekday = isDay ? null : DayOfWeek.of(day.value(Kind.WEEKDAY));
        return new Found(within.end(), new Nth(ordinal, weekday, within.spec()), false);
    }

    /** The value of "first", "2nd", "последний" here; 0 if there is none. */
    int ordinal(int at) {
        Token token = tokens.at(at);
        if (token.is(Kind.ORDINAL)) {
            return token.value(Kind.ORDINAL);
        }
        return token.isWord("last") || token.is(Kind.SHIFT) && token.word().startsWith("последн") ? -1 : 0;
    }

    private @Nullable Found within(int at) {
        int next = tokens.skip(tokens.skip(at, "of", "in", "в"), "the");
        if (tokens.at(next).isWord("month", "месяца", "месяце")) {
            return new Found(next + 1, new Period(Grain.MONTH, 0), false);
        }
        if (tokens.at(next).isWord("year", "года", "году")) {
            return new Found(next + 1, new Period(Grain.YEAR, 0), false);
        }
        Found base = DateReader.longer(period(next), tokens.at(next).is(Kind.MONTH) ? dates.read(next) : null);
        boolean wide = base != null && (base.spec() instanceof Period || base.spec() instanceof DateSpec.Month);
        return wide ? base : null;
    }

    /** "third quarter", "4th qtr of 2018", "четвёртый квартал 2018". */
    private @Nullable Found quarter(int at) {
        int next = tokens.skip(at, "the");
        Token ordinal = tokens.at(next);
        Token unit = tokens.at(next + 1);
        boolean named = unit.is(Kind.UNIT) && Lexicon.grainOf(unit.value(Kind.UNIT)) == Grain.QUARTER;
        if (!named || !ordinal.is(Kind.ORDINAL) || ordinal.value(Kind.ORDINAL) > 4) {
            return null;
        }
        int yearAt = tokens.skip(next + 2, "of", "in");
        Token year = tokens.at(yearAt);
        boolean hasYear = year.isNumber(1900, 2200) && year.digits() == 4;
        int end = hasYear ? tokens.skip(yearAt + 1, "года") : next + 2;
        return new Found(end, new Quarter(ordinal.value(Kind.ORDINAL), hasYear ? (int) year.number() : 0), false);
    }

    private @Nullable Found weekend(int at) {
        int next = tokens.skip(at, "the");
        int shift = 0;
        boolean led = next > at || tokens.at(at - 1).isWord("on", "at", "в", "на");
        while (tokens.at(next).is(Kind.SHIFT) || tokens.at(next).is(Kind.COMING)) {
            shift = tokens.at(next).is(Kind.SHIFT) ? tokens.at(next).value(Kind.SHIFT) : shift;
            led = true;
            next++;
        }
        Token token = tokens.at(next);
        if (tokens.words(next, "week") && tokens.at(next + 1).isMark("-") && tokens.words(next + 2, "end")) {
            return new Found(next + 3, new Weekend(shift), false);
        }
        boolean one = token.is(Kind.WEEKEND) && token.value(Kind.WEEKEND) == 0;
        return one ? new Found(next + 1, new Weekend(shift), !led) : null;
    }
}
