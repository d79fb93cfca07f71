package io.arkestra.vector.partition.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.vector.search.internal.FrozenGraph;
import io.arkestra.vector.search.internal.Int8Codes;
import io.arkestra.vector.search.internal.OneBitCodes;
import io.arkestra.vector.search.internal.RowSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Rows that do not change any more, in the order of their ids. Full vectors and ids stay in mapped files; codes and graph are in the
 * heap, after a restart as soon as a background thread has read them. Which of the rows are dead is kept beside it, in a
 * {@link SegmentPart}.
 */
final class SealedSegment {
    private static final long LOOK_MILLIS = 20;

    private final String name;
    private final int count;
    private final boolean hasGraph;
    private final List<StoredFile> files;
    private final RowSource rows;
    private final SegmentIds ids;
    private final long mappedBytes;
    private final CompletableFuture<Codes> codes;

    /** What a search needs in the heap. */
    record Codes(OneBitCodes bits, Optional<Int8Codes> bytes, Optional<FrozenGraph> graph) {
        long residentBytes() {
            return bits.bytes()
                    + bytes.map(Int8Codes::bytes).orElse(0L)
                    + graph.map(FrozenGraph::bytes).orElse(0L);
        }
    }

    SealedSegment(
            String name,
            int count,
            boolean hasGraph,
            List<StoredFile> files,
            RowSource rows,
            SegmentIds ids,
            long mappedBytes,
            CompletableFuture<Codes> codes) {
        this.name = name;
        this.count = count;
        this.hasGraph = hasGraph;
        this.files = List.copyOf(files);
        this.rows = rows;
        this.ids = ids;
        this.mappedBytes = mappedBytes;
        this.codes = codes;
    }

    String name() {
        return name;
    }

    int count() {
        return count;
    }

    boolean hasGraph() {
        return hasGraph;
    }

    List<StoredFile> files() {
        return files;
    }

    RowSource rows() {
        return rows;
    }

    SegmentIds ids() {
        return ids;
    }

    long mappedBytes() {
        return mappedBytes;
    }

    long residentBytes() {
        return loaded() ? codes.join().residentBytes() : 0;
    }

    boolean loaded() {
        return codes.isDone() && !codes.isCompletedExceptionally();
    }

    CompletableFuture<Codes> future() {
        return codes;
    }

    /** Of a segment that is {@link #loaded}. */
    Codes codes() {
        return codes.join();
    }

    /**
     * Waits until codes and graph are there or have turned out to be damaged; returns whether they are there. An interrupt stays
     * pending: it would cut the wait short by half a second at most.
     */
    boolean await(Cancellation cancel) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    codes.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                    return true;
                } catch (TimeoutException e) {
                    cancel.throwIfCancelled();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException | java.util.concurrent.CancellationException e) {
                    return false;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
