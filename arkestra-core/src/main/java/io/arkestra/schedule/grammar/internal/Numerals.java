package io.arkestra.schedule.grammar.internal;

import io.arkestra.schedule.grammar.internal.Token.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Joins the words of one number ("двадцать четвёртое", "two thousand and seven") and of one ordinal ("24-го", "3rd"). */
final class Numerals {
    private static final Set<String> GLUED_ENDINGS =
            Set.of("st", "nd", "rd", "th", "го", "ого", "его", "е", "ое", "й", "му", "ому");
    private static final Set<String> HYPHEN_ENDINGS = Set.of(
            "го", "ого", "его", "е", "ое", "ее", "й", "ый", "ий", "му", "ому", "ему", "ю", "ую", "м", "ом", "я", "ая");

    private final List<Token> tokens;
    private int at;

    private Numerals(List<Token> tokens) {
        this.tokens = tokens;
    }

    static List<Token> join(List<Token> tokens) {
        return new Numerals(tokens).join();
    }

    private List<Token> join() {
        List<Token> joined = new ArrayList<>(tokens.size());
        while (at < tokens.size()) {
            Token token = tokens.get(at);
            if (token.isNumber()) {
                joined.add(digitOrdinal(token));
            } else if (token.is(Kind.CARDINAL)) {
                joined.add(inWords(token));
            } else {
                joined.add(token);
                at++;
            }
        }
        return joined;
    }

    private Token peek(int ahead) {
        int index = at + ahead;
        return index < tokens.size() ? tokens.get(index) : Token.END;
    }

    private Token digitOrdinal(Token number) {
        Token next = peek(1);
        Token afterNext = peek(2);
        int length = 1;
        if (next.glued() && GLUED_ENDINGS.contains(next.word())) {
            length = 2;
        } else if (next.isMark("-") && next.glued() && afterNext.glued() && HYPHEN_ENDINGS.contains(afterNext.word())) {
            length = 3;
        }
        if (length == 1 || number.digits() > 4) {
            at++;
            return number;
        }
        int end = peek(length - 1).end();
        at += length;
        return new Token(
                Type.WORD,
                number.word(),
                number.start(),
                end,
                number.glued(),
                -1,
                number.digits(),
                Map.of(Kind.ORDINAL, (int) number.number()));
    }

    private Token inWords(Token first) {
        long total = 0;
        long current = 0;
        boolean ordinal = false;
        int end = first.end();
        int next = at;
        while (next < tokens.size() && !ordinal) {
            int index = next == at ? next : skipJoint(next, total + current);
            Token token = index < tokens.size() ? tokens.get(index) : Token.END;
            boolean isOrdinal = next > at && token.is(Kind.ORDINAL);
            int value = isOrdinal ? token.value(Kind.ORDINAL) : token.value(Kind.CARDINAL);
            if (value == Token.NONE || !fits(value, total, current, next == at)) {
                break;
            }
            if (value == 1000) {
                total += Math.max(1, current) * 1000;
                current = 0;
            } else if (value == 100 && current > 0) {
                current *= 100;
            } else {
                current += value;
            }
            ordinal = isOrdinal;
            end = token.end();
            next = index + 1;
        }
        int start = at;
        at = Math.max(next, start + 1);
        long number = total + current;
        if (ordinal) {
            return new Token(
                    Type.WORD, "", first.start(), end, first.glued(), -1, 0, Map.of(Kind.ORDINAL, (int) number));
        }
        return new Token(Type.NUMBER, first.word(), first.start(), end, first.glued(), number, 0, Map.of());
    }

    /** "twenty-one", "two thousand and seven". */
    private int skipJoint(int index, long value) {
        Token token = tokens.get(index);
        if (token.isMark("-") && token.glued() && value % 100 >= 20 && value % 10 == 0) {
            return index + 1;
        }
        return token.isWord("and") && value >= 100 ? index + 1 : index;
    }

    private static boolean fits(int value, long total, long current, boolean first) {
        if (first) {
            return true;
        }
        if (value == 1000) {
            return total == 0 && current > 0 && current < 1000;
        }
        if (value == 100) {
            return current > 0 && current < 100 || current == 0 && total > 0;
        }
        boolean started = total + current > 0;
        return started && value > 0 && (value < 10 ? current % 10 == 0 && current % 100 != 10 : current % 100 == 0);
    }
}
