package io.arkestra.vector.partition.internal;

import io.arkestra.vector.VectorIndexException;
import io.arkestra.vector.VectorPartition;

/** Checks vectors and brings them to length 1, so that a dot product is a cosine. */
final class UnitVector {
    private UnitVector() {}

    /**
     * @param what it is, for the message
     * @return a new array
     * @throws VectorIndexException with code {@code vector.model} for another dimension, {@code vector.value} for what has no direction
     */
    static float[] of(float[] vector, VectorPartition partition, String what) {
        if (vector.length != partition.dimension()) {
            throw new VectorIndexException(
                    "model",
                    what + " has " + vector.length + " dimensions; the partition '" + partition.collection()
                            + "' of model " + partition.model() + " takes " + partition.dimension()
                            + ". Embed it with that model",
                    null);
        }
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        if (!(squares > 0) || Double.isInfinite(squares)) {
            throw new VectorIndexException(
                    "value",
                    what + (squares == 0 ? " is zero" : " is not finite")
                            + "; expected finite numbers that are not all zero. Nothing was applied",
                    null);
        }
        double length = 1 / Math.sqrt(squares);
        float[] unit = new float[vector.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (vector[i] * length);
        }
        return unit;
    }
}
