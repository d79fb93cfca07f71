package io.arkestra.vector;

import java.util.List;

/**
 * What a search found. Use the factory: components that later releases add get their default there.
 *
 * @param hits best first, ties by id
 * @param mean of the cosines of all entries of the partition with the query, filter or not; from a sample when there are many
 * @param deviation standard deviation of the same; 0 when there are fewer than two entries
 */
public record VectorResult(List<VectorHit> hits, double mean, double deviation) {
    public VectorResult {
        hits = List.copyOf(hits);
    }

    public static VectorResult of(List<VectorHit> hits, double mean, double deviation) {
        return new VectorResult(hits, mean, deviation);
    }
}
