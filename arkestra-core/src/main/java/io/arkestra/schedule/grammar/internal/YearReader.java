package io.arkestra.schedule.grammar.internal;

import org.jspecify.annotations.Nullable;

/** Reads years, behind a date and on their own. */
final class YearReader {
    private final Tokens tokens;

    YearReader(Tokens tokens) {
        this.tokens = tokens;
    }

    /** A year and where it ends. */
    record Found(int end, int year) {}

    /** A year behind a month or a full date: "2027", ", 2014", "of 1995", "2021г.", "nineteen eighty six", "82". */
    @Nullable
    Found after(int at) {
        int next = tokens.skip(tokens.skipMark(at, ",-"), "of", "in", "year");
        Token token = tokens.at(next);
        Token after = tokens.at(next + 1);
        boolean clock =
                after.isMark(":") || after.is(Kind.MERIDIEM) || after.isMark(".") && tokens.gluedNumber(next + 1, ".");
        if (!token.isNumber() || clock || token.digits() == 0 && token.number() < 17) {
            return null;
        }
        if (token.digits() == 0 && token.isNumber(17, 20) && after.isNumber(10, 99)) {
            return new Found(next + 2, (int) (token.number() * 100 + after.number()));
        }
        boolean full = token.isNumber(1000, 3000) && (token.digits() == 4 || token.digits() == 0);
        if (full && !after.is(Kind.COUNTED)) {
            return new Found(afterYearWord(next + 1), (int) token.number());
        }
        boolean old = token.digits() == 2 && token.number() > 31 && !after.is(Kind.UNIT);
        boolean closed = next + 1 == tokens.size() || after.isNumber();
        return old && closed ? new Found(next + 1, NumericDates.century((int) token.number())) : null;
    }

    private int afterYearWord(int at) {
        int next = tokens.skip(at, "года", "год", "году", "г", "year");
        return next > at && tokens.at(at).isWord("г") ? tokens.skipMark(next, ".") : next;
    }

    /** A year on its own: "2014 год", "in 2014", "year 2008". */
    @Nullable
    Found alone(int at) {
        Token token = tokens.at(at);
        if (!token.isNumber(1000, 3000) || !tokens.opensFreely(at)) {
            return tokens.words(at, "year") ? yearNamed(at + 1) : null;
        }
        int end = afterYearWord(at + 1);
        boolean led = tokens.at(at - 1).isWord("in", "since", "before", "after", "until", "в", "с");
        boolean fits = token.digits() == 4
                && led
                && token.isNumber(1900, 2100)
                && tokens.closesFreely(at + 1)
                && isAlone(at + 1);
        return end > at + 1 && !tokens.at(end).is(Kind.DIRECTION) || fits ? new Found(end, (int) token.number()) : null;
    }

    private boolean isAlone(int at) {
        return !tokens.at(at).is(Kind.UNIT) && !tokens.at(at).isMark(":");
    }

    private @Nullable Found yearNamed(int at) {
        Token token = tokens.at(at);
        return token.isNumber(1000, 3000) ? new Found(at + 1, (int) token.number()) : null;
    }
}
