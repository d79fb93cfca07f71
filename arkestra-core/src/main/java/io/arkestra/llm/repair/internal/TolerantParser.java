package io.arkestra.llm.repair.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parses one object or array that a model wrote almost as JSON. Where the text ends too early, what is open is closed and a pair
 * without its value is dropped. Every leniency that was needed is noted by name. Recursion is bounded. Used once.
 */
final class TolerantParser {
    private static final int MAX_DEPTH = 200;

    private final TolerantScanner in;
    private final Set<String> steps;

    /** A value that was cut: it is not known what would have followed. */
    private boolean cut;

    TolerantParser(String text, int start, Set<String> steps) {
        this.in = new TolerantScanner(text, start, steps);
        this.steps = steps;
    }

    /**
     * Parses the object or array at the start.
     *
     * @throws InvalidInputException when it cannot be told what was meant
     */
    Json parse() {
        Json value = in.peek() == '[' ? array(1) : object(1);
        if (cut) {
            steps.add(Steps.CUT);
        }
        return value;
    }

    /** Index after the value. */
    int end() {
        return in.position();
    }

    private Json object(int depth) {
        deeper(depth);
        in.take();
        Map<String, Json> members = new LinkedHashMap<>();
        while (true) {
            separators(!members.isEmpty());
            if (closed('}', ']')) {
                return Json.object(members);
            }
            String key = key();
            if (key == null) {
                return incomplete(members);
            }
            in.blanks();
            if (in.ended()) {
                return incomplete(members);
            }
            if (in.peek() != ':') {
                throw in.unexpected("':' after a key");
            }
            in.take();
            in.blanks();
            Json value = in.ended() ? null : value(depth);
            if (value == null) {
                return incomplete(members);
            }
            if (members.put(key, value) != null) {
                steps.add(Steps.DUPLICATE_KEYS);
            }
        }
    }

    private Json incomplete(Map<String, Json> members) {
        cut = true;
        steps.add(Steps.DROPPED_PAIR);
        return Json.object(members);
    }

    private Json array(int depth) {
        deeper(depth);
        in.take();
        List<Json> items = new ArrayList<>();
        while (true) {
            separators(!items.isEmpty());
            if (closed(']', '}')) {
                return Json.array(items);
            }
            Json item = value(depth);
            if (item == null) {
                cut = true;
                return Json.array(items);
            }
            items.add(item);
        }
    }

    private static void deeper(int depth) {
        if (depth > MAX_DEPTH) {
            throw new InvalidInputException("it is nested more than " + MAX_DEPTH + " levels deep");
        }
    }

    /** Skips what stands between two members or items. */
    private void separators(boolean needed) {
        in.blanks();
        boolean comma = false;
        while (!in.ended() && in.peek() == ',') {
            if (comma || !needed) {
                steps.add(Steps.TRAILING_COMMAS);
            }
            comma = true;
            in.take();
            in.blanks();
        }
        if (in.ended()) {
            return;
        }
        boolean closing = in.peek() == '}' || in.peek() == ']';
        if (comma && closing) {
            steps.add(Steps.TRAILING_COMMAS);
        } else if (needed && !comma && !closing) {
            steps.add(Steps.MISSING_COMMAS);
        }
    }

    /** Whether the value ends here: by its bracket, by the bracket of what is around it, or because the text ends. */
    private boolean closed(char own, char other) {
        if (in.ended()) {
            cut = true;
            return true;
        }
        if (in.peek() == own) {
            in.take();
            return true;
        }
        if (in.peek() == other) {
            // It belongs to what is around this value, if anything is; at the outermost level it stands for the right
            // one.
            steps.add(Steps.WRONG_BRACKET);
            if (in.nesting() <= 1) {
                in.take();
            }
            return true;
        }
        return false;
    }

    /** A key; null when the text ends in it. */
    private @Nullable String key() {
        if (TolerantScanner.opensText(in.peek())) {
            String key = in.quoted();
            return in.wasCut() ? null : key;
        }
        String word = in.word();
        if (word.isEmpty()) {
            throw in.unexpected("a key");
        }
        steps.add(Steps.UNQUOTED_KEYS);
        return in.ended() ? null : word;
    }

    /** A value; null when the text ends before it can be told. */
    private @Nullable Json value(int depth) {
        char c = in.peek();
        if (c == '{' || c == '[') {
            in.enter();
            Json nested = c == '{' ? object(depth + 1) : array(depth + 1);
            in.leave();
            return nested;
        }
        if (TolerantScanner.opensText(c)) {
            String text = in.quoted();
            cut |= in.wasCut();
            return Json.of(text);
        }
        if (c == '-' || c == '+' || c == '.' || (c >= '0' && c <= '9')) {
            return number();
        }
        return bareWord();
    }

    /** A number at the very end may lack digits: 12 of 1200. It is better not known than wrong. */
    private @Nullable Json number() {
        String digits = in.number();
        if (in.ended()) {
            return null;
        }
        if (digits.equals("-Infinity")) {
            steps.add(Steps.NOT_A_NUMBER);
            return Json.NULL;
        }
        try {
            return Json.parse(digits);
        } catch (InvalidInputException e) {
            String mended = NumberText.mend(digits);
            Json number = Json.parse(mended);
            steps.add(Steps.NUMBER_FORM);
            return number;
        }
    }

    private @Nullable Json bareWord() {
        String word = in.word();
        if (word.isEmpty()) {
            throw in.unexpected("a value");
        }
        switch (word) {
            case "true":
                return Json.TRUE;
            case "false":
                return Json.FALSE;
            case "null":
                return Json.NULL;
            case "True", "TRUE":
                steps.add(Steps.PYTHON_WORDS);
                return Json.TRUE;
            case "False", "FALSE":
                steps.add(Steps.PYTHON_WORDS);
                return Json.FALSE;
            case "None", "NULL", "Null":
                steps.add(Steps.PYTHON_WORDS);
                return Json.NULL;
            case "NaN", "Infinity", "undefined", "nan", "inf":
                steps.add(Steps.NOT_A_NUMBER);
                return Json.NULL;
            default:
                return unquoted(word);
        }
    }

    private @Nullable Json unquoted(String word) {
        in.blanks();
        if (in.ended()) {
            return null;
        }
        char next = in.peek();
        if (next != ',' && next != '}' && next != ']') {
            throw in.unexpected("',' or a closing bracket after an unquoted word");
        }
        steps.add(Steps.UNQUOTED_TEXT);
        return Json.of(word);
    }
}
