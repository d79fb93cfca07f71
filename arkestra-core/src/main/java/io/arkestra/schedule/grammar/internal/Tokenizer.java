package io.arkestra.schedule.grammar.internal;

import io.arkestra.schedule.grammar.internal.Token.Type;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Cuts a text into words, runs of digits and single marks; any string is accepted. */
final class Tokenizer {
    private static final int MAX_DIGITS = 9;
    private static final String APOSTROPHES = "'’ʼ";
    private static final String DASHES = "-‐‑‒–—−";

    private Tokenizer() {}

    static List<Token> tokenize(String text) {
        List<Token> tokens = new ArrayList<>();
        int previousEnd = -1;
        int at = 0;
        while (at < text.length()) {
            int codePoint = text.codePointAt(at);
            if (isSpace(codePoint)) {
                at += Character.charCount(codePoint);
                continue;
            }
            int end = at + Character.charCount(codePoint);
            boolean glued = at == previousEnd;
            int address = glued ? at : endOfAddress(text, at);
            if (address > at) {
                end = address;
                String word = normalize(text.substring(at, end));
                tokens.add(new Token(Type.WORD, word, at, end, false, -1, 0, Map.of()));
            } else if (Character.isDigit(codePoint)) {
                end = endOfDigits(text, end);
                tokens.add(number(text, at, end, glued));
            } else if (Character.isLetter(codePoint)) {
                end = endOfWord(text, end);
                String word = normalize(text.substring(at, end));
                tokens.add(new Token(Type.WORD, word, at, end, glued, -1, 0, Lexicon.meanings(word)));
            } else {
                String mark = text.substring(at, end);
                if (DASHES.contains(mark)) {
                    mark = "-";
                }
                tokens.add(new Token(Type.PUNCTUATION, mark, at, end, glued, -1, 0, Map.of()));
            }
            previousEnd = end;
            at = end;
        }
        return tokens;
    }

    static String normalize(String word) {
        String composed = Normalizer.isNormalized(word, Normalizer.Form.NFC)
                ? word
                : Normalizer.normalize(word, Normalizer.Form.NFC);
        return composed.toLowerCase(Locale.ROOT)
                .replace('ё', 'е')
                .replace('’', '\'')
                .replace('ʼ', '\'');
    }

    private static Token number(String text, int start, int end, boolean glued) {
        long value = 0;
        int digits = 0;
        for (int at = start; at < end; at += Character.charCount(text.codePointAt(at))) {
            digits++;
            value = digits > MAX_DIGITS ? Long.MAX_VALUE : value * 10 + Character.digit(text.codePointAt(at), 10);
        }
        return new Token(Type.NUMBER, text.substring(start, end), start, end, glued, value, digits, Map.of());
    }

    private static boolean isSpace(int codePoint) {
        return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint);
    }

    /** The end of the address that begins here, or {@code from}: the digits of a URL or a mail address tell no time. */
    private static int endOfAddress(String text, int from) {
        int end = from;
        while (end < text.length() && !isSpace(text.codePointAt(end))) {
            end += Character.charCount(text.codePointAt(end));
        }
        int at = text.substring(from, end).indexOf("@") + from;
        boolean mail = at > from && at < end - 1 && text.lastIndexOf('.', end - 2) > at;
        int scheme = text.substring(from, end).indexOf("://");
        return mail || scheme >= 0 ? end : from;
    }

    private static int endOfDigits(String text, int from) {
        int at = from;
        while (at < text.length() && Character.isDigit(text.codePointAt(at))) {
            at += Character.charCount(text.codePointAt(at));
        }
        return at;
    }

    private static int endOfWord(String text, int from) {
        int at = from;
        while (at < text.length()) {
            int codePoint = text.codePointAt(at);
            int next = at + Character.charCount(codePoint);
            boolean innerApostrophe = APOSTROPHES.indexOf(codePoint) >= 0
                    && next < text.length()
                    && Character.isLetter(text.codePointAt(next));
            if (!innerApostrophe && !Character.isLetter(codePoint) && !isMark(codePoint)) {
                break;
            }
            at = next;
        }
        return at;
    }

    private static boolean isMark(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
    }
}
