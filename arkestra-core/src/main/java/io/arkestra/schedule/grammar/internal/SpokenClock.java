package io.arkestra.schedule.grammar.internal;

import io.arkestra.schedule.grammar.internal.Clock.Reading;
import io.arkestra.schedule.grammar.internal.ClockReader.Found;
import org.jspecify.annotations.Nullable;

/** Times counted from an hour: "half past seven", "quarter to nine", "половина восьмого", "без пятнадцати девять". */
final class SpokenClock {
    private static final int QUARTER = 15;
    private static final int HALF = 30;

    private SpokenClock() {}

    static @Nullable Found read(Tokens tokens, int at, boolean led) {
        Found english = english(tokens, tokens.skip(at, "a"), led);
        return english != null ? english : russian(tokens, at);
    }

    private static @Nullable Found english(Tokens tokens, int at, boolean led) {
        Token token = tokens.at(at);
        int minutes;
        boolean sure = false;
        int next = at + 1;
        if (token.isWord("half")) {
            minutes = HALF;
            if (led && tokens.at(next).isNumber(1, 12) && !tokens.at(next + 1).is(Kind.UNIT)) {
                return past(tokens, next, HALF);
            }
        } else if (token.isWord("quarter")) {
            minutes = QUARTER;
            sure = true;
        } else if (token.isNumber(1, 59)) {
            minutes = (int) token.number();
            next = tokens.skip(next, "minutes", "minute", "min", "mins");
            sure = next > at + 1 || led;
        } else {
            return null;
        }
        Token relation = tokens.at(next);
        if (relation.isWord("past") || relation.isWord("after") && (sure || token.digits() == 0)) {
            return past(tokens, next + 1, minutes);
        }
        boolean beforeNoon = tokens.at(next + 1).is(Kind.CLOCK);
        boolean before = relation.isWord("to", "before", "of", "till") && minutes < HALF && minutes % 5 == 0;
        if (before && (sure && !isRange(tokens, at) || beforeNoon)) {
            return before(tokens, next + 1, minutes);
        }
        return null;
    }

    /** "from ten to five" is a range, "at ten to five" a time. */
    private static boolean isRange(Tokens tokens, int at) {
        return tokens.at(at - 1).isWord("from", "between");
    }

    private static @Nullable Found past(Tokens tokens, int at, int minutes) {
        Token hour = tokens.at(at);
        if (hour.is(Kind.CLOCK)) {
            return found(at + 1, hour.value(Kind.CLOCK), minutes, Reading.CERTAIN);
        }
        return hour.isNumber(1, 12) ? found(at + 1, (int) hour.number(), minutes, Reading.OPEN) : null;
    }

    private static @Nullable Found before(Tokens tokens, int at, int minutes) {
        Token hour = tokens.at(at);
        if (hour.is(Kind.CLOCK)) {
            return found(at + 1, (hour.value(Kind.CLOCK) + 23) % 24, 60 - minutes, Reading.CERTAIN);
        }
        return hour.isNumber(1, 12) ? found(at + 1, hourBefore((int) hour.number()), 60 - minutes, Reading.OPEN) : null;
    }

    private static @Nullable Found russian(Tokens tokens, int at) {
        Token token = tokens.at(at);
        if (token.isWord("половине", "половина", "половину", "пол")) {
            return ofHour(tokens, at + 1, HALF);
        }
        if (token.isWord("четверть")) {
            return ofHour(tokens, at + 1, QUARTER);
        }
        if (token.type() == Token.Type.WORD && token.word().startsWith("пол")) {
            int hour = Lexicon.meanings(token.word().substring(3)).getOrDefault(Kind.ORDINAL, 0);
            return hour >= 1 && hour <= 12 ? found(at + 1, hourBefore(hour), HALF, Reading.OPEN) : null;
        }
        if (token.isNumber(1, 59) && tokens.at(at + 1).isWord("минут", "минута", "минуты", "мин")) {
            return ofHour(tokens, at + 2, (int) token.number());
        }
        return token.isWord("без") ? without(tokens, at + 1) : null;
    }

    /** "десятого": the hour that is running towards ten. */
    private static @Nullable Found ofHour(Tokens tokens, int at, int minutes) {
        int hour = tokens.at(at).value(Kind.ORDINAL);
        boolean date = tokens.at(at + 1).is(Kind.MONTH) || tokens.at(at + 1).isWord("числа");
        return hour >= 1 && hour <= 12 && !date ? found(at + 1, hourBefore(hour), minutes, Reading.OPEN) : null;
    }

    private static @Nullable Found without(Tokens tokens, int at) {
        Token token = tokens.at(at);
        int minutes = token.isWord("четверти") ? QUARTER : token.isNumber(1, 29) ? (int) token.number() : 0;
        if (minutes == 0) {
            return null;
        }
        int next = tokens.skip(at + 1, "минут", "минуты", "мин");
        Token hour = tokens.at(next);
        if (hour.isNumber(1, 12)) {
            return found(next + 1, hourBefore((int) hour.number()), 60 - minutes, Reading.OPEN);
        }
        if (hour.isWord("час")) {
            return found(next + 1, 12, 60 - minutes, Reading.OPEN);
        }
        // "без двадцати пять" is twenty to five: the tokeniser has joined the two numbers into 25
        boolean joined = token.digits() == 0 && minutes > 20;
        return joined ? found(at + 1, hourBefore(minutes - 20), 40, Reading.OPEN) : null;
    }

    private static int hourBefore(int hour) {
        return hour == 1 ? 12 : hour - 1;
    }

    private static Found found(int end, int hour, int minutes, Reading reading) {
        return new Found(end, Clock.of(hour, minutes, reading).withGrain(Grain.MINUTE), false);
    }
}
