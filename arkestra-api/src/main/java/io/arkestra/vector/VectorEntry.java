package io.arkestra.vector;

import java.util.Objects;

/** A vector with its id. The vector is copied at the boundary. */
public final class VectorEntry {
    private final String id;
    private final float[] vector;

    private VectorEntry(String id, float[] vector) {
        this.id = Objects.requireNonNull(id, "id");
        this.vector = vector;
    }

    /**
     * @param id unique in the partition, at most 200 characters
     * @param vector finite numbers, not all zero; of any length, compared by cosine
     */
    public static VectorEntry of(String id, float[] vector) {
        return new VectorEntry(id, vector.clone());
    }

    public String id() {
        return id;
    }

    /** A copy. */
    public float[] vector() {
        return vector.clone();
    }

    @Override
    public String toString() {
        return "VectorEntry[" + id + "]";
    }
}
