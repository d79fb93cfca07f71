package io.arkestra.llm.repair.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.WellFormed;
import java.util.Set;

/** Reads the pieces of almost-JSON: blanks with comments, texts in any quotes, words, numbers. Never goes back. */
final class TolerantScanner {
    private static final String DOUBLE = "\"";
    private static final String SMART = "\u201C\u201D\u201E\u201F\u00AB\u00BB\u2018\u2019";

    private final String text;
    private final Set<String> steps;
    private int pos;
    private int nesting = 1;
    private boolean wasCut;

    TolerantScanner(String text, int start, Set<String> steps) {
        this.text = text;
        this.pos = start;
        this.steps = steps;
    }

    int position() {
        return pos;
    }

    int nesting() {
        return nesting;
    }

    void enter() {
        nesting++;
    }

    void leave() {
        nesting--;
    }

    boolean ended() {
        return pos >= text.length();
    }

    /** The next character; at the end a NUL, which begins nothing. */
    char peek() {
        return ended() ? '\0' : text.charAt(pos);
    }

    void take() {
        pos++;
    }

    /** Whether the last text had no closing quote. */
    boolean wasCut() {
        return wasCut;
    }

    InvalidInputException unexpected(String expected) {
        return new InvalidInputException("at character " + pos + " "
                + (ended() ? "the text ends" : "stands something else") + "; expected " + expected);
    }

    /** Skips blanks and comments. */
    void blanks() {
        while (!ended()) {
            char c = text.charAt(pos);
            if (isBlank(c)) {
                pos++;
            } else if (c == '#' || (c == '/' && next() == '/')) {
                steps.add(Steps.COMMENTS);
                int line = text.indexOf('\n', pos);
                pos = line < 0 ? text.length() : line + 1;
            } else if (c == '/' && next() == '*') {
                steps.add(Steps.COMMENTS);
                int end = text.indexOf("*/", pos + 2);
                pos = end < 0 ? text.length() : end + 2;
            } else {
                return;
            }
        }
    }

    private char next() {
        return pos + 1 < text.length() ? text.charAt(pos + 1) : '\0';
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\u00A0' || c == '\uFEFF' || c == '\u3000';
    }

    static boolean opensText(char c) {
        return c == '"' || c == '\'' || c == '`' || SMART.indexOf(c) >= 0;
    }

    /** The letters, digits and signs of a name. */
    String word() {
        int start = pos;
        while (!ended() && (Character.isLetterOrDigit(peek()) || "_-$.".indexOf(peek()) >= 0)) {
            pos++;
        }
        return text.substring(start, pos);
    }

    String number() {
        int start = pos;
        while (!ended() && (Character.isLetterOrDigit(peek()) || "+-._".indexOf(peek()) >= 0)) {
            pos++;
        }
        return text.substring(start, pos);
    }

    /** A text in quotes of any kind. */
    String quoted() {
        char opening = text.charAt(pos++);
        String closing = closing(opening);
        StringBuilder out = new StringBuilder();
        wasCut = false;
        while (true) {
            if (ended()) {
                wasCut = true;
                break;
            }
            char c = text.charAt(pos++);
            if (c == '\\') {
                escape(out);
            } else if (closing.indexOf(c) >= 0) {
                if (ends()) {
                    break;
                }
                steps.add(Steps.INNER_QUOTES);
                out.append(c);
            } else {
                if (c < ' ') {
                    steps.add(Steps.RAW_CONTROLS);
                }
                out.append(c);
            }
        }
        String result = out.toString();
        if (WellFormed.firstLoneSurrogate(result, 0) < 0) {
            return result;
        }
        steps.add(Steps.LONE_SURROGATES);
        return WellFormed.text(result);
    }

    private String closing(char opening) {
        if (opening == '"') {
            return DOUBLE;
        }
        if (SMART.indexOf(opening) >= 0) {
            steps.add(Steps.SMART_QUOTES);
            return SMART + DOUBLE;
        }
        steps.add(Steps.SINGLE_QUOTES);
        return opening == '`' ? "`'" : "'";
    }

    /**
     * Whether the quote that was just read ends its text, by what follows it: a sign of structure, the end, or a new line with the
     * next text on it. Anything else means that a quote inside the text was not escaped.
     */
    private boolean ends() {
        boolean line = false;
        for (int i = pos; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isBlank(c)) {
                return ",:}]/#".indexOf(c) >= 0 || (line && opensText(c));
            }
            line |= c == '\n';
        }
        return true;
    }

    private void escape(StringBuilder out) {
        if (ended()) {
            return;
        }
        char c = text.charAt(pos++);
        switch (c) {
            case '"', '\\', '/' -> out.append(c);
            case 'b' -> out.append('\b');
            case 'f' -> out.append('\f');
            case 'n' -> out.append('\n');
            case 'r' -> out.append('\r');
            case 't' -> out.append('\t');
            case 'u' -> unicode(out);
            default -> {
                steps.add(Steps.BAD_ESCAPES);
                // A quote or a line that was escaped without need; anything else keeps its backslash, as in C:\dir.
                if (c != '\'' && c != '`' && c != '\n') {
                    out.append('\\');
                }
                out.append(c);
            }
        }
    }

    private void unicode(StringBuilder out) {
        int end = pos + 4;
        int unit = 0;
        for (int i = pos; i < Math.min(end, text.length()); i++) {
            int digit = Character.digit(text.charAt(i), 16);
            if (digit < 0 || text.charAt(i) > 'f') {
                steps.add(Steps.BAD_ESCAPES);
                out.append("\\u");
                return;
            }
            unit = unit * 16 + digit;
        }
        if (end > text.length()) {
            pos = text.length();
            return;
        }
        pos = end;
        out.append((char) unit);
    }
}
