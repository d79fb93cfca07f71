package io.arkestra.schedule.grammar.internal;

import io.arkestra.schedule.grammar.internal.DateSpec.Month;
import io.arkestra.schedule.grammar.internal.DateSpec.MonthDay;
import java.time.Year;
import org.jspecify.annotations.Nullable;

/** Dates in digits: 2027-05-05, 25.02.2027, 25.02, 5/25, 05-Aug-2016, 20270505, 09/2012. */
final class NumericDates {
    private static final int[] MONTH_LENGTHS = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    private final Tokens tokens;
    private final boolean monthFirst;

    NumericDates(Tokens tokens, boolean monthFirst) {
        this.tokens = tokens;
        this.monthFirst = monthFirst && !tokens.isRussian();
    }

    /** A date, where it ends, and whether it needs support as in {@link Match}. */
    record Found(int end, DateSpec spec, boolean weak) {}

    @Nullable
    Found read(int at) {
        Token first = tokens.at(at);
        if (!first.isNumber() || first.digits() == 0 || !tokens.opensFreely(at)) {
            return first.is(Kind.MONTH) ? monthName(at) : null;
        }
        Found found = first.digits() == 8 ? compact(at) : separated(at);
        return found;
    }

    private @Nullable Found compact(int at) {
        int value = (int) tokens.at(at).number();
        MonthDay date = date(value / 10000, value / 100 % 100, value % 100);
        return date == null || !tokens.closesFreely(at + 1) ? null : new Found(at + 1, date, false);
    }

    private @Nullable Found separated(int at) {
        Token first = tokens.at(at);
        Token mark = tokens.at(at + 1);
        if (!mark.isMark("./-")) {
            return null;
        }
        int second = at + 2;
        boolean spaced = !mark.glued() || !tokens.at(second).glued();
        if (spaced && !mark.isMark("/") && !(mark.isMark(".") && mark.glued())) {
            return null;
        }
        if (tokens.at(second).is(Kind.MONTH) && !spaced) {
            return withMonthName(at);
        }
        Token middle = tokens.at(second);
        if (!middle.isNumber() || middle.digits() == 0) {
            return null;
        }
        boolean three = tokens.at(second + 1).isMark(mark.word())
                && tokens.at(second + 1).glued()
                && tokens.at(second + 2).isNumber()
                && tokens.at(second + 2).digits() > 0;
        Found found =
                three ? threePart(at, first, middle, tokens.at(second + 2)) : twoPart(at, first, middle, mark, spaced);
        return found != null && tokens.closesFreely(found.end()) ? found : null;
    }

    private @Nullable Found threePart(int at, Token first, Token middle, Token last) {
        MonthDay date;
        if (first.digits() == 4) {
            date = date((int) first.number(), (int) middle.number(), (int) last.number());
        } else if (last.digits() == 4 || last.digits() == 2) {
            int year = last.digits() == 4 ? (int) last.number() : century((int) last.number());
            boolean dotted = tokens.at(at + 1).isMark(".");
            date = ordered(year, (int) first.number(), (int) middle.number(), monthFirst && !dotted);
        } else {
            return null;
        }
        return date == null || first.digits() == 3 ? null : new Found(at + 5, date, false);
    }

    private @Nullable Found twoPart(int at, Token first, Token middle, Token mark, boolean spaced) {
        if (middle.digits() == 4 && first.digits() <= 2 && !mark.isMark(".")) {
            return yearAndMonth(at, (int) middle.number(), (int) first.number());
        }
        if (first.digits() == 4 && middle.digits() <= 2 && !mark.isMark(".")) {
            return yearAndMonth(at, (int) first.number(), (int) middle.number());
        }
        if (first.digits() > 2 || middle.digits() > 2 || middle.glued() && spaced) {
            return null;
        }
        boolean roundTheClock = mark.isMark("/") && first.isNumber(24, 24) && middle.isNumber(7, 7);
        if (roundTheClock) {
            return null;
        }
        boolean dotted = mark.isMark(".");
        MonthDay date = ordered(0, (int) first.number(), (int) middle.number(), monthFirst);
        if (date == null) {
            return null;
        }
        int end = at + 3;
        boolean closingDot = dotted
                && tokens.at(end).isMark(".")
                && tokens.at(end).glued()
                && !tokens.at(end + 1).glued();
        boolean plain = dotted && tokens.isRussian() && middle.digits() == 2 || mark.isMark("/") && !spaced;
        return new Found(closingDot ? end + 1 : end, date, !plain || !dateLike(first, middle));
    }

    /** "1/2" and "3/4" are fractions more often than dates. */
    private boolean dateLike(Token first, Token middle) {
        return first.digits() == 2 || middle.digits() == 2 || first.number() > 4 || middle.number() > 4;
    }

    private @Nullable Found yearAndMonth(int at, int year, int month) {
        boolean valid = month >= 1 && month <= 12 && year >= 1900 && year <= 2200;
        return valid ? new Found(at + 3, new Month(month, year), false) : null;
    }

    private @Nullable Found withMonthName(int at) {
        int month = tokens.at(at + 2).value(Kind.MONTH);
        Token first = tokens.at(at);
        boolean third = tokens.gluedNumber(at + 3, "./-");
        Token last = tokens.at(at + 4);
        MonthDay date = null;
        if (third && first.digits() == 4 && last.digits() <= 2) {
            date = date((int) first.number(), month, (int) last.number());
        } else if (third && last.digits() == 4) {
            date = date((int) last.number(), month, (int) first.number());
        }
        if (date != null) {
            return tokens.closesFreely(at + 5) ? new Found(at + 5, date, false) : null;
        }
        return !third && first.digits() <= 2 ? whole(at + 3, date(0, month, (int) first.number())) : null;
    }

    /** "Oct/2", "Sep-2012". */
    private @Nullable Found monthName(int at) {
        if (!tokens.gluedNumber(at + 1, "/-.")) {
            return null;
        }
        int month = tokens.at(at).value(Kind.MONTH);
        Token number = tokens.at(at + 2);
        if (number.digits() == 4 && tokens.closesFreely(at + 3)) {
            return new Found(at + 3, new Month(month, (int) number.number()), false);
        }
        return number.digits() <= 2 ? whole(at + 3, date(0, month, (int) number.number())) : null;
    }

    private @Nullable Found whole(int end, @Nullable MonthDay date) {
        return date == null || !tokens.closesFreely(end) ? null : new Found(end, date, false);
    }

    private static @Nullable MonthDay ordered(int year, int first, int second, boolean monthFirst) {
        MonthDay preferred = monthFirst ? date(year, first, second) : date(year, second, first);
        if (preferred != null) {
            return preferred;
        }
        return monthFirst ? date(year, second, first) : date(year, first, second);
    }

    static int century(int year) {
        return year < 70 ? 2000 + year : 1900 + year;
    }

    /** A date of a year, or of any year when 0; null if the calendar has no such day. */
    static @Nullable MonthDay date(int year, int month, int day) {
        boolean valid = month >= 1 && month <= 12 && day >= 1 && day <= MONTH_LENGTHS[month - 1];
        boolean leap = year == 0 || Year.isLeap(year);
        return valid && (month != 2 || day < 29 || leap) ? new MonthDay(month, day, year) : null;
    }
}
