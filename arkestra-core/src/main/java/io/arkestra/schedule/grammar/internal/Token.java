package io.arkestra.schedule.grammar.internal;

import java.util.Map;

/**
 * A word, a number or a punctuation mark.
 *
 * @param word lower-case text with ё as е; for punctuation the mark, with every dash as {@code -}
 * @param glued whether no space separates it from the token before
 * @param number value of a number, else -1
 * @param digits count of digits of a number written in digits, 0 for one in words
 * @param meanings what the word can mean
 */
record Token(
        Type type,
        String word,
        int start,
        int end,
        boolean glued,
        long number,
        int digits,
        Map<Kind, Integer> meanings) {

    static final int NONE = Integer.MIN_VALUE;
    static final Token END = new Token(Type.END, "", 0, 0, false, -1, 0, Map.of());

    enum Type {
        WORD,
        NUMBER,
        PUNCTUATION,
        END
    }

    int value(Kind kind) {
        return meanings.getOrDefault(kind, NONE);
    }

    boolean is(Kind kind) {
        return meanings.containsKey(kind);
    }

    boolean isNumber() {
        return type == Type.NUMBER;
    }

    boolean isNumber(long min, long max) {
        return type == Type.NUMBER && number >= min && number <= max;
    }

    boolean isMark(String marks) {
        return type == Type.PUNCTUATION && marks.contains(word);
    }

    boolean isWord(String... words) {
        if (type == Type.WORD) {
            for (String candidate : words) {
                if (word.equals(candidate)) {
                    return true;
                }
            }
        }
        return false;
    }
}
