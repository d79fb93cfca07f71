package io.arkestra.schedule.grammar.internal;

import io.arkestra.schedule.grammar.internal.Clock.Reading;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** Reads a time of day without its preposition: "9:30", "6pm", "15 часов", "7 вечера", and bare numbers when led. */
final class ClockReader {
    private static final int END_OF_WORK = 18;

    private ClockReader() {}

    /** A time of day and where it ends; {@code weak} as in {@link Match}. */
    record Found(int end, Clock clock, boolean weak) {}

    /**
     * Reads the time that begins at a token.
     *
     * @param led whether a preposition or a range makes a bare number a time
     */
    static @Nullable Found read(Tokens tokens, int at, boolean led) {
        if (!tokens.opensFreely(at) && !tokens.at(at - 1).isWord("t")) {
            return null;
        }
        Found core = core(tokens, at, led);
        if (core == null) {
            return null;
        }
        Found found = zoned(tokens, suffix(tokens, core));
        return tokens.closesFreely(found.end()) || isRangeJoint(tokens, found.end()) ? found : null;
    }

    private static boolean isRangeJoint(Tokens tokens, int at) {
        return tokens.at(at).isMark("-/")
                && tokens.at(at + 1).isNumber()
                && !tokens.at(at + 2).isMark("-/");
    }

    private static @Nullable Found core(Tokens tokens, int at, boolean led) {
        Token token = tokens.at(at);
        if (token.is(Kind.CLOCK)) {
            int hour = token.value(Kind.CLOCK);
            return new Found(
                    at + 1, Clock.of(hour, 0, Reading.CERTAIN), token.word().startsWith("полд") && !led);
        }
        if (tokens.words(at, "end", "of", "day")
                || tokens.words(at, "конца", "дня")
                || tokens.words(at, "конце", "дня")) {
            return new Found(at + (token.isWord("end") ? 3 : 2), Clock.of(END_OF_WORK, 0, Reading.CERTAIN), false);
        }
        if (token.isWord("eod")) {
            return new Found(at + 1, Clock.of(END_OF_WORK, 0, Reading.CERTAIN), false);
        }
        if (tokens.words(at, "mid", "night")) {
            return new Found(at + 2, Clock.of(0, 0, Reading.CERTAIN), false);
        }
        if (token.isWord("час") && (led || tokens.at(at + 1).is(Kind.PART_OF))) {
            return new Found(
                    at + 1, Clock.of(1, 0, Reading.OPEN), !tokens.at(at + 1).is(Kind.PART_OF));
        }
        Found spoken = SpokenClock.read(tokens, at, led);
        return spoken != null || !token.isNumber() ? spoken : numeric(tokens, at, led);
    }

    private static @Nullable Found numeric(Tokens tokens, int at, boolean led) {
        Token hour = tokens.at(at);
        int end = at + 1;
        if (hour.number() > 24) {
            return compact(tokens, at, led);
        }
        if (hour.digits() > 0 && hour.digits() <= 2 && tokens.gluedNumber(end, ":")) {
            return colon(tokens, at);
        }
        boolean meridiem = meridiemLength(tokens, end, led) > 0;
        if (tokens.gluedNumber(end, ".") && minutes(tokens.at(end + 1)) && hour.digits() > 0) {
            boolean followed = meridiemLength(tokens, end + 2, false) > 0
                    || tokens.at(end + 2).is(Kind.PART_OF);
            boolean continues = tokens.gluedNumber(end + 2, ".");
            return (led || followed) && !continues
                    ? new Found(end + 2, written(tokens, hour, tokens.at(end + 1)), !followed && !led)
                    : null;
        }
        if (tokens.at(end).isWord("h", "ч") && tokens.at(end).glued()) {
            return hourLetter(tokens, at);
        }
        if (meridiem
                || tokens.at(end).isWord("o'clock", "oclock")
                || tokens.at(end).is(Kind.PART_OF)) {
            return new Found(end, open(hour), false);
        }
        if (tokens.at(end).isWord("час", "часа", "часов", "часам", "ч")) {
            return russianHours(tokens, at, led);
        }
        if (tokens.at(end).isWord("ish") && tokens.at(end).glued()) {
            return new Found(end + 1, open(hour), false);
        }
        boolean hyphen = hour.digits() == 0
                && tokens.at(end).isMark("-")
                && tokens.at(end).glued();
        end = hyphen && minutes(tokens.at(end + 1)) ? end + 1 : end;
        Token minute = tokens.at(end);
        boolean pair = minutes(minute) && (hyphen || !minute.glued()) && isMinuteEnd(tokens, end + 1);
        if (pair && (led || meridiemLength(tokens, end + 1, false) > 0)) {
            int past = tokens.skip(end + 1, "minutes", "минут", "мин", "минуты", "минуту");
            return new Found(past, Clock.of((int) hour.number(), (int) minute.number(), openness(hour)), false);
        }
        return led && hour.digits() <= 2 && isHourEnd(tokens, at + 1) ? new Found(at + 1, open(hour), false) : null;
    }

    /** What may not follow a bare hour: a unit, a month, a noun that is counted, more of a number. */
    private static boolean isHourEnd(Tokens tokens, int at) {
        Token next = tokens.at(at);
        boolean plural = next.word().length() > 4
                && (next.word().endsWith("ах") || next.word().endsWith("ях"));
        boolean noun = next.is(Kind.UNIT) && !next.glued() && next.word().length() > 1
                || next.is(Kind.MONTH) && !next.is(Kind.WEAK)
                || next.is(Kind.COUNTED)
                || next.is(Kind.WEEKDAYS)
                || next.is(Kind.SHIFT) && tokens.at(at + 1).is(Kind.UNIT)
                || next.isWord("числа", "число", "of")
                || tokens.words(at, "с", "половиной");
        boolean numberGoesOn = next.isMark(".,/:-+")
                && next.glued()
                && tokens.at(at + 1).glued()
                && tokens.at(at + 1).isNumber();
        boolean range = next.isMark("-") && tokens.at(at + 1).isNumber();
        return !plural && !noun && (!numberGoesOn || range);
    }

    private static boolean isMinuteEnd(Tokens tokens, int at) {
        Token next = tokens.at(at);
        boolean unit = next.is(Kind.UNIT) && !next.isWord("minutes", "минут", "мин", "минуты", "минуту", "m", "a");
        return !unit
                && !next.is(Kind.MONTH)
                && !next.is(Kind.COUNTED)
                && !next.isWord("числа", "число")
                && !(next.isMark("./-") && next.glued() && tokens.at(at + 1).isNumber());
    }

    private static boolean minutes(Token token) {
        return token.isNumber(0, 59) && (token.digits() == 2 || token.digits() == 0 && token.number() >= 10);
    }

    private static Reading openness(Token hour) {
        return hour.isNumber(1, 12) && hour.digits() != 2 || hour.isNumber(10, 12) ? Reading.OPEN : Reading.CERTAIN;
    }

    private static Clock open(Token hour) {
        return Clock.of((int) hour.number(), 0, hour.isNumber(1, 12) ? Reading.OPEN : Reading.CERTAIN);
    }

    /** Written hours count as on a 24-hour clock, but an English 1:00 to 5:59 without a leading zero is left open. */
    private static Clock written(Tokens tokens, Token hour, Token minute) {
        boolean open = !tokens.isRussian() && hour.digits() == 1 && hour.isNumber(1, 5);
        Reading reading = !hour.isNumber(1, 12) ? Reading.CERTAIN : open ? Reading.OPEN : Reading.WRITTEN;
        return Clock.of((int) hour.number(), (int) minute.number(), reading).withGrain(Grain.MINUTE);
    }

    private static @Nullable Found colon(Tokens tokens, int at) {
        Token hour = tokens.at(at);
        Token minute = tokens.at(at + 2);
        if (minute.digits() != 2 || !minute.isNumber(0, 59) || hour.isNumber(24, 24) && !minute.isNumber(0, 0)) {
            return null;
        }
        Clock clock = written(tokens, hour, minute);
        int end = at + 3;
        if (tokens.gluedNumber(end, ":")
                && tokens.at(end + 1).isNumber(0, 59)
                && tokens.at(end + 1).digits() == 2) {
            int second = (int) tokens.at(end + 1).number();
            clock = new Clock(clock.hour(), clock.minute(), second, clock.reading(), Grain.SECOND, null);
            end += 2;
            if (tokens.gluedNumber(end, ".,")) {
                end += 2;
            }
        }
        return new Found(end, clock, false);
    }

    private static @Nullable Found hourLetter(Tokens tokens, int at) {
        Token hour = tokens.at(at);
        Token minute = tokens.at(at + 2);
        if (minute.glued() && minutes(minute)) {
            return new Found(at + 3, Clock.of((int) hour.number(), (int) minute.number(), Reading.WRITTEN), false);
        }
        Reading reading = hour.isNumber(1, 12) ? Reading.WRITTEN : Reading.CERTAIN;
        boolean weak = !tokens.at(at + 1).isWord("ч") || hour.number() < 13;
        return new Found(at + 2, Clock.of((int) hour.number(), 0, reading), weak);
    }

    private static @Nullable Found russianHours(Tokens tokens, int at, boolean led) {
        Token hour = tokens.at(at);
        int end = tokens.skipMark(at + 2, tokens.at(at + 1).isWord("ч") ? "." : "");
        Clock clock = open(hour);
        if (tokens.at(end).isNumber(0, 59) && tokens.at(end + 1).isWord("минут", "минуты", "минуту", "мин")) {
            clock = Clock.of(clock.hour(), (int) tokens.at(end).number(), clock.reading())
                    .withGrain(Grain.MINUTE);
            end = tokens.skipMark(end + 2, ".");
        }
        boolean part = tokens.at(end).is(Kind.PART_OF) || tokens.words(end, "после", "полудня");
        boolean direction = tokens.at(end).is(Kind.DIRECTION);
        boolean certain = led || part;
        return direction ? null : new Found(end, clock, !certain);
    }

    /** "at 1030", "730 pm". */
    private static @Nullable Found compact(Tokens tokens, int at, boolean led) {
        Token token = tokens.at(at);
        boolean shaped =
                (token.digits() == 3 || token.digits() == 4) && token.number() % 100 < 60 && token.number() < 2400;
        boolean followed = meridiemLength(tokens, at + 1, false) > 0;
        boolean year =
                token.isNumber(1900, 2100) && tokens.at(at - 1).isWord("since", "before", "after", "until", "by");
        if (!shaped || year || tokens.isRussian() || !(followed || led && isHourEnd(tokens, at + 1))) {
            return null;
        }
        int hour = (int) token.number() / 100;
        Reading reading = hour >= 1 && hour <= 12 && token.digits() == 3 ? Reading.OPEN : Reading.WRITTEN;
        return new Found(
                at + 1, Clock.of(hour, (int) token.number() % 100, reading).withGrain(Grain.MINUTE), false);
    }

    /** The number of tokens of "pm", "p.m.", "p m"; a single letter counts when glued to digits. */
    private static int meridiemLength(Tokens tokens, int at, boolean led) {
        Token token = tokens.at(at);
        if (token.isWord("am", "pm", "ampm")) {
            return 1;
        }
        if (!token.isWord("a", "p")) {
            return 0;
        }
        int next = tokens.skipMark(at + 1, ".");
        if (tokens.at(next).isWord("m")) {
            int end = next + 1;
            return tokens.at(end).isMark(".") ? end + 1 - at : end - at;
        }
        boolean minutesBefore = tokens.at(at - 2).isMark(":");
        return token.glued() && (led || minutesBefore) ? next - at : 0;
    }

    private static Found suffix(Tokens tokens, Found found) {
        Clock clock = found.clock();
        int end = tokens.skip(found.end(), "o'clock", "oclock");
        end = tokens.at(end).isWord("ч") && tokens.at(end).glued() ? end + 1 : end;
        int meridiem = meridiemLength(tokens, end, true);
        Token next = tokens.at(end);
        if (meridiem > 0 && !next.isWord("ampm")) {
            return new Found(end + meridiem, clock.meridiem(next.value(Kind.MERIDIEM) == 1), false);
        }
        if (next.is(Kind.PART_OF)) {
            return new Found(end + 1, clock.in(DayPart.values()[next.value(Kind.PART_OF)]), false);
        }
        if (tokens.words(end, "после", "полудня")) {
            return new Found(end + 2, clock.in(DayPart.AFTERNOON), false);
        }
        end = next.isWord("ish") || next.isWord("ampm") ? end + 1 : end;
        return new Found(end, clock, found.weak());
    }

    private static Found zoned(Tokens tokens, Found found) {
        int at = tokens.skipMark(found.end(), "(");
        ZoneReader.Found zone = ZoneReader.suffix(tokens, at);
        if (zone == null) {
            return found;
        }
        int end = at > found.end() ? tokens.skipMark(zone.end(), ")") : zone.end();
        ZoneId id = zone.zone();
        return new Found(end, found.clock().withZone(id), found.weak());
    }
}
