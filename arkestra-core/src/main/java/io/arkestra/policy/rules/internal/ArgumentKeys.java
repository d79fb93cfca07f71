package io.arkestra.policy.rules.internal;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.arkestra.common.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the key {@code args}: paths to arguments, and what their values have to be. Used once. */
final class ArgumentKeys {
    private static final List<String> OPERATORS = List.of("eq", "in", "glob", "regex", "range", "maxLength");
    private static final int LONGEST_PATTERN = 1_000;

    private final RuleText text;

    ArgumentKeys(RuleText text) {
        this.text = text;
    }

    List<Condition> read(String pointer, Json found) {
        if (!found.isObject() || found.members().isEmpty()) {
            text.wrong(pointer, found, "a mapping of paths to arguments, such as { mode: { eq: fast } }");
            return List.of();
        }
        List<Condition> conditions = new ArrayList<>();
        found.members()
                .forEach((path, wanted) ->
                        argument(RuleText.child(pointer, path), path, wanted).ifPresent(conditions::add));
        return conditions;
    }

    /** One argument, also as {@code args.PATH} beside the other keys. */
    Optional<Condition> argument(String pointer, String path, Json wanted) {
        Optional<ValueTest> test = test(pointer, wanted);
        try {
            ArgumentCondition condition = ArgumentCondition.of(path, test.orElse((key, value) -> false));
            return test.map(read -> condition);
        } catch (IllegalArgumentException e) {
            text.file().keyProblem(pointer, "'" + path + "' " + e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<ValueTest> test(String pointer, Json wanted) {
        Map<String, Json> operators = text.mapping(pointer, wanted, OPERATORS);
        List<ValueTest> tests = new ArrayList<>();
        operators.forEach((operator, value) -> {
            String place = RuleText.child(pointer, operator);
            switch (operator) {
                case "eq" -> tests.add(ValueTest.in(List.of(value)));
                case "in" -> {
                    if (value.isArray() && value.size() > 0) {
                        tests.add(ValueTest.in(value.items()));
                    } else {
                        text.wrong(place, value, "a list of values");
                    }
                }
                case "glob" -> {
                    if (value.isString()) {
                        tests.add(ValueTest.glob(value.asString()));
                    } else {
                        text.wrong(place, value, "a text in which * stands for any characters and ? for one");
                    }
                }
                case "regex" -> regex(place, value).ifPresent(tests::add);
                case "range" -> range(place, value).ifPresent(tests::add);
                case "maxLength" ->
                    text.whole(place, value, 0, Integer.MAX_VALUE)
                            .ifPresent(most -> tests.add(ValueTest.maxLength(most)));
                default -> {} // noted as an unknown key
            }
        });
        if (wanted.isObject() && operators.isEmpty()) {
            text.wrong(pointer, wanted, "one of: " + String.join(", ", OPERATORS));
        }
        return tests.isEmpty() ? Optional.empty() : Optional.of(ValueTest.all(tests));
    }

    private Optional<ValueTest> regex(String place, Json value) {
        if (!value.isString() || value.asString().isEmpty() || value.asString().length() > LONGEST_PATTERN) {
            text.wrong(place, value, "a regular expression of RE2 of 1 to " + LONGEST_PATTERN + " characters");
            return Optional.empty();
        }
        try {
            return Optional.of(ValueTest.regex(Pattern.compile(value.asString())));
        } catch (PatternSyntaxException e) {
            text.unfit(place, value, "RE2 does not understand: " + e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<ValueTest> range(String place, Json value) {
        Map<String, Json> ends = text.mapping(place, value, List.of("min", "max"));
        @Nullable BigDecimal min = end(place, "min", ends);
        @Nullable BigDecimal max = end(place, "max", ends);
        if (min == null && max == null || min != null && max != null && min.compareTo(max) > 0) {
            text.wrong(place, value, "min, max or both, min not above max");
            return Optional.empty();
        }
        return Optional.of(ValueTest.range(min, max));
    }

    private @Nullable BigDecimal end(String place, String key, Map<String, Json> ends) {
        Json value = ends.get(key);
        if (value == null) {
            return null;
        }
        if (!value.isNumber()) {
            text.wrong(RuleText.child(place, key), value, "a number");
            return null;
        }
        return value.asDecimal();
    }
}
