package io.arkestra.neuro.internal;

import io.arkestra.common.ConfigException;
import java.time.Duration;

/**
 * Where a level may be.
 *
 * @param min the lowest
 * @param base where it rests
 * @param max the highest
 * @param halfLife how long it takes until half of a change is gone
 */
public record MediatorRange(double min, double base, double max, Duration halfLife) {
    public MediatorRange {
        if (!(min <= base && base <= max && min < max)) {
            throw new ConfigException(
                    "min " + min + ", base " + base + ", max " + max + "; expected min <= base <= max and min < max");
        }
        if (halfLife.isZero() || halfLife.isNegative()) {
            throw new ConfigException("halfLife is " + halfLife + "; expected a duration above zero");
        }
    }

    double clamp(double level) {
        return Math.max(min, Math.min(max, level));
    }

    /**
     * How far a level is from its base, below it negative: 1 or -1 at the end that is farther from the base. Both sides have the same
     * measure, so that a small step where there is little room does not count as a large one.
     */
    double distance(double level) {
        return (clamp(level) - base) / Math.max(max - base, base - min);
    }
}
