package io.arkestra.neuro.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.neuro.Trait;
import java.util.Map;

/**
 * What a model is told when a trait stands out.
 *
 * @param low at or below this a trait is low
 * @param high at or above this a trait is high
 * @param whenLow by trait and language
 * @param whenHigh by trait and language
 */
public record StyleWords(
        double low, double high, Map<Trait, Map<String, String>> whenLow, Map<Trait, Map<String, String>> whenHigh) {
    public StyleWords {
        if (!(low < high)) {
            throw new ConfigException("low is " + low + " and high is " + high + "; expected low < high");
        }
        whenLow = Map.copyOf(whenLow);
        whenHigh = Map.copyOf(whenHigh);
    }
}
