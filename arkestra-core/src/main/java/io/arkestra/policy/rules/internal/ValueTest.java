package io.arkestra.policy.rules.internal;

import com.google.re2j.Pattern;
import io.arkestra.common.Json;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a value has to be. Immutable. */
interface ValueTest {
    /** Longest text that a regular expression is tried on, in UTF-16 code units: longer ones cannot be judged. */
    int LONGEST = 64 * 1024;

    /**
     * Whether the value is so.
     *
     * @param key which value, for messages
     * @throws RuleFailure when the value is of a kind that the test is not made for
     */
    boolean fits(String key, Json value);

    /** All of them. */
    static ValueTest all(List<ValueTest> tests) {
        List<ValueTest> copy = List.copyOf(tests);
        return (key, value) -> {
            for (ValueTest test : copy) {
                if (!test.fits(key, value)) {
                    return false;
                }
            }
            return true;
        };
    }

    /** One of these values; numbers are compared by what they are worth. */
    static ValueTest in(List<Json> values) {
        List<Json> copy = List.copyOf(values);
        return (key, value) -> copy.stream().anyMatch(wanted -> equal(wanted, value));
    }

    static ValueTest glob(String pattern) {
        return (key, value) -> NamePattern.matches(pattern, text(key, "glob", value));
    }

    /** The whole text, by RE2 in linear time. */
    static ValueTest regex(Pattern pattern) {
        return (key, value) -> {
            String text = text(key, "regex", value);
            if (text.length() > LONGEST) {
                throw new RuleFailure(key + " is longer than " + LONGEST + " characters, too long for a regex");
            }
            return pattern.matches(text);
        };
    }

    /** A number between two, both included. */
    static ValueTest range(@Nullable BigDecimal min, @Nullable BigDecimal max) {
        return (key, value) -> {
            if (!value.isNumber()) {
                throw new RuleFailure(key + " is no number, and the rule compares it with a range");
            }
            BigDecimal number = value.asDecimal();
            return (min == null || number.compareTo(min) >= 0) && (max == null || number.compareTo(max) <= 0);
        };
    }

    /** A text of at most so many characters, or a list of at most so many items. */
    static ValueTest maxLength(int most) {
        return (key, value) -> {
            if (value.isArray()) {
                return value.size() <= most;
            }
            String text = text(key, "maxLength", value);
            return text.codePointCount(0, text.length()) <= most;
        };
    }

    private static boolean equal(Json wanted, Json value) {
        return wanted.isNumber() && value.isNumber()
                ? wanted.asDecimal().compareTo(value.asDecimal()) == 0
                : wanted.equals(value);
    }

    private static String text(String key, String operator, Json value) {
        if (!value.isString()) {
            throw new RuleFailure(key + " is no text, and the rule looks at it with " + operator);
        }
        return value.asString();
    }
}
