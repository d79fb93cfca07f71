package io.arkestra.guard.pii.internal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Words before a number that say what it is. */
final class ContextWords {

    /** What the nearest telling word says. */
    enum Sense {
        FOR,
        AGAINST,
        NOTHING
    }

    /** A new sentence has a subject of its own; the mark counts only before a capital, because of abbreviations and labels. */
    private static final Pattern SENTENCE_END = Pattern.compile("[.!?;]\\s+(?=\\p{Lu})");

    private final Pattern wordsFor;
    private final Pattern wordsAgainst;

    /**
     * @param wordsFor alternatives of a regular expression, matched against whole words in any case
     * @param wordsAgainst the same for words that say it is something else; the signs # and № always do
     */
    ContextWords(String wordsFor, String wordsAgainst) {
        int anyCase = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;
        this.wordsFor = Pattern.compile(wordsFor, anyCase);
        this.wordsAgainst = Pattern.compile(wordsAgainst, anyCase);
    }

    /** Looks from the end backwards, word by word, so that columns of numbers stay cheap. */
    Sense lastIn(String before) {
        int end = before.length();
        int sentence = -1;
        while (end > 0) {
            int start = end - 1;
            if (isSign(before.charAt(start))) {
                return Sense.AGAINST;
            }
            while (start >= 0 && Character.isLetter(before.charAt(start))) {
                start--;
            }
            if (start == end - 1) {
                end--;
                continue;
            }
            sentence = sentence < 0 ? sentenceStart(before) : sentence;
            if (start + 1 < sentence) {
                return Sense.NOTHING;
            }
            String word = before.substring(start + 1, end);
            if (wordsFor.matcher(word).matches()) {
                return Sense.FOR;
            }
            if (wordsAgainst.matcher(word).matches()) {
                return Sense.AGAINST;
            }
            end = start + 1;
        }
        return Sense.NOTHING;
    }

    private static boolean isSign(char c) {
        return c == '#' || c == '№';
    }

    private static int sentenceStart(String text) {
        int start = 0;
        Matcher end = SENTENCE_END.matcher(text);
        while (end.find()) {
            start = end.end();
        }
        return start;
    }
}
