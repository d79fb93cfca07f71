package io.arkestra.vector.partition.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.vector.search.internal.Codebook;
import io.arkestra.vector.search.internal.FrozenGraph;
import io.arkestra.vector.search.internal.GraphBuilder;
import io.arkestra.vector.search.internal.GraphSpec;
import io.arkestra.vector.search.internal.Int8Codes;
import io.arkestra.vector.search.internal.OneBitCodes;
import io.arkestra.vector.search.internal.VectorKernels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/** Makes segments of living rows: computes codes and graph and writes the files. */
final class SegmentWriter {
    static final String ROWS = "rows-";
    static final String IDS = "ids";
    static final String CODES = "codes";
    static final String BYTES = "bytes";
    static final String GRAPH = "graph";

    private static final int LOOK = 1024;

    private final VectorKernels kernels;
    private final WriteSteps steps;

    SegmentWriter(VectorKernels kernels, WriteSteps steps) {
        this.kernels = kernels;
        this.steps = steps;
    }

    /**
     * A segment that was made but is not in use yet.
     *
     * @param memory the files' bytes by name when it is kept in memory
     */
    record Draft(
            int count,
            List<StoredFile> files,
            SealedSegment.Codes codes,
            List<ByteBuffer> rowBuffers,
            Optional<ByteBuffer> idBuffer) {}

    /** Files of at most a gigabyte, because a mapping cannot be much larger. */
    static int rowsPerFile(int dimension) {
        return ((1 << 30) - FileHeader.BYTES) / (dimension * Float.BYTES);
    }

    /**
     * @param directory empty and temporary; null to stay in memory
     * @param pool builds the graph; null for none
     */
    Draft write(@Nullable Path directory, OrderedRows rows, @Nullable ForkJoinPool pool, Cancellation cancel)
            throws IOException {
        List<StoredFile> files = new ArrayList<>();
        List<ByteBuffer> rowBuffers = new ArrayList<>();
        int perFile = rowsPerFile(rows.dimension());
        for (int first = 0, number = 0; first < rows.count(); first += perFile, number++) {
            steps.before(ROWS + number);
            try (SegmentOutput output =
                    rows(directory, rows, first, Math.min(perFile, rows.count() - first), number, cancel)) {
                files.add(output.finish());
                if (directory == null) {
                    rowBuffers.add(output.memory());
                }
            }
        }
        Optional<ByteBuffer> idBuffer = Optional.empty();
        steps.before(IDS);
        try (SegmentOutput output = SegmentIds.write(directory, IDS, rows)) {
            files.add(output.finish());
            if (directory == null) {
                idBuffer = Optional.of(output.memory());
            }
        }
        cancel.throwIfCancelled();
        OneBitCodes bits = OneBitCodes.encode(Codebook.train(rows, rows.count()), rows, rows.count());
        Optional<Int8Codes> bytes = pool != null && kernels.fastCodes()
                ? Optional.of(Int8Codes.encode(rows, rows.count()))
                : Optional.empty();
        cancel.throwIfCancelled();
        Optional<FrozenGraph> graph =
                pool == null ? Optional.empty() : Optional.of(graph(rows, bits, bytes, pool, cancel));
        cancel.throwIfCancelled();
        SealedSegment.Codes codes = new SealedSegment.Codes(bits, bytes, graph);
        if (directory != null) {
            writeCodes(directory, rows.count(), codes, files);
        }
        return new Draft(rows.count(), files, codes, rowBuffers, idBuffer);
    }

    /** From the codes that a search will walk along. */
    private FrozenGraph graph(
            OrderedRows rows, OneBitCodes bits, Optional<Int8Codes> bytes, ForkJoinPool pool, Cancellation cancel) {
        return bytes.isPresent()
                ? GraphBuilder.build(bytes.get(), GraphSpec.DEFAULT, kernels, pool, cancel)
                : GraphBuilder.build(bits, rows, GraphSpec.DEFAULT, pool, cancel);
    }

    private void writeCodes(Path directory, int count, SealedSegment.Codes codes, List<StoredFile> files)
            throws IOException {
        steps.before(CODES);
        files.add(codes(directory, count, codes.bits()));
        if (codes.bytes().isPresent()) {
            steps.before(BYTES);
            files.add(bytes(directory, count, codes.bytes().get()));
        }
        if (codes.graph().isPresent()) {
            steps.before(GRAPH);
            files.add(graph(
                    directory, codes.bits().book().dimension(), codes.graph().get()));
        }
    }

    private static SegmentOutput rows(
            @Nullable Path directory, OrderedRows rows, int first, int count, int number, Cancellation cancel)
            throws IOException {
        int dimension = rows.dimension();
        SegmentOutput output = SegmentOutput.create(
                directory,
                ROWS + number,
                new FileHeader(FileHeader.Kind.ROWS, rows.count(), dimension, first),
                FileHeader.BYTES + (long) count * dimension * Float.BYTES);
        float[] row = new float[dimension];
        for (int i = 0; i < count; i++) {
            if (i % LOOK == 0) {
                cancel.throwIfCancelled();
            }
            rows.read(first + i, row);
            floats(row, output);
        }
        return output;
    }

    private static void floats(float[] values, SegmentOutput output) throws IOException {
        ByteBuffer room = output.room(values.length * Float.BYTES);
        room.asFloatBuffer().put(values);
        room.position(room.position() + values.length * Float.BYTES);
    }

    private static StoredFile codes(Path directory, int count, OneBitCodes codes) throws IOException {
        Codebook book = codes.book();
        int longs = Math.multiplyExact(count, book.stride());
        LongBuffer values = LongBuffer.allocate(longs);
        codes.write(values);
        try (SegmentOutput output = SegmentOutput.create(
                directory,
                CODES,
                new FileHeader(FileHeader.Kind.CODES, count, book.dimension(), 0),
                FileHeader.BYTES + (long) book.dimension() * Float.BYTES + (long) longs * Long.BYTES)) {
            floats(book.centre(), output);
            for (long value : values.array()) {
                output.room(Long.BYTES).putLong(value);
            }
            return output.finish();
        }
    }

    private static StoredFile bytes(Path directory, int count, Int8Codes codes) throws IOException {
        ByteBuffer values = codes.codes();
        try (SegmentOutput output = SegmentOutput.create(
                directory,
                BYTES,
                new FileHeader(FileHeader.Kind.CODES, count, codes.dimension(), 1),
                FileHeader.BYTES + (long) codes.dimension() * Float.BYTES + values.remaining())) {
            floats(codes.scales(), output);
            while (values.hasRemaining()) {
                ByteBuffer room = output.room(1);
                int some = Math.min(room.remaining(), values.remaining());
                room.put(values.slice().limit(some));
                values.position(values.position() + some);
            }
            return output.finish();
        }
    }

    private static StoredFile graph(Path directory, int dimension, FrozenGraph graph) throws IOException {
        IntBuffer neighbours = graph.neighbours();
        int[] entries = graph.entries();
        int[] orphans = graph.orphans();
        long ints = 3L + entries.length + orphans.length + neighbours.remaining();
        try (SegmentOutput output = SegmentOutput.create(
                directory,
                GRAPH,
                new FileHeader(FileHeader.Kind.GRAPH, graph.size(), dimension, 0),
                FileHeader.BYTES + ints * Integer.BYTES)) {
            output.room(12).putInt(graph.degree()).putInt(entries.length).putInt(orphans.length);
            for (int entry : entries) {
                output.room(4).putInt(entry);
            }
            for (int orphan : orphans) {
                output.room(4).putInt(orphan);
            }
            while (neighbours.hasRemaining()) {
                output.room(4).putInt(neighbours.get());
            }
            return output.finish();
        }
    }
}
