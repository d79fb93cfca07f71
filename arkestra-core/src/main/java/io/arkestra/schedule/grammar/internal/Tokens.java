package io.arkestra.schedule.grammar.internal;

import java.util.List;
import java.util.Set;

/** The tokens of one text, with the questions that rules ask about them. */
final class Tokens {
    private static final String JOINTS = ".,:/-+";
    private static final String BLOCKING_MARKS = "$€₽£№#%";

    private final List<Token> tokens;
    private final boolean russian;

    private Tokens(List<Token> tokens, boolean russian) {
        this.tokens = tokens;
        this.russian = russian;
    }

    /** Tokens for questions that do not depend on the language. */
    static Tokens of(String text) {
        return new Tokens(Numerals.join(Tokenizer.tokenize(text)), false);
    }

    static Tokens of(String text, ParseContext context) {
        List<Token> tokens = Numerals.join(Tokenizer.tokenize(text));
        boolean russian = switch (context.language()) {
            case RUSSIAN -> true;
            case ENGLISH -> false;
            case AUTO ->
                text.chars().anyMatch(unit -> Character.UnicodeBlock.of(unit) == Character.UnicodeBlock.CYRILLIC);
        };
        return new Tokens(tokens, russian);
    }

    /** Whether numeric dates are read the Russian way. */
    boolean isRussian() {
        return russian;
    }

    int size() {
        return tokens.size();
    }

    /** The token at an index; {@link Token#END} outside the text. */
    Token at(int index) {
        return index >= 0 && index < tokens.size() ? tokens.get(index) : Token.END;
    }

    /** The index after the token at {@code index} if that is one of the words, else {@code index}. */
    int skip(int index, String... words) {
        return at(index).isWord(words) ? index + 1 : index;
    }

    int skipMark(int index, String marks) {
        return at(index).isMark(marks) ? index + 1 : index;
    }

    /** Skips as many of the words as there are. */
    int skipAll(int index, Set<String> words) {
        int next = index;
        while (at(next).type() == Token.Type.WORD && words.contains(at(next).word())) {
            next++;
        }
        return next;
    }

    boolean words(int index, String... words) {
        for (int i = 0; i < words.length; i++) {
            if (!at(index + i).isWord(words[i])) {
                return false;
            }
        }
        return true;
    }

    /** A number made of two tokens around a glued mark, as in {@code 9:30}. */
    boolean gluedNumber(int mark, String marks) {
        return at(mark).isMark(marks)
                && at(mark).glued()
                && at(mark + 1).isNumber()
                && at(mark + 1).digits() > 0
                && at(mark + 1).glued();
    }

    /** Whether something numeric may begin here: not in the middle of a code, a price, a phone number or a label. */
    boolean opensFreely(int index) {
        Token token = at(index);
        Token previous = at(index - 1);
        boolean numeric = token.isNumber() || token.is(Kind.ORDINAL) && token.digits() > 0;
        if (!numeric) {
            return true;
        }
        if (previous.isMark(BLOCKING_MARKS) || token.digits() > 0 && previous.is(Kind.LABEL)) {
            return false;
        }
        if (!token.glued()) {
            return true;
        }
        if (previous.isNumber() || previous.type() == Token.Type.WORD && !previous.is(Kind.MONTH)) {
            return false;
        }
        Token beforePrevious = at(index - 2);
        if (previous.isMark("-") && endsRangeStart(index - 2)) {
            return true;
        }
        boolean joint = previous.isMark(JOINTS) && previous.glued();
        return !(joint && (beforePrevious.isNumber() || beforePrevious.type() == Token.Type.WORD))
                || beforePrevious.is(Kind.WEEKDAY);
    }

    /** Whether a dash after this token can be that of a range: "5-10 мая", "9:30-11:00", "10am-noon", not "555-35". */
    private boolean endsRangeStart(int index) {
        Token token = at(index);
        if (token.is(Kind.MERIDIEM) || token.is(Kind.MONTH)) {
            return true;
        }
        boolean minutes = token.digits() == 2
                && at(index - 1).isMark(":.")
                && at(index - 1).glued();
        int first = minutes && at(index - 2).isNumber() ? index - 2 : index;
        return at(first).isNumber() && at(first).digits() <= 2 && opensFreely(first);
    }

    /** Whether something numeric may end before this index. */
    boolean closesFreely(int index) {
        Token next = at(index);
        Token last = at(index - 1);
        if (!last.isNumber() && !(last.is(Kind.ORDINAL) && last.digits() > 0)) {
            return true;
        }
        if (next.isMark("%$€₽£°")) {
            return false;
        }
        if (!next.glued()) {
            return !next.is(Kind.COUNTED)
                    || last.is(Kind.ORDINAL) && !next.isWord("century", "floor", "place", "round");
        }
        if (next.isNumber() || next.type() == Token.Type.WORD && !next.isWord("t", "г", "года", "ish")) {
            return false;
        }
        Token afterNext = at(index + 1);
        boolean joint = next.isMark(JOINTS) && afterNext.glued();
        return !(joint && (afterNext.isNumber() || afterNext.type() == Token.Type.WORD && !next.isMark(".,")));
    }
}
