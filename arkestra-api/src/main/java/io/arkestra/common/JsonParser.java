package io.arkestra.common;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** A strict recursive-descent parser of RFC 8259; recursion is bounded by the depth limit. */
final class JsonParser {

    /** The longest run of digits that a long is sure to hold. */
    private static final int SAFE_LONG_DIGITS = 18;

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final String text;
    private final Json.Limits limits;
    private int pos;

    private JsonParser(String text, Json.Limits limits) {
        this.text = text;
        this.limits = limits;
    }

    static Json parse(String text, Json.Limits limits) {
        if (text.length() > limits.maxChars()) {
            throw new InvalidInputException(
                    "the JSON text has " + text.length() + " characters; expected at most " + limits.maxChars());
        }
        JsonParser parser = new JsonParser(text, limits);
        if (!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
            parser.pos = 1;
        }
        parser.blanks();
        Json value = parser.value(0);
        parser.blanks();
        if (parser.pos < text.length()) {
            throw parser.unexpected("the end of the text after the JSON value");
        }
        return value;
    }

    private Json value(int depth) {
        char c = peek();
        return switch (c) {
            case '{' -> object(depth + 1);
            case '[' -> array(depth + 1);
            case '"' -> Json.stringChecked(string());
            case 't' -> literal("true", Json.TRUE);
            case 'f' -> literal("false", Json.FALSE);
            case 'n' -> literal("null", Json.NULL);
            default -> {
                if (c != '-' && !isDigit(c)) {
                    throw unexpected("a JSON value");
                }
                yield number();
            }
        };
    }

    private Json object(int depth) {
        checkDepth(depth);
        pos++;
        LinkedHashMap<String, Json> members = new LinkedHashMap<>();
        blanks();
        if (peek() == '}') {
            pos++;
            return Json.emptyObject();
        }
        while (true) {
            int keyStart = pos;
            if (peek() != '"') {
                throw unexpected(members.isEmpty() ? "a key in double quotes or '}'" : "a key in double quotes");
            }
            String key = string();
            if (members.containsKey(key)) {
                throw failure(keyStart, "duplicate key " + quoted(key) + "; expected each key once");
            }
            blanks();
            if (peek() != ':') {
                throw unexpected("':' after the key " + quoted(key));
            }
            pos++;
            blanks();
            members.put(key, value(depth));
            blanks();
            char c = peek();
            if (c == '}') {
                pos++;
                return Json.objectOwned(members);
            }
            if (c != ',') {
                throw unexpected("',' or '}' after the member " + quoted(key));
            }
            pos++;
            blanks();
        }
    }

    private Json array(int depth) {
        checkDepth(depth);
        pos++;
        blanks();
        if (peek() == ']') {
            pos++;
            return Json.emptyArray();
        }
        List<Json> items = new ArrayList<>();
        while (true) {
            items.add(value(depth));
            blanks();
            char c = peek();
            if (c == ']') {
                pos++;
                return Json.arrayOwned(items);
            }
            if (c != ',') {
                throw unexpected("',' or ']' after an item");
            }
            pos++;
            blanks();
        }
    }

    private Json literal(String word, Json value) {
        for (int i = 1; i < word.length(); i++) {
            pos++;
            if (peek() != word.charAt(i)) {
                throw unexpected("the word " + word);
            }
        }
        pos++;
        return value;
    }

    private Json number() {
        int start = pos;
        if (peek() == '-') {
            pos++;
        }
        int first = pos;
        int digits = digits();
        if (digits > 1 && text.charAt(first) == '0') {
            throw failure(first, "a number has a leading zero; expected none");
        }
        boolean whole = true;
        if (peek() == '.') {
            whole = false;
            pos++;
            digits += digits();
        }
        if (digits > JsonNumber.MAX_DIGITS) {
            throw failure(start, "the number has " + digits + " digits; expected at most " + JsonNumber.MAX_DIGITS);
        }
        if (peek() == 'e' || peek() == 'E') {
            whole = false;
            pos++;
            exponent(start);
        }
        if (whole && digits <= SAFE_LONG_DIGITS) {
            return Json.of(Long.parseLong(text, start, pos, 10));
        }
        try {
            return Json.of(new BigDecimal(text.substring(start, pos)));
        } catch (InvalidInputException e) {
            throw new InvalidInputException(position(start) + e.getMessage(), e);
        }
    }

    private void exponent(int numberStart) {
        if (peek() == '+' || peek() == '-') {
            pos++;
        }
        int start = pos;
        digits();
        int exponent = 0;
        for (int i = start; i < pos; i++) {
            exponent = Math.min(exponent * 10 + text.charAt(i) - '0', JsonNumber.MAX_EXPONENT + 1);
        }
        if (exponent > JsonNumber.MAX_EXPONENT) {
            throw failure(
                    numberStart,
                    "the number's exponent is beyond ±" + JsonNumber.MAX_EXPONENT + "; expected a smaller one");
        }
    }

    private int digits() {
        int start = pos;
        while (isDigit(peek())) {
            pos++;
        }
        if (pos == start) {
            throw unexpected("a digit");
        }
        return pos - start;
    }

    private String string() {
        int start = ++pos;
        while (true) {
            char c = peek();
            if (c == '"') {
                return text.substring(start, pos++);
            }
            if (c == '\\') {
                return escapedString(start);
            }
            plainChar(c);
        }
    }

    private String escapedString(int start) {
        StringBuilder out = new StringBuilder(Math.min(64, text.length() - start));
        int copied = start;
        while (true) {
            char c = peek();
            if (c == '"') {
                out.append(text, copied, pos);
                pos++;
                return out.toString();
            }
            if (c == '\\') {
                out.append(text, copied, pos);
                escape(out);
                copied = pos;
            } else {
                plainChar(c);
            }
        }
    }

    /** Steps over one unescaped character, or both halves of a surrogate pair. */
    private void plainChar(char c) {
        if (c < ' ') {
            throw unexpected(
                    pos < text.length() ? "control characters in strings to be escaped" : "'\"' that ends the string");
        }
        if (Character.isSurrogate(c)) {
            if (Character.isLowSurrogate(c)
                    || pos + 1 == text.length()
                    || !Character.isLowSurrogate(text.charAt(pos + 1))) {
                throw loneSurrogate(pos, c);
            }
            pos++;
        }
        pos++;
    }

    private void escape(StringBuilder out) {
        int start = pos++;
        char c = peek();
        switch (c) {
            case '"', '\\', '/' -> out.append(c);
            case 'b' -> out.append('\b');
            case 'f' -> out.append('\f');
            case 'n' -> out.append('\n');
            case 'r' -> out.append('\r');
            case 't' -> out.append('\t');
            case 'u' -> {
                pos++;
                char unit = hexUnit();
                out.append(unit);
                if (Character.isSurrogate(unit)) {
                    if (Character.isLowSurrogate(unit) || !text.startsWith("\\u", pos)) {
                        throw loneSurrogate(start, unit);
                    }
                    pos += 2;
                    char low = hexUnit();
                    if (!Character.isLowSurrogate(low)) {
                        throw loneSurrogate(start, unit);
                    }
                    out.append(low);
                }
                return;
            }
            default -> throw unexpected("one of \" \\ / b f n r t u after a backslash");
        }
        pos++;
    }

    private char hexUnit() {
        int unit = 0;
        for (int i = 0; i < 4; i++) {
            char c = peek();
            // Character.digit alone would also take digits of other scripts.
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                throw unexpected("four hexadecimal digits after \\u");
            }
            unit = unit << 4 | digit;
            pos++;
        }
        return (char) unit;
    }

    private void blanks() {
        while (pos < text.length()) {
            char c = text.charAt(pos);
            if (c != ' ' && c != '\n' && c != '\t' && c != '\r') {
                return;
            }
            pos++;
        }
    }

    /** The next character, or NUL at the end; NUL itself is not allowed anywhere. */
    private char peek() {
        return pos < text.length() ? text.charAt(pos) : 0;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private void checkDepth(int depth) {
        if (depth > limits.maxDepth()) {
            throw failure(
                    pos, "nested deeper than " + limits.maxDepth() + " levels; expected at most " + limits.maxDepth());
        }
    }

    private InvalidInputException loneSurrogate(int at, char unit) {
        return failure(at, "lone surrogate U+%04X; expected a high surrogate and then a low one".formatted((int) unit));
    }

    private InvalidInputException unexpected(String expected) {
        String found;
        if (pos >= text.length()) {
            found = "the end of the text";
        } else {
            int c = text.codePointAt(pos);
            boolean visible = Character.isLetterOrDigit(c) || c > ' ' && c < 127;
            found = visible ? "'" + Character.toString(c) + "'" : "U+%04X".formatted(c);
        }
        return failure(pos, "expected " + expected + ", found " + found);
    }

    private InvalidInputException failure(int at, String what) {
        return new InvalidInputException(position(at) + what);
    }

    private String position(int at) {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < at; i++) {
            char c = text.charAt(i);
            if (c == '\n' || c == '\r' && (i + 1 == text.length() || text.charAt(i + 1) != '\n')) {
                line++;
                lineStart = i + 1;
            }
        }
        return "invalid JSON at line " + line + ", column " + (at - lineStart + 1) + ": ";
    }

    /** Escaped again, so that a key cannot break the message's line. */
    private static String quoted(String key) {
        String shown = key.length() <= 40 ? key : key.substring(0, key.offsetByCodePoints(0, 20)) + "…";
        return Json.stringChecked(shown).toString();
    }
}
