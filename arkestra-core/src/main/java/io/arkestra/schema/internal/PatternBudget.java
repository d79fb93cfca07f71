package io.arkestra.schema.internal;

import io.arkestra.common.Json;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Tries the regular expressions of a schema on the texts of a value with a bounded number of steps, before the schema library uses
 * them without a bound: a schema may come from a stranger, and some expressions take years on forty characters.
 */
final class PatternBudget {
    private static final long FREE_STEPS = 1_000_000;
    private static final long STEPS_PER_CHAR = 20;

    private final List<Pattern> patterns;
    private long steps;

    private PatternBudget(List<Pattern> patterns, long steps) {
        this.patterns = patterns;
        this.steps = steps;
    }

    /** Whether all the expressions together get through all the texts in time. */
    static boolean suffices(List<Pattern> patterns, Json value) {
        if (patterns.isEmpty()) {
            return true;
        }
        long length = value.toString().length();
        PatternBudget budget = new PatternBudget(patterns, FREE_STEPS + STEPS_PER_CHAR * length * patterns.size());
        try {
            budget.spend(value);
            return true;
        } catch (Exhausted e) {
            return false;
        }
    }

    private void spend(Json value) {
        switch (value.kind()) {
            case STRING -> spend(value.asString());
            case ARRAY -> value.items().forEach(this::spend);
            case OBJECT ->
                value.members().forEach((key, member) -> {
                    spend(key);
                    spend(member);
                });
            default -> {
                // No text in it.
            }
        }
    }

    private void spend(String text) {
        for (Pattern pattern : patterns) {
            pattern.matcher(new Counted(text)).find();
        }
    }

    private final class Counted implements CharSequence {
        private final CharSequence text;

        Counted(CharSequence text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (--steps < 0) {
                throw new Exhausted();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(text.subSequence(start, end));
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }

    private static final class Exhausted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Exhausted() {
            super("out of steps", null, false, false);
        }
    }
}
