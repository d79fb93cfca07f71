package io.arkestra.neuro;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The level of every mediator at a moment. Levels have no unit; the profile says between what and what they are. Immutable. */
public final class NeuroLevels {
    private static final double PRECISION = 1e6;

    private final EnumMap<Mediator, Double> levels;
    private final Instant at;

    private NeuroLevels(EnumMap<Mediator, Double> levels, Instant at) {
        this.levels = levels;
        this.at = at;
    }

    /**
     * Levels at a moment.
     *
     * @throws InvalidInputException when one is missing or not a number
     */
    public static NeuroLevels of(Map<Mediator, Double> levels, Instant at) {
        EnumMap<Mediator, Double> copy = new EnumMap<>(Mediator.class);
        for (Mediator mediator : Mediator.values()) {
            Double level = levels.get(mediator);
            if (level == null || !Double.isFinite(level)) {
                throw new InvalidInputException(
                        "The level of " + mediator.word() + " is " + level + "; expected a finite number");
            }
            copy.put(mediator, level);
        }
        return new NeuroLevels(copy, Objects.requireNonNull(at, "at"));
    }

    /**
     * Reads what {@link #toJson} writes.
     *
     * @throws InvalidInputException when a level is missing or not a number
     */
    public static NeuroLevels from(Json json, Instant at) {
        EnumMap<Mediator, Double> levels = new EnumMap<>(Mediator.class);
        for (Mediator mediator : Mediator.values()) {
            json.decimal(mediator.word()).ifPresent(level -> levels.put(mediator, level.doubleValue()));
        }
        return of(levels, at);
    }

    public double level(Mediator mediator) {
        return Objects.requireNonNull(levels.get(mediator));
    }

    /** The moment at which the levels are so. */
    public Instant at() {
        return at;
    }

    /** An object with a number for each mediator, rounded to six places. */
    public Json toJson() {
        Json.ObjectBuilder json = Json.object();
        levels.forEach((mediator, level) -> json.put(mediator.word(), rounded(level)));
        return json.build();
    }

    static double rounded(double value) {
        return Math.round(value * PRECISION) / PRECISION;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NeuroLevels that && levels.equals(that.levels) && at.equals(that.at);
    }

    @Override
    public int hashCode() {
        return Objects.hash(levels, at);
    }

    @Override
    public String toString() {
        return "NeuroLevels" + toJson() + " at " + at;
    }
}
