package io.arkestra.vector.search.internal;

import java.util.Arrays;

/** The best rows so far, at most a given number, in a heap whose root is the worst of them. */
final class BestRows {
    private long[] heap = new long[16];
    private int limit;
    private int size;

    void reset(int newLimit) {
        limit = newLimit;
        size = 0;
        if (heap.length < newLimit) {
            heap = new long[newLimit];
        }
    }

    /** Sorts like (score, then smaller ordinal first). */
    static long pack(float score, int ordinal) {
        int bits = Float.floatToRawIntBits(score);
        return (long) (bits ^ bits >> 31 & 0x7fffffff) << 32 | ~ordinal & 0xffffffffL;
    }

    static int ordinal(long packed) {
        return ~(int) packed;
    }

    static float score(long packed) {
        int bits = (int) (packed >> 32);
        return Float.intBitsToFloat(bits ^ bits >> 31 & 0x7fffffff);
    }

    void offer(float score, int ordinal) {
        long packed = pack(score, ordinal);
        if (size < limit) {
            int at = size++;
            while (at > 0) {
                int parent = at - 1 >>> 1;
                if (heap[parent] <= packed) {
                    break;
                }
                heap[at] = heap[parent];
                at = parent;
            }
            heap[at] = packed;
        } else if (packed > heap[0]) {
            int at = 0;
            for (int child = 1; child < size; child = 2 * at + 1) {
                if (child + 1 < size && heap[child + 1] < heap[child]) {
                    child++;
                }
                if (heap[child] >= packed) {
                    break;
                }
                heap[at] = heap[child];
                at = child;
            }
            heap[at] = packed;
        }
    }

    int size() {
        return size;
    }

    /** In no order. */
    int ordinalAt(int index) {
        return ordinal(heap[index]);
    }

    Found toFound() {
        Arrays.sort(heap, 0, size);
        int[] ordinals = new int[size];
        float[] scores = new float[size];
        for (int i = 0; i < size; i++) {
            long packed = heap[size - 1 - i];
            ordinals[i] = ordinal(packed);
            scores[i] = score(packed);
        }
        return new Found(ordinals, scores);
    }
}
