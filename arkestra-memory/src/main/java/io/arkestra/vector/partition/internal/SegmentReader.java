package io.arkestra.vector.partition.internal;

import io.arkestra.vector.search.internal.BufferRows;
import io.arkestra.vector.search.internal.Codebook;
import io.arkestra.vector.search.internal.FrozenGraph;
import io.arkestra.vector.search.internal.Int8Codes;
import io.arkestra.vector.search.internal.OneBitCodes;
import io.arkestra.vector.search.internal.RowBits;
import io.arkestra.vector.search.internal.RowSource;
import io.arkestra.vector.search.internal.VectorKernels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;

/**
 * Opens segments. Opening maps the files and looks at lengths and headers; {@link #load} then reads codes and graph into the heap and
 * checks everything that a wrong bit could lead astray, and {@link #verifyRows} the vectors themselves.
 */
final class SegmentReader {
    private static final int SLICE = 1 << 20;

    private final VectorKernels kernels;
    private final int dimension;

    SegmentReader(VectorKernels kernels, int dimension) {
        this.kernels = kernels;
        this.dimension = dimension;
    }

    /**
     * An opened segment.
     *
     * @param mapped its files by name
     */
    record Opened(SealedSegment segment, Map<String, ByteBuffer> mapped) {}

    /** @throws IOException when a file is missing, has another length or does not begin as it should */
    Opened open(Path directory, GenerationManifest.Segment entry) throws IOException {
        Map<String, ByteBuffer> mapped = new LinkedHashMap<>();
        long bytes = 0;
        for (StoredFile file : entry.files()) {
            mapped.put(file.name(), map(directory.resolve(file.name()), file.length()));
            bytes += file.length();
        }
        header(mapped, entry.file(SegmentWriter.CODES), FileHeader.Kind.CODES, entry.rows(), 0);
        if (entry.graph()) {
            header(mapped, entry.file(SegmentWriter.GRAPH), FileHeader.Kind.GRAPH, entry.rows(), 0);
        }
        SealedSegment segment = new SealedSegment(
                entry.name(),
                entry.rows(),
                entry.graph(),
                entry.files(),
                rows(mapped, entry.rows()),
                SegmentIds.of(
                        mapped.getOrDefault(SegmentWriter.IDS, ByteBuffer.allocate(0)),
                        entry.rows(),
                        dimension,
                        SegmentWriter.IDS),
                bytes,
                new CompletableFuture<>());
        return new Opened(segment, mapped);
    }

    /** A draft that was published, ready to be searched at once. */
    SealedSegment published(Path directory, String name, SegmentWriter.Draft draft) throws IOException {
        GenerationManifest.Segment entry = new GenerationManifest.Segment(
                name, draft.count(), draft.codes().graph().isPresent(), draft.files(), Optional.empty());
        SealedSegment segment = open(directory, entry).segment();
        segment.future().complete(draft.codes());
        return segment;
    }

    /** A draft that stays in memory. */
    SealedSegment inMemory(String name, SegmentWriter.Draft draft) throws IOException {
        Map<String, ByteBuffer> buffers = new LinkedHashMap<>();
        for (int i = 0; i < draft.rowBuffers().size(); i++) {
            buffers.put(SegmentWriter.ROWS + i, draft.rowBuffers().get(i));
        }
        return new SealedSegment(
                name,
                draft.count(),
                draft.codes().graph().isPresent(),
                List.of(),
                rows(buffers, draft.count()),
                SegmentIds.of(draft.idBuffer().orElseThrow(), draft.count(), dimension, SegmentWriter.IDS),
                0,
                CompletableFuture.completedFuture(draft.codes()));
    }

    private void header(Map<String, ByteBuffer> mapped, StoredFile file, FileHeader.Kind kind, int rows, int first)
            throws IOException {
        new FileHeader(kind, rows, dimension, first)
                .require(mapped.getOrDefault(file.name(), ByteBuffer.allocate(0)), file.name());
    }

    private RowSource rows(Map<String, ByteBuffer> buffers, int count) throws IOException {
        List<FloatBuffer> rows = new ArrayList<>();
        int perFile = SegmentWriter.rowsPerFile(dimension);
        for (int first = 0, number = 0; first < count; first += perFile, number++) {
            String name = SegmentWriter.ROWS + number;
            ByteBuffer file = buffers.get(name);
            if (file == null
                    || file.capacity()
                            != FileHeader.BYTES + (long) Math.min(perFile, count - first) * dimension * Float.BYTES) {
                throw new IOException(name + " is missing or of another length");
            }
            new FileHeader(FileHeader.Kind.ROWS, count, dimension, first).require(file, name);
            rows.add(after(file, FileHeader.BYTES).asFloatBuffer());
        }
        return new BufferRows(dimension, rows, perFile, kernels);
    }

    static ByteBuffer map(Path file, long length) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file.getFileName() + " is missing");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() != length) {
                throw new IOException(file.getFileName() + " has " + channel.size() + " bytes; expected " + length);
            }
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, length).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** Reads and checks what a search needs in the heap. */
    SealedSegment.Codes load(Opened opened, GenerationManifest.Segment entry) throws IOException {
        for (StoredFile file : entry.files()) {
            if (!file.name().startsWith(SegmentWriter.ROWS)) {
                check(opened.mapped().get(file.name()), file);
            }
        }
        ByteBuffer codes = after(buffer(opened, SegmentWriter.CODES), FileHeader.BYTES);
        Codebook book = Codebook.of(floats(codes, dimension));
        OneBitCodes bits =
                OneBitCodes.read(book, after(codes, dimension * Float.BYTES).asLongBuffer(), entry.rows());
        Optional<Int8Codes> bytes = Optional.empty();
        ByteBuffer file = opened.mapped().get(SegmentWriter.BYTES);
        if (file != null && kernels.fastCodes()) {
            ByteBuffer values = after(file, FileHeader.BYTES);
            bytes = Optional.of(
                    Int8Codes.read(floats(values, dimension), after(values, dimension * Float.BYTES), entry.rows()));
        }
        return new SealedSegment.Codes(
                bits, bytes, entry.graph() ? Optional.of(graph(opened, entry)) : Optional.empty());
    }

    private static FrozenGraph graph(Opened opened, GenerationManifest.Segment entry) throws IOException {
        ByteBuffer file = after(buffer(opened, SegmentWriter.GRAPH), FileHeader.BYTES);
        int degree = file.getInt();
        int[] entries = new int[file.getInt()];
        int[] orphans = new int[file.getInt()];
        java.nio.IntBuffer ints = file.slice().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
        ints.get(entries).get(orphans);
        return FrozenGraph.read(entry.rows(), degree, ints, entries, orphans);
    }

    /** Reads all vectors and compares their check sums. */
    void verifyRows(Opened opened, GenerationManifest.Segment entry) throws IOException {
        for (StoredFile file : entry.files()) {
            if (file.name().startsWith(SegmentWriter.ROWS)) {
                check(opened.mapped().get(file.name()), file);
            }
        }
    }

    /** The living rows of a segment, from the file beside the manifest. */
    RowBits live(Path generation, GenerationManifest.Segment entry) throws IOException {
        if (entry.dead().isEmpty()) {
            return RowBits.all(entry.rows());
        }
        StoredFile dead = entry.dead().get();
        ByteBuffer file = map(generation.resolve(dead.name()), dead.length());
        check(file, dead);
        new FileHeader(FileHeader.Kind.DEAD, entry.rows(), dimension, 0).require(file, dead.name());
        long[] words = new long[(entry.rows() + 63) >>> 6];
        after(file, FileHeader.BYTES).asLongBuffer().get(words);
        for (int i = 0; i < words.length; i++) {
            words[i] = ~words[i];
        }
        return RowBits.of(entry.rows(), words);
    }

    private static ByteBuffer buffer(Opened opened, String name) throws IOException {
        ByteBuffer buffer = opened.mapped().get(name);
        if (buffer == null) {
            throw new IOException(name + " is missing");
        }
        return buffer;
    }

    private static void check(ByteBuffer mapped, StoredFile file) throws IOException {
        CRC32C crc = new CRC32C();
        ByteBuffer bytes = mapped.duplicate().clear();
        while (bytes.position() < bytes.capacity()) {
            bytes.limit(Math.min(bytes.capacity(), bytes.position() + SLICE));
            crc.update(bytes);
        }
        if (crc.getValue() != file.crc()) {
            throw new IOException("the check sum of " + file.name() + " does not match");
        }
    }

    private static float[] floats(ByteBuffer from, int count) {
        float[] values = new float[count];
        from.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    private static ByteBuffer after(ByteBuffer file, int bytes) {
        return file.duplicate().position(bytes).slice().order(ByteOrder.LITTLE_ENDIAN);
    }
}
