package io.arkestra.vector.search.internal;

import java.util.Arrays;

/** A set of ordinals below a bound, for example of the rows that may be found. Not thread-safe while it is changed. */
public final class RowBits {
    private final int size;
    private final long[] words;

    private RowBits(int size, long[] words) {
        this.size = size;
        this.words = words;
    }

    public static RowBits none(int size) {
        return new RowBits(size, new long[size + 63 >>> 6]);
    }

    public static RowBits all(int size) {
        RowBits bits = none(size);
        Arrays.fill(bits.words, -1L);
        if ((size & 63) != 0) {
            bits.words[size >>> 6] = (1L << size) - 1;
        }
        return bits;
    }

    /** From words as {@link #toWords()} gives them; copied. Missing words count as zero, bits past the size are dropped. */
    public static RowBits of(int size, long[] words) {
        RowBits bits = all(size);
        for (int i = 0; i < bits.words.length; i++) {
            bits.words[i] &= i < words.length ? words[i] : 0;
        }
        return bits;
    }

    public int size() {
        return size;
    }

    public boolean get(int ordinal) {
        return (words[ordinal >>> 6] & 1L << ordinal) != 0;
    }

    public void set(int ordinal) {
        words[ordinal >>> 6] |= 1L << ordinal;
    }

    public void clear(int ordinal) {
        words[ordinal >>> 6] &= ~(1L << ordinal);
    }

    /** How many there are. */
    public int count() {
        int count = 0;
        for (long word : words) {
            count += Long.bitCount(word);
        }
        return count;
    }

    /** The ordinals, ascending. */
    public int[] toOrdinals() {
        int[] ordinals = new int[count()];
        int n = 0;
        for (int w = 0; w < words.length; w++) {
            for (long word = words[w]; word != 0; word &= word - 1) {
                ordinals[n++] = (w << 6) + Long.numberOfTrailingZeros(word);
            }
        }
        return ordinals;
    }

    /** A copy; bit {@code i} is bit {@code i % 64} of word {@code i / 64}. */
    public long[] toWords() {
        return words.clone();
    }

    public RowBits copy() {
        return new RowBits(size, words.clone());
    }

    /** The words themselves, for the inner loops. */
    long[] words() {
        return words;
    }
}
