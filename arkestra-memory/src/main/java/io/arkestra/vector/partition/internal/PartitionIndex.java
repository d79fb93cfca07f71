package io.arkestra.vector.partition.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.InvalidInputException;
import io.arkestra.vector.VectorEntry;
import io.arkestra.vector.VectorIndex;
import io.arkestra.vector.VectorIndexException;
import io.arkestra.vector.VectorPartition;
import io.arkestra.vector.VectorQuery;
import io.arkestra.vector.VectorResult;
import io.arkestra.vector.VectorStats;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One partition: checks what comes in and hands it to the parts that do the work. */
final class PartitionIndex implements VectorIndex {
    private static final int MAX_ID = 200;
    /** A writer that is so many times faster than sealing waits for it. */
    private static final int BACKLOG = 4;

    private final VectorPartition partition;
    private final PartitionTuning tuning;
    private final PartitionState state;
    private final PartitionFiles files;
    private final PartitionUpkeep upkeep;
    private final PartitionSearch searcher;
    private final SearchRooms rooms;
    private final VectorThreads threads;
    private final Consumer<String> warnings;
    private final ReaderGate gate = new ReaderGate();

    PartitionIndex(VectorPartition partition, PartitionFiles files, PartitionShared shared) {
        this.partition = partition;
        this.tuning = shared.tuning();
        this.state = new PartitionState(partition.dimension(), shared.kernels());
        this.files = files;
        this.upkeep = new PartitionUpkeep(
                "The vector partition '" + partition.collection() + "' of " + partition.model(),
                partition.dimension(),
                state,
                files,
                tuning,
                shared.kernels(),
                shared.threads(),
                shared.admission(),
                shared.warnings());
        this.searcher = new PartitionSearch(shared.kernels(), tuning);
        this.rooms = shared.rooms();
        this.threads = shared.threads();
        this.warnings = shared.warnings();
    }

    /** Takes up what is on disk, on a file thread. Codes are read and checked in the background. */
    void restore() throws IOException {
        Optional<PartitionFiles.Restored> found = files.restore(warnings);
        if (found.isPresent()) {
            state.restore(found.get().segments(), found.get().manifest().sequence());
            upkeep.restored(found.get().manifest().sequence());
            threads.load(() -> load(found.get()));
        }
        upkeep.later(() -> sweep(found.map(PartitionFiles.Restored::manifest)));
    }

    private void sweep(Optional<GenerationManifest> used) {
        if (!gate.isClosed()) {
            try {
                files.sweep(used);
            } catch (IOException e) {
                warnings.accept("Files of an earlier run could not be removed: " + e);
            }
        }
    }

    private void load(PartitionFiles.Restored restored) {
        try {
            for (int i = 0; i < restored.opened().size() && !gate.isClosed(); i++) {
                SegmentReader.Opened opened = restored.opened().get(i);
                opened.segment()
                        .future()
                        .complete(files.reader()
                                .load(opened, restored.manifest().segments().get(i)));
            }
            upkeep.planMerge();
            for (int i = 0; i < restored.opened().size() && !gate.isClosed(); i++) {
                files.reader()
                        .verifyRows(
                                restored.opened().get(i),
                                restored.manifest().segments().get(i));
            }
        } catch (IOException | RuntimeException | Error e) {
            // A mapped file that was cut off shows as an error of the virtual machine.
            damaged(restored, e);
        }
    }

    private void damaged(PartitionFiles.Restored restored, Throwable cause) {
        if (!gate.isClosed()) {
            warnings.accept("Generation " + restored.manifest().generation() + " of the vector partition '"
                    + partition.collection() + "' of " + partition.model() + " is damaged: " + cause.getMessage()
                    + ". It is emptied and comes again from the store");
            try {
                upkeep.empty(() -> {
                    state.lose();
                    fail(restored.segments(), cause);
                });
                return;
            } catch (VectorIndexException e) {
                // Closed meanwhile: the next start finds the same and does the same.
            }
        }
        fail(restored.segments(), cause);
    }

    private static void fail(List<SegmentPart> parts, Throwable cause) {
        parts.forEach(part -> part.segment().future().completeExceptionally(cause));
    }

    @Override
    public VectorPartition partition() {
        return partition;
    }

    @Override
    public void upsert(long sequence, List<VectorEntry> entries) {
        Map<String, float[]> rows = new LinkedHashMap<>();
        for (VectorEntry entry : entries) {
            if (entry.id().isEmpty() || entry.id().length() > MAX_ID) {
                throw new InvalidInputException("The id of a vector has "
                        + entry.id().length() + " characters; expected 1 to " + MAX_ID + ". Nothing was applied");
            }
            rows.remove(entry.id());
            rows.put(entry.id(), UnitVector.of(entry.vector(), partition, "The vector of an entry"));
        }
        write(() -> state.upsert(sequence, rows));
    }

    @Override
    public void remove(long sequence, Collection<String> ids) {
        List<String> copy = List.copyOf(ids);
        write(() -> state.remove(sequence, copy));
    }

    private void write(Runnable change) {
        use(() -> {
            loaded(Cancellation.none());
            change.run();
            int rows = state.view().delta().count();
            if (rows >= tuning.sealRows()) {
                upkeep.seal();
                if (rows >= BACKLOG * tuning.sealRows() && !upkeep.failing()) {
                    upkeep.awaitIdle();
                }
            }
            return rows;
        });
    }

    @Override
    public void advance(long sequence) {
        use(() -> {
            state.advance(sequence);
            return sequence;
        });
    }

    @Override
    public void clear() {
        use(() -> {
            try {
                return upkeep.empty(state::clear).join();
            } catch (java.util.concurrent.CompletionException e) {
                throw VectorThreads.translate(e.getCause() == null ? e : e.getCause());
            }
        });
    }

    @Override
    public VectorResult search(VectorQuery query) {
        if (!query.model().equals(partition.model())) {
            throw new VectorIndexException(
                    "model",
                    "The query is of model " + query.model() + "; the partition '" + partition.collection()
                            + "' is of model " + partition.model() + ". Embed it with that model",
                    null);
        }
        float[] unit = UnitVector.of(query.vector(), partition, "The query");
        query.cancel().throwIfCancelled();
        return use(() -> {
            PartitionView view = loaded(query.cancel());
            return rooms.with(room -> searcher.search(view, query, unit, room));
        });
    }

    @Override
    public Map<String, float[]> vectors(Collection<String> ids) {
        return use(() -> {
            PartitionView view = loaded(Cancellation.none());
            Map<String, float[]> found = new LinkedHashMap<>();
            List<Part> parts = view.parts();
            for (String id : ids) {
                for (Part part : parts) {
                    int ordinal = part.find(id);
                    if (ordinal >= 0) {
                        float[] vector = new float[partition.dimension()];
                        part.rows().read(ordinal, vector);
                        found.put(id, vector);
                        break;
                    }
                }
            }
            return found;
        });
    }

    /** A view whose segments are all in the heap; waits for the background thread after a restart. */
    private PartitionView loaded(Cancellation cancel) {
        while (true) {
            PartitionView view = state.view();
            boolean all = true;
            for (SegmentPart part : view.segments()) {
                all &= part.segment().loaded() || part.segment().await(cancel);
            }
            if (all) {
                return view;
            }
            if (gate.isClosed()) {
                throw closed();
            }
            // Damaged: by now the view is another one.
        }
    }

    @Override
    public long appliedSequence() {
        return use(state::askSequence);
    }

    @Override
    public CompletionStage<Void> checkpoint() {
        return use(() -> upkeep.save(false));
    }

    @Override
    public CompletionStage<Void> compact() {
        return use(() -> upkeep.save(true));
    }

    /** Complete when nothing is due or running in the background. */
    CompletionStage<Void> settled() {
        return upkeep.settled();
    }

    @Override
    public VectorStats stats() {
        return use(() -> {
            PartitionView view = state.view();
            long resident = view.delta().bytes();
            long mapped = 0;
            int graphs = 0;
            for (DeltaView frozen : view.frozen()) {
                resident += frozen.bytes();
            }
            for (SegmentPart part : view.segments()) {
                resident += part.segment().residentBytes() + part.count() / Byte.SIZE;
                mapped += part.segment().mappedBytes();
                graphs += part.segment().hasGraph() ? 1 : 0;
            }
            long live = view.live();
            return VectorStats.of(
                    live,
                    view.rows() - live,
                    view.segments().size(),
                    graphs,
                    resident,
                    mapped,
                    state.sequence(),
                    upkeep.savedSequence());
        });
    }

    @Override
    public void close() {
        if (!gate.close()) {
            return;
        }
        upkeep.cancel();
        // Who waits for a segment to be read goes on, and finds that it is closed.
        fail(state.view().segments(), closed());
        gate.awaitEmpty();
    }

    boolean isClosed() {
        return gate.isClosed();
    }

    /** Waits for file work that close has interrupted, so that the same files can be opened again. */
    void awaitIdle() {
        upkeep.awaitIdle();
    }

    /** As {@link #awaitIdle}, also for a cancelled build, so that the files can be removed. */
    void awaitEnd() {
        upkeep.awaitEnd();
    }

    private <T> T use(Supplier<T> work) {
        if (!gate.enter()) {
            throw closed();
        }
        try {
            return work.get();
        } finally {
            gate.leave();
        }
    }

    private VectorIndexException closed() {
        return new VectorIndexException(
                "closed",
                "The vector partition '" + partition.collection() + "' of " + partition.model()
                        + " is closed; open it again from its indexes",
                null);
    }
}
