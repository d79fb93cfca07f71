package io.arkestra.memory.semantic.internal;

import java.util.Collection;
import java.util.Map;

/** One query against the vectors of one owner in one space. Item keys are those of {@link SemanticIndex.Space}. Not thread-safe. */
public interface DenseSearch {
    /** The best cosine of each item, of the items that were found, at most as many as were asked for. */
    Map<String, Double> scores();

    /** Exact cosines of other items (neighbours, what words have found), as far as they have a vector. */
    Map<String, Double> scores(Collection<String> itemKeys);

    /** The vectors of items, of length 1, as far as they have one; of a text in several parts the one nearest to the query. */
    Map<String, float[]> vectors(Collection<String> itemKeys);

    /** The mean of all cosines of the partition with the query. Scores of two searches are only comparable after taking it off. */
    double mean();

    /** The standard deviation of the same; 0 when there are fewer than two. */
    double deviation();
}
