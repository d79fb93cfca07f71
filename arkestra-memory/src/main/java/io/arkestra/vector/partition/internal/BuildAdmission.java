package io.arkestra.vector.partition.internal;

import io.arkestra.common.Cancellation;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Lets builds of all partitions together take no more than a share of the heap; the others wait for their turn. */
final class BuildAdmission {
    /** Per row beside codes: the builder's adjacency lists and their bookkeeping, its scratch, and order and offsets of the rows. */
    private static final long GRAPH_ROW = 900;

    private static final long SCAN_ROW = 32;
    private static final long LOOK_MILLIS = 50;

    private final long budget;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition freed = lock.newCondition();
    private long taken;

    BuildAdmission(long budget) {
        this.budget = budget;
    }

    /** Heap that a merge into a segment of so many rows takes. */
    static long estimate(long rows, int dimension, boolean graph) {
        // Codes of one bit with their terms, once made and once on the way to the file; with a graph also one byte a
        // dimension.
        long codes = 2L * (dimension / 8 + 16);
        return rows * (graph ? codes + dimension + GRAPH_ROW : codes + SCAN_ROW);
    }

    /** Rows of the largest segment with a graph that may be built at all. */
    long mostRows(int dimension) {
        return budget / estimate(1, dimension, true);
    }

    /** Waits until so much is free. What is more than everything is admitted alone. */
    void enter(long bytes, Cancellation cancel) {
        long wanted = Math.min(bytes, budget);
        lock.lock();
        try {
            while (taken + wanted > budget) {
                cancel.throwIfCancelled();
                try {
                    freed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new io.arkestra.common.CancelledException("interrupted");
                }
            }
            taken += wanted;
        } finally {
            lock.unlock();
        }
    }

    void leave(long bytes) {
        lock.lock();
        try {
            taken -= Math.min(bytes, budget);
            freed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
