package io.arkestra.vector;

import io.arkestra.common.Cancellation;
import io.arkestra.common.InvalidInputException;
import java.util.Objects;

/** What to look for in one partition. Immutable; the vector is copied at the boundary. */
public final class VectorQuery {
    /** How many of the true nearest must be found, on average. */
    public enum Effort {
        /** About nine of ten. */
        FAST,
        /** At least 95 of 100. */
        BALANCED,
        /** At least 99 of 100. */
        HIGH,
        /** All: every row is compared in full precision. */
        EXACT
    }

    private final String model;
    private final float[] vector;
    private final int limit;
    private final double minimum;
    private final VectorFilter filter;
    private final Effort effort;
    private final Cancellation cancel;

    private VectorQuery(
            String model,
            float[] vector,
            int limit,
            double minimum,
            VectorFilter filter,
            Effort effort,
            Cancellation cancel) {
        this.model = Objects.requireNonNull(model, "model");
        this.vector = vector;
        this.limit = limit;
        this.minimum = minimum;
        this.filter = Objects.requireNonNull(filter, "filter");
        this.effort = Objects.requireNonNull(effort, "effort");
        this.cancel = Objects.requireNonNull(cancel, "cancel");
    }

    /** The ten nearest, whatever their score, with {@link Effort#BALANCED}. */
    public static VectorQuery of(String model, float[] vector) {
        return new VectorQuery(model, vector.clone(), 10, -1, VectorFilter.all(), Effort.BALANCED, Cancellation.none());
    }

    /** At most this many hits, 1 to 10,000. */
    public VectorQuery limit(int value) {
        if (value < 1 || value > 10_000) {
            throw new InvalidInputException("Vector query limit is " + value + "; expected 1 to 10000");
        }
        return new VectorQuery(model, vector, value, minimum, filter, effort, cancel);
    }

    /** Only hits with at least this cosine, -1 to 1. */
    public VectorQuery minimum(double cosine) {
        return new VectorQuery(model, vector, limit, cosine, filter, effort, cancel);
    }

    public VectorQuery filter(VectorFilter value) {
        return new VectorQuery(model, vector, limit, minimum, value, effort, cancel);
    }

    public VectorQuery effort(Effort value) {
        return new VectorQuery(model, vector, limit, minimum, filter, value, cancel);
    }

    /** Looked at between segments. */
    public VectorQuery cancel(Cancellation value) {
        return new VectorQuery(model, vector, limit, minimum, filter, effort, value);
    }

    public String model() {
        return model;
    }

    /** A copy. */
    public float[] vector() {
        return vector.clone();
    }

    public int limit() {
        return limit;
    }

    public double minimum() {
        return minimum;
    }

    public VectorFilter filter() {
        return filter;
    }

    public Effort effort() {
        return effort;
    }

    public Cancellation cancel() {
        return cancel;
    }

    @Override
    public String toString() {
        return "VectorQuery[" + model + ", limit " + limit + ", " + effort + "]";
    }
}
