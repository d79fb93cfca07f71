package io.arkestra.policy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How risky an action is and why: points that add up. Immutable.
 *
 * @param score 0 to 100
 * @param parts what gave points, in the order of counting, for example {@code fs.write} 20
 */
public record Risk(int score, Map<String, Integer> parts) {
    /** Nothing is known to be risky. */
    public static final Risk NONE = new Risk(0, Map.of());

    /** The levels. */
    public enum Level {
        /** Below 30. */
        LOW,
        /** From 30. */
        MEDIUM,
        /** From 60. */
        HIGH
    }

    public Risk {
        if (score < 0 || score > 100) {
            throw new IllegalArgumentException("Risk is " + score + "; expected 0 to 100");
        }
        parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
    }

    /** Of parts that add up; more than 100 counts as 100. */
    public static Risk of(Map<String, Integer> parts) {
        int sum = parts.values().stream().mapToInt(Integer::intValue).sum();
        return new Risk(Math.max(0, Math.min(100, sum)), parts);
    }

    public Level level() {
        return score < 30 ? Level.LOW : score < 60 ? Level.MEDIUM : Level.HIGH;
    }
}
