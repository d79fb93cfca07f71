package io.arkestra.schedule.grammar.internal;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads amounts of time: "5 minutes and 30 seconds", "полтора часа", "half an hour", "1d 2hr". */
final class Amounts {
    private static final int MAX = 100_000;
    private static final int MAX_TERMS = 8;
    private static final Set<String> ABOUT = Set.of("about", "around", "approximately", "примерно", "около", "где-то");

    private Amounts() {}

    /**
     * An amount and where it ends.
     *
     * @param counted whether a number was said, as opposed to "через час"
     * @param unit the coarsest unit, which came first
     */
    record Found(int end, Amount amount, boolean counted, Grain unit) {}

    static @Nullable Found read(Tokens tokens, int at) {
        Found first = term(tokens, tokens.skipAll(at, ABOUT), true);
        if (first == null) {
            return null;
        }
        Found found = first;
        for (int terms = 1; terms < MAX_TERMS; terms++) {
            int next = tokens.skip(tokens.skipMark(found.end(), ","), "and", "и");
            Found more = term(tokens, next, false);
            if (more == null || more.unit().compareTo(found.amount().finest()) >= 0) {
                break;
            }
            found = new Found(more.end(), found.amount().plus(more.amount()), true, first.unit());
        }
        return found;
    }

    private static @Nullable Found term(Tokens tokens, int at, boolean bareUnit) {
        Token token = tokens.at(at);
        if (token.isNumber(0, MAX)) {
            return numbered(tokens, at);
        }
        if (token.is(Kind.QUARTERS)) {
            int next = tokens.skip(tokens.skip(at + 1, "of"), "a", "an", "the");
            boolean ofHour = token.value(Kind.QUARTERS) != 1 || isHour(tokens.at(next));
            return ofHour ? unit(tokens, next, token.value(Kind.QUARTERS) / 4.0, true) : null;
        }
        if (token.isWord("a", "an", "the")) {
            return article(tokens, at + 1);
        }
        if (token.isWord("пару", "пара", "couple")) {
            return unit(tokens, tokens.skip(at + 1, "of"), 2, true);
        }
        if (token.isWord("few", "several", "несколько")) {
            return unit(tokens, at + 1, 3, true);
        }
        if (token.type() == Token.Type.WORD
                && token.word().startsWith("пол")
                && token.word().length() > 4) {
            Token rest = new Token(
                    Token.Type.WORD,
                    "",
                    0,
                    0,
                    false,
                    -1,
                    0,
                    Lexicon.meanings(token.word().substring(3)));
            if (rest.is(Kind.UNIT) && !rest.is(Kind.PART_OF)) {
                Grain grain = Lexicon.grainOf(rest.value(Kind.UNIT));
                return new Found(at + 1, Amount.of(0.5, grain), true, grain);
            }
        }
        return bareUnit && !token.isWord("second", "m", "s", "d", "w", "y", "с", "м", "г")
                ? unit(tokens, at, 1, false)
                : null;
    }

    private static @Nullable Found article(Tokens tokens, int at) {
        if (tokens.at(at).is(Kind.QUARTERS) || tokens.at(at).isWord("couple", "few")) {
            return term(tokens, at, false);
        }
        return unit(tokens, at, 1, true);
    }

    private static @Nullable Found numbered(Tokens tokens, int at) {
        Token token = tokens.at(at);
        double value = token.number();
        int next = at + 1;
        if (token.digits() > 0
                && tokens.gluedNumber(next, ".,")
                && tokens.at(next + 1).digits() <= 4) {
            Token fraction = tokens.at(next + 1);
            value += fraction.number() / Math.pow(10, fraction.digits());
            next += 2;
        } else if (token.digits() > 0
                && tokens.gluedNumber(next, "/")
                && tokens.at(next + 1).isNumber(2, 4)) {
            value /= tokens.at(next + 1).number();
            next += 2;
        } else if (tokens.words(next, "and", "a", "half") || tokens.words(next, "and", "an", "half")) {
            value += 0.5;
            next += 3;
        } else if (tokens.words(next, "с", "половиной")) {
            value += 0.5;
            next += 2;
        }
        return unit(tokens, next, value, true);
    }

    private static boolean isHour(Token token) {
        return token.is(Kind.UNIT) && Lexicon.grainOf(token.value(Kind.UNIT)) == Grain.HOUR;
    }

    private static @Nullable Found unit(Tokens tokens, int at, double value, boolean counted) {
        Token token = tokens.at(at);
        if (!token.is(Kind.UNIT)) {
            return null;
        }
        boolean letter = token.word().length() == 1;
        if (letter && !token.glued() && !token.isWord("ч", "h")) {
            return null;
        }
        int next = at + 1;
        Token dot = tokens.at(next);
        if (dot.isMark(".")
                && dot.glued()
                && token.word().length() <= 4
                && !tokens.at(next + 1).glued()) {
            next++;
        }
        if (tokens.words(next, "с", "половиной") || tokens.words(next, "с", "четвертью")) {
            value += tokens.at(next + 1).isWord("половиной") ? 0.5 : 0.25;
            next += 2;
        } else if (tokens.words(next, "and", "a", "half")) {
            value += 0.5;
            next += 3;
        }
        Grain grain = Lexicon.grainOf(token.value(Kind.UNIT));
        double units = value * Lexicon.timesOf(token.value(Kind.UNIT));
        return units > MAX ? null : new Found(next, Amount.of(units, grain), counted, grain);
    }
}
