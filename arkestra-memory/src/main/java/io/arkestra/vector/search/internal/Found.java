package io.arkestra.vector.search.internal;

/** What a search found: ordinals with their exact cosines, best first, ties by ordinal. */
public final class Found {
    /** Nothing. */
    public static final Found NONE = new Found(new int[0], new float[0]);

    private final int[] ordinals;
    private final float[] scores;

    Found(int[] ordinals, float[] scores) {
        this.ordinals = ordinals;
        this.scores = scores;
    }

    public int size() {
        return ordinals.length;
    }

    public int ordinal(int index) {
        return ordinals[index];
    }

    public float score(int index) {
        return scores[index];
    }
}
