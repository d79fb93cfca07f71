package io.arkestra.vector.search.internal;

/**
 * How a graph is built.
 *
 * @param degree most neighbours of a row, 4 to 128
 * @param beam how many candidates a row's neighbours are chosen from, 8 to 1000
 */
public record GraphSpec(int degree, int beam) {
    /** Measured on text embeddings: a larger beam finds no more at the same cost. */
    public static final GraphSpec DEFAULT = new GraphSpec(32, 100);

    public GraphSpec {
        if (degree < 4 || degree > 128) {
            throw new IllegalArgumentException("Degree of a graph is " + degree + "; expected 4 to 128");
        }
        if (beam < 8 || beam > 1000) {
            throw new IllegalArgumentException("Beam of a graph is " + beam + "; expected 8 to 1000");
        }
    }
}
