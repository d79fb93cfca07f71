package io.arkestra.persona.internal;

import io.arkestra.common.ConfigException;

/**
 * Whether a turn goes on by itself until its answer is good, and how far.
 *
 * @param enabled whether turns do so unless they say otherwise
 * @param maxIterations answers that a turn may give at most, the first one counted
 * @param qualityThreshold from which quality on, 0 to 1, the critic finds nothing to add
 */
public record Autonomy(boolean enabled, int maxIterations, double qualityThreshold) {
    /** Answers that any turn may give at most. */
    public static final int MOST_ITERATIONS = 16;

    public Autonomy {
        if (maxIterations < 1 || maxIterations > MOST_ITERATIONS) {
            throw new ConfigException("maxIterations is " + maxIterations + "; expected 1 to " + MOST_ITERATIONS);
        }
        if (!(qualityThreshold >= 0 && qualityThreshold <= 1)) {
            throw new ConfigException("qualityThreshold is " + qualityThreshold + "; expected 0 to 1");
        }
    }
}
