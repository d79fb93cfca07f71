package io.arkestra.embedding.onnx.internal;

/** Turns texts into the tokens of a model. Thread-safe. */
interface TextTokenizer extends AutoCloseable {
    Pieces pieces(String text);

    /** One sequence with the model's special tokens around it. */
    int[] single(int[] ids);

    /** Two sequences with the model's special tokens around them. */
    Pair pair(int[] first, int[] second);

    /** How many special tokens one sequence gets. */
    int singleOverhead();

    /** How many special tokens two sequences get. */
    int pairOverhead();

    /** Id of the token for what the vocabulary does not have; -1 when there is none. */
    int unknown();

    @Override
    void close();

    /**
     * Two sequences as one.
     *
     * @param ids of all tokens
     * @param types 0 for tokens of the first, 1 for those of the second
     */
    record Pair(int[] ids, int[] types) {}
}
