package io.arkestra.neuro.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.neuro.Mediator;
import java.util.Map;

/**
 * How levels make a trait: {@code base} plus the weighted distances of levels from their bases, held between {@code min} and
 * {@code max}. Monotone in each level: rising with a positive weight, falling with a negative one, untouched without one.
 *
 * @param min the least
 * @param base what it is when every level is at its base
 * @param max the most
 * @param weights by mediator
 */
public record BiasRule(double min, double base, double max, Map<Mediator, Double> weights) {
    public BiasRule {
        if (!(min <= base && base <= max)) {
            throw new ConfigException(
                    "min " + min + ", base " + base + ", max " + max + "; expected min <= base <= max");
        }
        weights = Map.copyOf(weights);
    }
}
