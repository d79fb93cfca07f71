package io.arkestra.neuro.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.neuro.Mediator;
import io.arkestra.neuro.NeuroLevels;
import io.arkestra.neuro.Trait;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * All that is configured about the mood.
 *
 * @param enabled whether there is one
 * @param perTurn how far one turn may move a level
 * @param perHour how far a level may be moved within any hour, up and down added
 * @param sleepReset how much of the way back to the base the nightly work brings a level, 0 to 1
 * @param kept how long the history is kept
 * @param most how many changes of a user are kept
 * @param mediators each of them
 * @param biases each trait
 * @param words what a model is told
 */
public record NeuroProfile(
        boolean enabled,
        double perTurn,
        double perHour,
        double sleepReset,
        Duration kept,
        int most,
        Map<Mediator, MediatorRange> mediators,
        Map<Trait, BiasRule> biases,
        StyleWords words) {
    public NeuroProfile {
        mediators = complete(Mediator.class, mediators);
        biases = complete(Trait.class, biases);
        if (!(perTurn > 0) || !(perHour > 0) || !(sleepReset >= 0 && sleepReset <= 1) || most < 1) {
            throw new ConfigException("perTurn " + perTurn + ", perHour " + perHour + ", sleepReset " + sleepReset
                    + ", most " + most + "; expected limits above 0, a share from 0 to 1 and at least 1 change");
        }
    }

    private static <K extends Enum<K>, V> Map<K, V> complete(Class<K> type, Map<K, V> given) {
        EnumMap<K, V> copy = new EnumMap<>(type);
        for (K key : type.getEnumConstants()) {
            V value = given.get(key);
            if (value == null) {
                throw new ConfigException("nothing is given for " + key + "; expected all of " + type.getSimpleName());
            }
            copy.put(key, value);
        }
        return java.util.Collections.unmodifiableMap(copy);
    }

    /** The range of a mediator. */
    public MediatorRange range(Mediator mediator) {
        return Objects.requireNonNull(mediators.get(mediator));
    }

    BiasRule bias(Trait trait) {
        return Objects.requireNonNull(biases.get(trait));
    }

    /** Levels made of what a function takes from each range. */
    public NeuroLevels levels(ToDoubleFunction<MediatorRange> part, Instant at) {
        EnumMap<Mediator, Double> levels = new EnumMap<>(Mediator.class);
        mediators.forEach((mediator, range) -> levels.put(mediator, part.applyAsDouble(range)));
        return NeuroLevels.of(levels, at);
    }

    /** Levels that rest. */
    public NeuroLevels base(Instant at) {
        return levels(MediatorRange::base, at);
    }
}
