package io.arkestra.vector.search.internal;

import java.nio.IntBuffer;

/**
 * A finished graph: for every row up to {@code degree} neighbours in one array, -1 after the last one, the rows where a search begins and
 * the rows that no path leads to. Immutable.
 */
public final class FrozenGraph {
    private final int size;
    private final int degree;
    private final int[] neighbours;
    private final int[] entries;
    private final int[] orphans;

    private FrozenGraph(int size, int degree, int[] neighbours, int[] entries, int[] orphans) {
        this.size = size;
        this.degree = degree;
        this.neighbours = neighbours;
        this.entries = entries;
        this.orphans = orphans;
    }

    /**
     * A graph of this adjacency; the rows that cannot be reached from the entries are found here.
     *
     * @param neighbours {@code size * degree} ordinals, -1 after a row's last; not copied
     */
    static FrozenGraph of(int size, int degree, int[] neighbours, int[] entries) {
        return new FrozenGraph(
                size, degree, neighbours, entries.clone(), unreachable(size, degree, neighbours, entries));
    }

    /**
     * A graph as its accessors gave it, copied to the heap.
     *
     * @throws IllegalArgumentException when it leads outside of its rows
     */
    public static FrozenGraph read(int size, int degree, IntBuffer neighbours, int[] entries, int[] orphans) {
        int[] copy = new int[Math.multiplyExact(size, degree)];
        neighbours.get(copy);
        check(size, copy, -1);
        check(size, entries, 0);
        check(size, orphans, 0);
        return new FrozenGraph(size, degree, copy, entries.clone(), orphans.clone());
    }

    private static void check(int size, int[] ordinals, int least) {
        for (int ordinal : ordinals) {
            if (ordinal < least || ordinal >= size) {
                throw new IllegalArgumentException("A graph of " + size + " rows leads to row " + ordinal);
            }
        }
    }

    /** Builders can leave rows behind, above all among many equal ones; nobody would ever find them. */
    private static int[] unreachable(int size, int degree, int[] neighbours, int[] entries) {
        RowBits unseen = RowBits.all(size);
        int[] queue = new int[size];
        int end = 0;
        for (int entry : entries) {
            if (unseen.get(entry)) {
                unseen.clear(entry);
                queue[end++] = entry;
            }
        }
        for (int next = 0; next < end; next++) {
            int from = queue[next] * degree;
            for (int i = from; i < from + degree && neighbours[i] >= 0; i++) {
                if (unseen.get(neighbours[i])) {
                    unseen.clear(neighbours[i]);
                    queue[end++] = neighbours[i];
                }
            }
        }
        return unseen.toOrdinals();
    }

    /** Rows. */
    public int size() {
        return size;
    }

    public int degree() {
        return degree;
    }

    /** {@code size * degree} ordinals, row after row, -1 after the last; a read-only view. */
    public IntBuffer neighbours() {
        return IntBuffer.wrap(neighbours).asReadOnlyBuffer();
    }

    /** A copy: where a search begins. */
    public int[] entries() {
        return entries.clone();
    }

    /** A copy: rows that no path leads to; every search looks at them. */
    public int[] orphans() {
        return orphans.clone();
    }

    /** Bytes on the heap. */
    public long bytes() {
        return (long) Integer.BYTES * (neighbours.length + entries.length + orphans.length);
    }

    int[] array() {
        return neighbours;
    }

    int[] entryArray() {
        return entries;
    }

    int[] orphanArray() {
        return orphans;
    }
}
