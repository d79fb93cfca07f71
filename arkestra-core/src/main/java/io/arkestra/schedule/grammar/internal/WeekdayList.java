package io.arkestra.schedule.grammar.internal;

import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.List;

/** Reads lists and ranges of weekdays: "вторник и четверг", "mon, wed and fri", "пн-пт". */
final class WeekdayList {
    private final Tokens tokens;
    private final List<DayOfWeek> days = new ArrayList<>();

    WeekdayList(Tokens tokens) {
        this.tokens = tokens;
    }

    List<DayOfWeek> days() {
        return days;
    }

    /** Reads from a token on and returns the index after the list, or {@code at} if there is no weekday. */
    int read(int at) {
        int end = at;
        int next = at;
        while (tokens.at(next).is(Kind.WEEKDAY) && days.size() <= 14) {
            DayOfWeek day = DayOfWeek.of(tokens.at(next).value(Kind.WEEKDAY));
            days.add(day);
            end = tokens.at(next + 1).isMark(".") && tokens.at(next).word().length() <= 3 ? next + 2 : next + 1;
            Token joint = tokens.at(end);
            boolean range = joint.isMark("-")
                    || joint.isWord("to", "through", "по", "до")
                            && tokens.at(end + 1).is(Kind.WEEKDAY);
            if (range && tokens.at(end + 1).is(Kind.WEEKDAY)) {
                DayOfWeek last = DayOfWeek.of(tokens.at(end + 1).value(Kind.WEEKDAY));
                for (DayOfWeek between = day; between != last; between = between.plus(1)) {
                    days.add(between.plus(1));
                }
                end += 2;
            }
            next = tokens.skipMark(end, ",/&+");
            next = tokens.skip(next, "and", "и");
            next = tokens.at(next).is(Kind.EVERY) ? next + 1 : tokens.skip(next, "on", "по", "в", "во");
            if (next == end) {
                break;
            }
        }
        return end;
    }
}
