package io.arkestra.neuro.internal;

import io.arkestra.neuro.Mediator;
import io.arkestra.neuro.NeuroLevels;
import io.arkestra.neuro.NeuroUpdate;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * How levels move. A change fades exponentially: after each half-life half of the distance from the base is left. What is asked for is cut
 * to what one turn may do, then to what the hour still allows, then to the range. Pure functions of their arguments.
 */
public final class NeuroDynamics {
    private final NeuroProfile profile;

    public NeuroDynamics(NeuroProfile profile) {
        this.profile = profile;
    }

    /**
     * What came of an update.
     *
     * @param levels the levels afterwards
     * @param applied by how much each was moved
     */
    public record Moved(NeuroLevels levels, NeuroUpdate applied) {}

    /** The levels at a later moment. A clock that was set back changes nothing. */
    public NeuroLevels decayed(NeuroLevels levels, Instant now) {
        Duration passed = Duration.between(levels.at(), now);
        double seconds = passed.isNegative() ? 0 : passed.toMillis() / 1000.0;
        EnumMap<Mediator, Double> later = new EnumMap<>(Mediator.class);
        for (Mediator mediator : Mediator.values()) {
            MediatorRange range = profile.range(mediator);
            double left =
                    Math.pow(0.5, seconds / Math.max(1e-3, range.halfLife().toMillis() / 1000.0));
            // Levels that were kept under another profile come into the range of this one.
            later.put(mediator, range.clamp(range.base() + (levels.level(mediator) - range.base()) * left));
        }
        return NeuroLevels.of(later, passed.isNegative() ? levels.at() : now);
    }

    /**
     * Moves levels.
     *
     * @param asked what is asked for
     * @param moved by how much each level was moved within the last hour, up and down added
     */
    public Moved apply(NeuroLevels levels, NeuroUpdate asked, Map<Mediator, Double> moved) {
        EnumMap<Mediator, Double> after = new EnumMap<>(Mediator.class);
        EnumMap<Mediator, Double> applied = new EnumMap<>(Mediator.class);
        for (Mediator mediator : Mediator.values()) {
            double level = levels.level(mediator);
            double left = Math.max(0, profile.perHour() - Objects.requireNonNullElse(moved.get(mediator), 0.0));
            double limit = Math.min(profile.perTurn(), left);
            double change = Math.max(-limit, Math.min(limit, asked.change(mediator)));
            double next = profile.range(mediator).clamp(level + change);
            after.put(mediator, next);
            applied.put(mediator, next - level);
        }
        return new Moved(NeuroLevels.of(after, levels.at()), NeuroUpdate.of(applied));
    }

    /** Brings levels towards their base by this share of the way, 0 to 1. */
    public Moved towardsBase(NeuroLevels levels, double share) {
        EnumMap<Mediator, Double> after = new EnumMap<>(Mediator.class);
        EnumMap<Mediator, Double> applied = new EnumMap<>(Mediator.class);
        for (Mediator mediator : Mediator.values()) {
            double level = levels.level(mediator);
            double base = profile.range(mediator).base();
            double next = share >= 1 ? base : level + (base - level) * share;
            after.put(mediator, next);
            applied.put(mediator, next - level);
        }
        return new Moved(NeuroLevels.of(after, levels.at()), NeuroUpdate.of(applied));
    }
}
