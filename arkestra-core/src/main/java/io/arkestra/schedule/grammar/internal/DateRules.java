package io.arkestra.schedule.grammar.internal;

import io.arkestra.schedule.grammar.internal.DateSpec.DayOfMonth;
import io.arkestra.schedule.grammar.internal.DateSpec.Month;
import io.arkestra.schedule.grammar.internal.DateSpec.MonthDay;
import io.arkestra.schedule.grammar.internal.Fragment.Date;
import io.arkestra.schedule.grammar.internal.Fragment.DateSpan;
import io.arkestra.schedule.grammar.internal.Fragment.Part;
import io.arkestra.schedule.grammar.internal.Fragment.Role;
import io.arkestra.schedule.grammar.internal.Fragment.Window;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Dates, stretches of dates, parts of the day and windows such as "the last 3 days". */
final class DateRules {
    private final DateReader dates;

    private DateRules(DateReader dates) {
        this.dates = dates;
    }

    static List<Rule> all(Tokens tokens, ParseContext context) {
        DateRules rules = new DateRules(new DateReader(tokens, context));
        return List.of(rules::span, rules::date, DateRules::part, DateRules::window);
    }

    private @Nullable Match date(Tokens tokens, int at) {
        DateReader.Found found = dates.read(at);
        if (found == null) {
            return null;
        }
        Token lead = tokens.at(at - 1);
        Role role = lead.isWord("by", "until", "till", "к", "ко", "до", "before")
                ? Role.BY
                : lead.isWord("since", "from", "с", "со", "after", "после", "начиная") ? Role.SINCE : Role.AT;
        boolean weak = found.weak() && !lead.isWord("on", "в", "во", "by", "next", "этот");
        return new Match(found.end(), new Date(found.spec(), role), weak);
    }

    /** "с 5 по 10 мая", "July 13-15", "10 августа - 12 сентября", "from tomorrow to friday". */
    private @Nullable Match span(Tokens tokens, int at) {
        boolean opened = tokens.at(at).isWord("from", "between", "с", "со", "между");
        int first = tokens.skip(opened ? at + 1 : at, "the");
        DateReader.Found from = dates.read(first);
        Match days = daysOfMonth(tokens, first, from, opened);
        return days == null && from != null ? between(tokens, from, opened) : days;
    }

    /** "5-10 мая", "from the 13th to the 15th of July": the month is said only with the last day. */
    private @Nullable Match daysOfMonth(Tokens tokens, int at, DateReader.@Nullable Found from, boolean opened) {
        int day = tokens.opensFreely(at) ? dates.day(at) : 0;
        if (day == 0) {
            return null;
        }
        boolean ordinal = from != null && from.spec() instanceof DayOfMonth;
        int firstEnd = from != null && ordinal ? from.end() : tokens.skipMark(at + 1, ".");
        int second = joint(tokens, firstEnd, opened);
        DateReader.Found to = second < 0 ? null : dates.read(tokens.skip(second, "the"));
        if (to != null && to.spec() instanceof MonthDay end && end.day() > day) {
            return new Match(to.end(), new DateSpan(new MonthDay(end.month(), day, end.year()), end));
        }
        if (opened && from != null && ordinal && to != null && to.spec() instanceof DayOfMonth end) {
            return new Match(to.end(), new DateSpan(from.spec(), end));
        }
        return null;
    }

    private @Nullable Match between(Tokens tokens, DateReader.Found from, boolean opened) {
        if (from.spec() instanceof DayOfMonth) {
            return null;
        }
        int second = joint(tokens, tokens.skip(from.end(), "и"), opened);
        if (second < 0) {
            return null;
        }
        second = tokens.skip(second, "the");
        if (from.spec() instanceof MonthDay start && dates.day(second) > start.day() && endsDay(tokens, second + 1)) {
            MonthDay end = new MonthDay(start.month(), dates.day(second), start.year());
            return new Match(second + 1, new DateSpan(start, end));
        }
        DateReader.Found to = dates.read(second);
        if (to == null || to.weak() && !opened) {
            return null;
        }
        if (from.spec() instanceof MonthDay start
                && start.year() == 0
                && to.spec() instanceof MonthDay end
                && end.year() > 0) {
            return new Match(to.end(), new DateSpan(new MonthDay(start.month(), start.day(), end.year()), end));
        }
        if (from.spec() instanceof MonthDay start
                && start.year() > 0
                && to.spec() instanceof MonthDay end
                && end.year() == 0) {
            return new Match(to.end(), new DateSpan(start, new MonthDay(end.month(), end.day(), start.year())));
        }
        if (from.spec() instanceof Month start
                && start.year() == 0
                && to.spec() instanceof Month end
                && end.year() > 0) {
            int year = start.month() <= end.month() ? end.year() : end.year() - 1;
            return new Match(to.end(), new DateSpan(new Month(start.month(), year), end));
        }
        return new Match(to.end(), new DateSpan(from.spec(), to.spec()));
    }

    private static boolean endsDay(Tokens tokens, int at) {
        Token next = tokens.at(at);
        return !next.is(Kind.MONTH) && !next.is(Kind.MERIDIEM) && !next.isMark(":./") && !next.isWord("of", "день");
    }

    private static int joint(Tokens tokens, int at, boolean opened) {
        Token token = tokens.at(at);
        boolean word = token.isWord("to", "through", "until", "till", "по", "до") || opened && token.isWord("and", "и");
        return word || token.isMark("-") || token.isMark("/") && tokens.isRussian() ? at + 1 : -1;
    }

    /** "this morning", "tomorrow evening" (with the date apart), "tonight", "last night", "in the afternoon", "в обед". */
    private static @Nullable Match part(Tokens tokens, int at) {
        Token token = tokens.at(at);
        if (token.isWord("tonight", "tonite")) {
            return new Match(at + 1, new Part(DayPart.TONIGHT, 0));
        }
        if (tokens.words(at, "в", "обед") || tokens.words(at, "после", "обеда") || tokens.words(at, "after", "lunch")) {
            DayPart part = DayPart.AFTERNOON;
            return new Match(at + 2, new Part(part, null), false);
        }
        int next = tokens.skip(at, "the", "early", "late");
        Integer days = null;
        if (tokens.at(next).is(Kind.SHIFT)) {
            days = tokens.at(next).value(Kind.SHIFT);
            next++;
        }
        Token named = tokens.at(next);
        if (!named.is(Kind.PART)
                || tokens.at(at - 1).isWord("good")
                || tokens.at(at - 1).word().startsWith("добр")) {
            return null;
        }
        boolean nominative = named.isWord("утро", "вечер", "ночь", "mornings", "evenings", "nights");
        boolean led = days != null || next > at || tokens.at(at - 1).isWord("in", "at");
        return new Match(
                next + 1,
                new Part(DayPart.values()[named.value(Kind.PART)], days),
                !led && (nominative || !tokens.isRussian()));
    }

    /** "the last 3 days", "следующие две недели", "past 2 months". */
    private static @Nullable Match window(Tokens tokens, int at) {
        int next = tokens.skip(tokens.skip(at, "за"), "the");
        Token shift = tokens.at(next);
        Token number = tokens.at(next + 1);
        if (number.is(Kind.SHIFT) && shift.isNumber()) {
            shift = number;
            number = tokens.at(next);
        }
        Token unit = tokens.at(next + 2);
        boolean coming = shift.is(Kind.COMING);
        boolean upToNow = tokens.at(at).isWord("за") || tokens.at(at - 1).isWord("over", "within", "during");
        if (upToNow && shift.is(Kind.SHIFT) && shift.value(Kind.SHIFT) == -1 && number.is(Kind.UNIT)) {
            return new Match(next + 2, new Window(1, Lexicon.grainOf(number.value(Kind.UNIT)), -1));
        }
        if (!coming && !shift.is(Kind.SHIFT) || !number.isNumber(1, 1000) || !unit.is(Kind.UNIT)) {
            return null;
        }
        int sign = coming ? 1 : shift.value(Kind.SHIFT);
        int count = (int) number.number() * Lexicon.timesOf(unit.value(Kind.UNIT));
        return sign == 0 ? null : new Match(next + 3, new Window(count, Lexicon.grainOf(unit.value(Kind.UNIT)), sign));
    }
}
