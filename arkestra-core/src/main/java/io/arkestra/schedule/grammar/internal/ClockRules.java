package io.arkestra.schedule.grammar.internal;

import io.arkestra.schedule.grammar.internal.Fragment.Role;
import io.arkestra.schedule.grammar.internal.Fragment.Time;
import io.arkestra.schedule.grammar.internal.Fragment.TimeSpan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Times of day with their prepositions, and stretches between two of them. */
final class ClockRules {
    static final List<Rule> ALL = List.of(ClockRules::span, ClockRules::led, ClockRules::afterDay, ClockRules::plain);

    private ClockRules() {}

    private static @Nullable Match plain(Tokens tokens, int at) {
        ClockReader.Found found = ClockReader.read(tokens, at, false);
        return found == null ? null : new Match(found.end(), new Time(found.clock(), Role.AT), found.weak());
    }

    private static @Nullable Match led(Tokens tokens, int at) {
        Token lead = tokens.at(at);
        int next = at + 1;
        boolean strong = lead.isWord("at", "в", "во") || lead.isMark("@");
        boolean weak = lead.isWord("by", "around", "until", "till", "к", "ко", "до", "на", "около", "после", "before")
                || lead.isWord("after", "since", "from", "с", "for");
        if (!strong && !weak) {
            return null;
        }
        next = tokens.skip(next, "about", "around", "approximately", "exactly", "ровно", "примерно", "около", "районе");
        ClockReader.Found found = ClockReader.read(tokens, next, true);
        if (found == null || isOrdinaryIn(tokens, at, found)) {
            return null;
        }
        Role role = lead.isWord("by", "until", "till", "к", "ко", "до", "before")
                ? Role.BY
                : lead.isWord("after", "since", "from", "с", "после") ? Role.SINCE : Role.AT;
        boolean bare = found.end() == next + 1 && tokens.at(next).isNumber();
        return new Match(found.end(), new Time(found.clock(), role), found.weak() || weak && bare);
    }

    /** "в час" is a time only when nothing but the end or a part of the day follows: "в час пик", "раз в час". */
    private static boolean isOrdinaryIn(Tokens tokens, int at, ClockReader.Found found) {
        return tokens.at(found.end() - 1).isWord("час")
                && found.end() == at + 2
                && (tokens.at(at - 1).isWord("раз") || tokens.at(at - 1).is(Kind.COUNTED));
    }

    /** "tonight 815", "завтра 9": a bare number closes a sentence that names a day right before it. */
    private static @Nullable Match afterDay(Tokens tokens, int at) {
        Token before = tokens.at(at - 1);
        boolean day =
                before.is(Kind.DAY) || before.isWord("tonight") || before.is(Kind.PART) || before.is(Kind.WEEKDAY);
        if (!day || !tokens.at(at).isNumber() || tokens.at(at).glued()) {
            return null;
        }
        ClockReader.Found found = ClockReader.read(tokens, at, true);
        if (found == null) {
            return null;
        }
        boolean closed = found.end() == tokens.size() || tokens.at(found.end()).isMark(".,;!?)");
        boolean ordinalDay = before.is(Kind.WEEKDAY) && tokens.at(at).number() > 12;
        return closed && !ordinalDay ? new Match(found.end(), new Time(found.clock(), Role.AT), true) : null;
    }

    private static @Nullable Match span(Tokens tokens, int at) {
        boolean opened = tokens.at(at).isWord("from", "between", "с", "со", "между");
        int first = opened ? at + 1 : tokens.at(at).isWord("at", "в", "in") ? at + 1 : at;
        first = tokens.skip(first, "between", "from");
        opened |= first > at + 1;
        ClockReader.Found from = ClockReader.read(tokens, first, true);
        if (from == null) {
            return null;
        }
        Token joint = tokens.at(from.end());
        boolean words =
                joint.isWord("to", "until", "till", "до", "по", "through") || opened && joint.isWord("and", "и");
        if (!words && !joint.isMark("-/")) {
            return null;
        }
        int second = tokens.skip(from.end() + 1, "at");
        ClockReader.Found to = ClockReader.read(tokens, second, true);
        if (to == null || !(opened || isSure(tokens, first, from) || isSure(tokens, second, to))) {
            return null;
        }
        if (tokens.at(to.end()).isMark("-") && tokens.at(to.end()).glued() || joint.isMark("/") && to.weak()) {
            return null;
        }
        return new Match(to.end(), new TimeSpan(from.clock(), to.clock()));
    }

    /** A clock written as one; two bare numbers with a dash are not a stretch of time. */
    private static boolean isSure(Tokens tokens, int at, ClockReader.Found found) {
        return found.end() > at + 1 || tokens.at(at).is(Kind.CLOCK);
    }

    /** "2 to 3:30pm": the half of the day said for one end holds for the other as far as the order allows. */
    static TimeSpan aligned(Clock from, Clock to) {
        boolean fromCertain = from.reading() == Clock.Reading.CERTAIN;
        boolean toCertain = to.reading() == Clock.Reading.CERTAIN;
        if (toCertain && !fromCertain && to.hour() >= 12) {
            Clock late = from.meridiem(true);
            return new TimeSpan(late.hour() <= to.hour() ? late : from.meridiem(false), to);
        }
        if (toCertain && !fromCertain) {
            return new TimeSpan(from.meridiem(false), to);
        }
        if (fromCertain && !toCertain && to.isTwelveHour()) {
            Clock early = to.meridiem(false);
            boolean ordered = early.hour() * 60 + early.minute() > from.hour() * 60 + from.minute();
            return new TimeSpan(from, ordered ? early : to.meridiem(true));
        }
        if (from.reading() == Clock.Reading.OPEN && to.reading() == Clock.Reading.OPEN) {
            Clock start = from.byDay();
            Clock end = to.meridiem(false);
            return new TimeSpan(start, end.hour() > start.hour() ? end : to.meridiem(true));
        }
        return new TimeSpan(from, to);
    }
}
