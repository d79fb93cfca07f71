package io.arkestra.neuro;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Changes of levels: what was asked for, or what came of it. A mediator that is not in it stays as it is. Immutable. */
public final class NeuroUpdate {
    private static final NeuroUpdate NONE = new NeuroUpdate(new EnumMap<>(Mediator.class));

    private final EnumMap<Mediator, Double> changes;

    private NeuroUpdate(EnumMap<Mediator, Double> changes) {
        this.changes = changes;
    }

    /** No change. */
    public static NeuroUpdate none() {
        return NONE;
    }

    /**
     * Changes by mediator; those of zero are left out.
     *
     * @throws InvalidInputException when one is not a number
     */
    public static NeuroUpdate of(Map<Mediator, Double> changes) {
        EnumMap<Mediator, Double> copy = new EnumMap<>(Mediator.class);
        changes.forEach((mediator, change) -> {
            if (!Double.isFinite(change)) {
                throw new InvalidInputException(
                        "The change of " + mediator.word() + " is " + change + "; expected a finite number");
            }
            if (change != 0) {
                copy.put(mediator, change);
            }
        });
        return copy.isEmpty() ? NONE : new NeuroUpdate(copy);
    }

    /** Reads what {@link #toJson} writes. Members that are no mediators are left out: a model may make some up. */
    public static NeuroUpdate from(Json json) {
        EnumMap<Mediator, Double> changes = new EnumMap<>(Mediator.class);
        for (Mediator mediator : Mediator.values()) {
            json.decimal(mediator.word()).ifPresent(change -> changes.put(mediator, change.doubleValue()));
        }
        return of(changes);
    }

    /** The change, 0 when there is none. */
    public double change(Mediator mediator) {
        Double change = changes.get(mediator);
        return change == null ? 0 : change;
    }

    /** Changes other than zero. */
    public Map<Mediator, Double> changes() {
        return Collections.unmodifiableMap(changes);
    }

    public boolean isEmpty() {
        return changes.isEmpty();
    }

    /** An object with a number for each change, rounded to six places. */
    public Json toJson() {
        Json.ObjectBuilder json = Json.object();
        changes.forEach((mediator, change) -> json.put(mediator.word(), NeuroLevels.rounded(change)));
        return json.build();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NeuroUpdate that && changes.equals(that.changes);
    }

    @Override
    public int hashCode() {
        return changes.hashCode();
    }

    @Override
    public String toString() {
        return "NeuroUpdate" + toJson();
    }
}
