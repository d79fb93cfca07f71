package io.arkestra.schedule.grammar.internal;

import io.arkestra.schedule.grammar.internal.DateSpec.DayOfMonth;
import io.arkestra.schedule.grammar.internal.DateSpec.Month;
import io.arkestra.schedule.grammar.internal.DateSpec.MonthDay;
import io.arkestra.schedule.grammar.internal.DateSpec.Relative;
import io.arkestra.schedule.grammar.internal.DateSpec.Weekday;
import io.arkestra.schedule.grammar.internal.DateSpec.WeekdayCount;
import io.arkestra.schedule.grammar.internal.DateSpec.Year;
import java.time.DayOfWeek;
import org.jspecify.annotations.Nullable;

/** Reads one date without its preposition: relative days, weekdays, days of months, months, years, periods. */
final class DateReader {
    private static final int MAX_DEPTH = 3;

    private final Tokens tokens;
    private final NumericDates numeric;
    private final PeriodReader periods;
    private final YearReader years;
    private int depth;

    DateReader(Tokens tokens, ParseContext context) {
        this.tokens = tokens;
        this.numeric = new NumericDates(tokens, context.monthFirst());
        this.periods = new PeriodReader(tokens, this);
        this.years = new YearReader(tokens);
    }

    /** A date, where it ends, and whether it needs support as in {@link Match}. */
    record Found(int end, DateSpec spec, boolean weak) {}

    /** The longest date that begins at a token; dates that count from dates nest only so deep. */
    @Nullable
    Found read(int at) {
        if (depth >= MAX_DEPTH) {
            return null;
        }
        depth++;
        try {
            return longest(at);
        } finally {
            depth--;
        }
    }

    private @Nullable Found longest(int at) {
        Found best = anchored(at);
        best = longer(best, relative(at));
        best = longer(best, weekday(at));
        NumericDates.Found digits = numeric.read(at);
        best = longer(best, digits == null ? null : new Found(digits.end(), digits.spec(), digits.weak()));
        best = longer(best, dayAndMonth(at));
        best = longer(best, monthAndDay(at));
        best = longer(best, monthAndYear(at));
        best = longer(best, dayOfMonth(at));
        YearReader.Found year = years.alone(at);
        best = longer(best, year == null ? null : new Found(year.end(), new Year(year.year()), false));
        best = longer(best, feast(at));
        return longer(best, periods.read(at));
    }

    static @Nullable Found longer(@Nullable Found a, @Nullable Found b) {
        return a == null || b != null && b.end() > a.end() ? b : a;
    }

    private @Nullable Found relative(int at) {
        int next = tokens.skip(at, "the");
        if (tokens.words(next, "day", "after", "tomorrow")) {
            return new Found(next + 3, new Relative(2), false);
        }
        if (tokens.words(next, "day", "before", "yesterday")) {
            return new Found(next + 3, new Relative(-2), false);
        }
        Token token = tokens.at(at);
        return token.is(Kind.DAY) ? new Found(at + 1, new Relative(token.value(Kind.DAY)), false) : null;
    }

    private @Nullable Found weekday(int at) {
        int next = at;
        Integer week = null;
        boolean nearest = false;
        while (tokens.at(next).is(Kind.SHIFT) || tokens.at(next).is(Kind.COMING)) {
            nearest |= tokens.at(next).is(Kind.COMING);
            week = tokens.at(next).is(Kind.SHIFT) ? (Integer) tokens.at(next).value(Kind.SHIFT) : week;
            next++;
        }
        Token token = tokens.at(next);
        if (!token.is(Kind.WEEKDAY) || token.is(Kind.WEEKDAYS)) {
            return weekdayCount(at);
        }
        DayOfWeek day = DayOfWeek.of(token.value(Kind.WEEKDAY));
        int end = next + 1;
        boolean abbreviation = token.word().length() <= 5
                && tokens.at(end).isMark(".")
                && tokens.at(end).glued();
        end = abbreviation && tokens.at(next).word().length() <= 4 ? end + 1 : end;
        if (tokens.words(end, "after", "next")) {
            return new Found(end + 2, new WeekdayCount(day, 2), false);
        }
        boolean russian = token.word().codePointAt(0) > 0x7f;
        boolean weak = token.is(Kind.WEAK) && next == at;
        return new Found(end, new Weekday(day, nearest ? null : week, !russian), weak);
    }

    /** "3 fridays from now", "2 thursdays ago". */
    private @Nullable Found weekdayCount(int at) {
        Token number = tokens.at(at);
        Token day = tokens.at(at + 1);
        if (!number.isNumber(1, 100) || !day.is(Kind.WEEKDAY)) {
            return null;
        }
        DayOfWeek weekday = DayOfWeek.of(day.value(Kind.WEEKDAY));
        if (tokens.words(at + 2, "from", "now")) {
            return new Found(at + 4, new WeekdayCount(weekday, (int) number.number()), false);
        }
        boolean back = tokens.at(at + 2).is(Kind.DIRECTION) && tokens.at(at + 2).value(Kind.DIRECTION) < 0;
        return back ? new Found(at + 3, new WeekdayCount(weekday, -(int) number.number()), false) : null;
    }

    /** A number that can be a day: 1 to 31 in digits, in words, or as an ordinal; 0 if there is none. */
    int day(int at) {
        Token token = tokens.at(at);
        long day = token.is(Kind.ORDINAL) ? token.value(Kind.ORDINAL) : token.isNumber() ? token.number() : 0;
        return day >= 1 && day <= 31 && token.digits() <= 2 ? (int) day : 0;
    }

    private @Nullable Found dayAndMonth(int at) {
        int first = tokens.skip(at, "the");
        int day = tokens.opensFreely(first) ? day(first) : 0;
        if (day == 0) {
            return null;
        }
        int next = tokens.skip(tokens.skip(first + 1, "day"), "of");
        next = tokens.at(next).isMark("-") && tokens.at(next).glued() ? next + 1 : next;
        next = tokens.skip(next, "числа");
        Token month = tokens.at(next);
        boolean modal = month.isWord("may", "march")
                && tokens.at(first).isNumber(1, 1)
                && tokens.at(first).digits() == 0;
        if (!month.is(Kind.MONTH) || modal) {
            return null;
        }
        return withYear(month.value(Kind.MONTH), day, afterAbbreviation(next));
    }

    private int afterAbbreviation(int month) {
        boolean dot = tokens.at(month + 1).isMark(".") && tokens.at(month + 1).glued();
        return dot && tokens.at(month).word().length() <= 4 ? month + 2 : month + 1;
    }

    private @Nullable Found monthAndDay(int at) {
        Token month = tokens.at(at);
        if (!month.is(Kind.MONTH)) {
            return null;
        }
        int next = tokens.skip(afterAbbreviation(at), "the");
        int day = day(next);
        Token after = tokens.at(next + 1);
        boolean clock = after.isMark(":") && after.glued()
                || tokens.at(next).glued() && tokens.at(next - 1).isMark(":");
        boolean hour = after.is(Kind.MERIDIEM) && !after.isWord("a");
        if (day == 0
                || clock
                || hour
                || month.word().codePointAt(0) > 0x7f
                || !tokens.closesFreely(next + 1) && !after.isMark("-")) {
            return null;
        }
        return withYear(month.value(Kind.MONTH), day, next + 1);
    }

    private @Nullable Found withYear(int month, int day, int at) {
        YearReader.Found year = years.after(at);
        MonthDay date = NumericDates.date(year == null ? 0 : year.year(), month, day);
        return date == null ? null : new Found(year == null ? at : year.end(), date, false);
    }

    private @Nullable Found monthAndYear(int at) {
        int first = at;
        Integer shift = null;
        if (tokens.at(at).is(Kind.SHIFT)) {
            shift = tokens.at(at).value(Kind.SHIFT);
            first++;
        }
        Token month = tokens.at(first);
        if (!month.is(Kind.MONTH)) {
            return null;
        }
        int end = afterAbbreviation(first);
        YearReader.Found year = shift == null ? years.after(end) : null;
        int value = month.value(Kind.MONTH);
        if (year != null) {
            return new Found(year.end(), new Month(value, year.year()), false);
        }
        if (tokens.at(end).is(Kind.SHIFT) && Lexicon.grainOf(unit(end + 1)) == Grain.YEAR) {
            DateSpec period = new DateSpec.Period(Grain.YEAR, tokens.at(end).value(Kind.SHIFT));
            return new Found(end + 2, new DateSpec.Nth(value, null, period), false);
        }
        boolean prepared = tokens.at(at - 1).isWord("in", "в", "since", "until", "during") || shift != null;
        Token after = tokens.at(end);
        prepared &=
                !month.is(Kind.WEAK) || shift == null || after.type() != Token.Type.WORD || after.is(Kind.PREPOSITION);
        return new Found(end, new Month(value, 0), !prepared);
    }

    private int unit(int at) {
        return tokens.at(at).is(Kind.UNIT) ? tokens.at(at).value(Kind.UNIT) : 0;
    }

    /** "15-го", "15 числа", "the 24th", "первого числа", "on the first", with "of next month" or "этого месяца". */
    private @Nullable Found dayOfMonth(int at) {
        int first = tokens.skip(at, "the");
        Token token = tokens.at(first);
        int day = tokens.opensFreely(first) ? day(first) : 0;
        if (day == 0) {
            return null;
        }
        int end = first + 1;
        boolean named = tokens.at(end).isWord("числа", "число", "числу");
        boolean ordinal = token.is(Kind.ORDINAL);
        boolean inDigits = ordinal && token.digits() > 0 && tokens.closesFreely(end);
        boolean led = first > at || tokens.at(at - 1).isWord("on", "the", "to", "till", "until", "and");
        boolean inWords = ordinal
                && led
                && (tokens.at(end).type() != Token.Type.WORD || tokens.at(end).is(Kind.PREPOSITION));
        boolean theNumber =
                token.isNumber() && first > at && tokens.at(first - 1).isWord("the") && first + 1 == tokens.size();
        boolean numberEnds = tokens.at(end).type() != Token.Type.WORD
                || day > 12 && tokens.at(end).is(Kind.PREPOSITION);
        boolean afterWeekday = tokens.at(at - 1).is(Kind.WEEKDAY) && (ordinal || numberEnds);
        int month = tokens.skip(named ? end + 1 : tokens.skip(end, "day"), "of", "in");
        month = tokens.skip(month, "the");
        Token shift = tokens.at(month);
        boolean monthFollows =
                shift.is(Kind.SHIFT) && Lexicon.grainOf(unit(month + 1)) == Grain.MONTH && unit(month + 1) > 0;
        if (monthFollows && (named || ordinal || month > end)) {
            return new Found(month + 2, new DayOfMonth(day, shift.value(Kind.SHIFT)), false);
        }
        boolean fits = named || inDigits || inWords || theNumber || afterWeekday && tokens.closesFreely(end);
        boolean weak = !named && !led && !isRussianOrdinal(token) && !afterWeekday;
        return fits
                ? new Found(named ? end + 1 : end, new DayOfMonth(day, null), weak || afterWeekday && !ordinal)
                : null;
    }

    private boolean isRussianOrdinal(Token token) {
        return tokens.isRussian() && token.digits() > 0;
    }

    /** Feasts on a fixed day: "christmas", "new year's eve", "новый год", "рождество 2027". */
    private @Nullable Found feast(int at) {
        int next = tokens.at(at).is(Kind.SHIFT) && tokens.at(at).word().charAt(0) < 0x80 ? at + 1 : at;
        int date = tokens.at(next).is(Kind.FEAST) ? tokens.at(next).value(Kind.FEAST) : 0;
        int end = next + 1;
        boolean newYear = tokens.at(next).isWord("new") && tokens.at(end).isWord("year", "year's", "years")
                || tokens.at(next).isWord("новый", "новым", "нового", "новому")
                        && tokens.at(end).isWord("год", "годом", "года", "году");
        if (newYear) {
            date = tokens.at(end + 1).isWord("eve") ? 1231 : 101;
            end++;
        }
        if (date == 0) {
            return null;
        }
        boolean eve = tokens.at(end).isWord("eve");
        int last = tokens.skip(end, "day", "eve");
        return withYear(date / 100, eve && !newYear ? date % 100 - 1 : date % 100, last);
    }

    /** "2 weeks after yesterday", "3 days from Tuesday", "за 2 дня до 9 мая". */
    private @Nullable Found anchored(int at) {
        int first = tokens.skip(at, "за", "через");
        Amounts.Found amount = Amounts.read(tokens, first);
        if (amount == null
                || !amount.counted() && !tokens.isRussian()
                || !amount.amount().isDateBased()) {
            return null;
        }
        Token relation = tokens.at(amount.end());
        int sign = relation.isWord("after", "from", "since", "после")
                ? 1
                : relation.isWord("before", "до", "перед") ? -1 : 0;
        if (sign == 0) {
            return null;
        }
        Found base = read(tokens.skip(amount.end() + 1, "the"));
        return base == null
                ? null
                : new Found(base.end(), new DateSpec.Anchored(amount.amount(), sign, base.spec()), false);
    }
}
