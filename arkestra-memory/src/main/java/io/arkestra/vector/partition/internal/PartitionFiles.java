package io.arkestra.vector.partition.internal;

import io.arkestra.vector.VectorPartition;
import io.arkestra.vector.search.internal.RowBits;
import io.arkestra.vector.search.internal.VectorKernels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The segments and generations of a partition on disk, or segments in memory when there is no directory. Used by one thread at a time,
 * except for {@link #draft}.
 */
final class PartitionFiles {
    private final VectorPartition partition;
    private final @Nullable PartitionDirectory directory;
    private final SegmentReader reader;
    private final SegmentWriter writer;
    private final WriteSteps steps;
    private long lastGeneration;
    private long lastInMemory;
    private boolean committed;

    PartitionFiles(
            VectorPartition partition,
            @Nullable PartitionDirectory directory,
            VectorKernels kernels,
            WriteSteps steps) {
        this.partition = partition;
        this.directory = directory;
        this.reader = new SegmentReader(kernels, partition.dimension());
        this.writer = new SegmentWriter(kernels, steps);
        this.steps = steps;
    }

    boolean persistent() {
        return directory != null;
    }

    /**
     * What a restart found.
     *
     * @param segments with the rows that live
     * @param opened the same, with their files
     */
    record Restored(GenerationManifest manifest, List<SegmentPart> segments, List<SegmentReader.Opened> opened) {}

    /** The newest generation that is whole as far as lengths and headers tell; others are ignored with a warning. */
    Optional<Restored> restore(Consumer<String> warnings) throws IOException {
        if (directory == null) {
            return Optional.empty();
        }
        List<Long> generations = directory.generations();
        for (long generation : generations) {
            lastGeneration = Math.max(lastGeneration, generation);
        }
        for (long generation : generations) {
            try {
                return Optional.of(restore(directory, generation));
            } catch (IOException | RuntimeException e) {
                warnings.accept("Generation " + generation + " of the vector index in " + directory.path()
                        + " is left out: " + e.getMessage() + ". What is missing comes again from the store");
            }
        }
        return Optional.empty();
    }

    private Restored restore(PartitionDirectory home, long generation) throws IOException {
        GenerationManifest manifest = home.manifest(generation);
        List<SegmentPart> parts = new ArrayList<>();
        List<SegmentReader.Opened> opened = new ArrayList<>();
        for (GenerationManifest.Segment entry : manifest.segments()) {
            SegmentReader.Opened segment = reader.open(home.path().resolve(entry.name()), entry);
            RowBits live = reader.live(home.path().resolve(PartitionDirectory.GENERATION + generation), entry);
            opened.add(segment);
            parts.add(SegmentPart.of(segment.segment(), live));
        }
        return new Restored(manifest, parts, opened);
    }

    SegmentReader reader() {
        return reader;
    }

    /** A segment that was made and is to be published, in its temporary directory. */
    record Made(SegmentWriter.Draft draft, @Nullable Path temporary) {}

    /** Makes a segment, by any thread; {@link #publish} or {@link #discard} must follow. */
    Made draft(OrderedRows rows, @Nullable ForkJoinPool pool, io.arkestra.common.Cancellation cancel)
            throws IOException {
        if (directory == null) {
            return new Made(writer.write(null, rows, pool, cancel), null);
        }
        Path temporary = directory.temporary(PartitionDirectory.SEGMENT);
        try {
            return new Made(writer.write(temporary, rows, pool, cancel), temporary);
        } catch (IOException | RuntimeException | Error e) {
            directory.done(temporary);
            throw e;
        }
    }

    void discard(Made made) {
        if (directory != null && made.temporary() != null) {
            directory.done(made.temporary());
        }
    }

    SealedSegment publish(Made made) throws IOException {
        if (directory == null || made.temporary() == null) {
            return reader.inMemory(PartitionDirectory.SEGMENT + ++lastInMemory, made.draft());
        }
        try {
            steps.before("publish segment");
            String name = PartitionDirectory.SEGMENT + directory.nextSegment();
            return reader.published(directory.publish(made.temporary(), name), name, made.draft());
        } finally {
            directory.done(made.temporary());
        }
    }

    /** Writes a generation of these segments; afterwards a restart finds it. Does nothing in memory. */
    void commit(List<SegmentPart> parts, long sequence) throws IOException {
        if (directory == null) {
            return;
        }
        long generation = lastGeneration + 1;
        Path temporary = directory.temporary(PartitionDirectory.GENERATION);
        try {
            List<GenerationManifest.Segment> entries = new ArrayList<>();
            long live = 0;
            for (SegmentPart part : parts) {
                SealedSegment segment = part.segment();
                entries.add(new GenerationManifest.Segment(
                        segment.name(), segment.count(), segment.hasGraph(), segment.files(), dead(temporary, part)));
                live += part.liveCount();
            }
            GenerationManifest manifest = new GenerationManifest(generation, partition, sequence, live, entries);
            steps.before("manifest");
            PartitionDirectory.write(temporary.resolve(GenerationManifest.FILE), manifest.bytes());
            steps.before("publish generation");
            directory.publish(temporary, PartitionDirectory.GENERATION + generation);
            lastGeneration = generation;
            committed = true;
            steps.before("sweep");
            directory.sweep(List.of(manifest));
        } finally {
            directory.done(temporary);
        }
    }

    private Optional<StoredFile> dead(Path temporary, SegmentPart part) throws IOException {
        if (part.dead() == 0) {
            return Optional.empty();
        }
        steps.before("dead");
        long[] live = part.live().toWords();
        try (SegmentOutput output = SegmentOutput.create(
                temporary,
                "dead-" + part.segment().name(),
                new FileHeader(FileHeader.Kind.DEAD, part.count(), partition.dimension(), 0),
                FileHeader.BYTES + (long) live.length * Long.BYTES)) {
            for (long word : live) {
                output.room(Long.BYTES).putLong(~word);
            }
            return Optional.of(output.finish());
        }
    }

    /**
     * Removes what the generation that a restart found does not need, for example what an earlier process was writing when it died.
     * Does nothing when there is a newer generation by now: writing that has swept already.
     */
    void sweep(Optional<GenerationManifest> found) throws IOException {
        if (directory != null && !committed) {
            directory.sweep(found.map(List::of).orElse(List.of()));
        }
    }

    /** Removes everything. */
    void delete() throws IOException {
        if (directory != null) {
            directory.delete();
        }
    }
}
