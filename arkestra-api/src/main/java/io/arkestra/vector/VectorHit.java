package io.arkestra.vector;

/**
 * A found entry. Use the factory: components that later releases add get their default there.
 *
 * @param id of the entry
 * @param score the exact cosine, -1 to 1
 */
public record VectorHit(String id, double score) {
    public static VectorHit of(String id, double score) {
        return new VectorHit(id, score);
    }
}
