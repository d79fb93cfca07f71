package io.arkestra.vector.partition.internal;

import io.arkestra.common.CancellationSource;
import io.arkestra.common.CancelledException;
import io.arkestra.vector.VectorIndexException;
import io.arkestra.vector.search.internal.VectorKernels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The background work of a partition: sealing the delta, saving generations, merging segments. Saving is short and runs one after the
 * other; a merge may take minutes, runs beside it on the build threads, and is put in place by the former. A failure anywhere leaves
 * what was saved before valid and what is in memory in use.
 */
final class PartitionUpkeep {
    private final String what;
    private final int dimension;
    private final PartitionState state;
    private final PartitionFiles files;
    private final PartitionTuning tuning;
    private final VectorKernels kernels;
    private final VectorThreads threads;
    private final BuildAdmission admission;
    private final Consumer<String> warnings;
    private final SerialWork serial;
    private final CancellationSource cancellation = new CancellationSource();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition mergeEnded = lock.newCondition();
    private List<Waiting> waiting = new ArrayList<>();
    private final List<Waiting> compacting = new ArrayList<>();
    private final List<CompletableFuture<Void>> settling = new ArrayList<>();
    private boolean saving;
    private boolean merging;
    private volatile boolean failing;
    private volatile long savedSequence;
    private long savedChanges = -1;
    private long savedEpoch;

    /** Somebody who wants to hear when everything is saved, or also rewritten. */
    private record Waiting(CompletableFuture<Void> done, boolean compact) {}

    PartitionUpkeep(
            String what,
            int dimension,
            PartitionState state,
            PartitionFiles files,
            PartitionTuning tuning,
            VectorKernels kernels,
            VectorThreads threads,
            BuildAdmission admission,
            Consumer<String> warnings) {
        this.what = what;
        this.dimension = dimension;
        this.state = state;
        this.files = files;
        this.tuning = tuning;
        this.kernels = kernels;
        this.threads = threads;
        this.admission = admission;
        this.warnings = warnings;
        this.serial = new SerialWork(threads);
    }

    /** What a restart found is saved already. */
    void restored(long sequence) {
        savedSequence = sequence;
        savedChanges = state.changes();
        savedEpoch = state.epoch();
    }

    long savedSequence() {
        return savedSequence;
    }

    boolean failing() {
        return failing;
    }

    /** Saves everything applied so far. */
    CompletableFuture<Void> save(boolean compact) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        request(Optional.of(new Waiting(done, compact)));
        return done;
    }

    /** The delta is large enough for a segment. */
    void seal() {
        request(Optional.empty());
    }

    private void request(Optional<Waiting> who) {
        lock.lock();
        try {
            who.ifPresent(waiting::add);
            if (!saving) {
                saving = true;
                serial.submit(this::runSave);
            }
        } catch (VectorIndexException e) {
            saving = false;
            who.ifPresent(one -> one.done().completeExceptionally(e));
        } finally {
            lock.unlock();
        }
    }

    private void runSave() {
        List<Waiting> mine;
        lock.lock();
        try {
            mine = waiting;
            waiting = new ArrayList<>();
            // Who asks from now on may have applied something that is not captured.
            saving = false;
        } finally {
            lock.unlock();
        }
        try {
            requireOpen();
            saveNow();
            failing = false;
        } catch (Throwable e) {
            VectorIndexException failure = failure(e, "save");
            mine.forEach(one -> one.done().completeExceptionally(failure));
            return;
        }
        lock.lock();
        try {
            for (Waiting one : mine) {
                if (one.compact()) {
                    compacting.add(one);
                }
            }
        } finally {
            lock.unlock();
        }
        mine.stream().filter(one -> !one.compact()).forEach(one -> one.done().complete(null));
        planMerge();
    }

    private void saveNow() throws IOException {
        PartitionView now = state.view();
        if (!files.persistent() && now.frozen().isEmpty() && now.delta().count() < tuning.sealRows()) {
            return;
        }
        PartitionState.Capture then = state.freeze();
        if (then.view().frozen().isEmpty() && then.changes() == savedChanges && then.epoch() == savedEpoch) {
            return;
        }
        Optional<SealedSegment> sealed = Optional.empty();
        if (then.view().frozen().stream().anyMatch(part -> part.liveCount() > 0)) {
            OrderedRows rows = OrderedRows.merge(then.view().frozen(), dimension, kernels, cancellation);
            PartitionFiles.Made made = files.draft(rows, null, cancellation);
            try {
                requireOpen();
                sealed = Optional.of(files.publish(made));
            } finally {
                files.discard(made);
            }
        }
        if (state.install(then, List.of(), then.view().frozen().size(), sealed)) {
            commit(then.epoch(), then.sequence());
            savedChanges = then.changes();
            savedEpoch = then.epoch();
        }
    }

    /** @param sequence up to which the segments are complete; what died later is dead in them already, which does no harm */
    private void commit(long epoch, long sequence) throws IOException {
        requireOpen();
        PartitionState.Capture now = state.capture();
        if (now.epoch() == epoch) {
            files.commit(now.view().segments(), sequence);
            savedSequence = files.persistent() ? sequence : 0;
        }
    }

    /** Begins a merge when one is due and none is running. */
    void planMerge() {
        List<CompletableFuture<Void>> settled = List.of();
        lock.lock();
        try {
            if (merging) {
                return;
            }
            PartitionState.Capture then = state.capture();
            List<SegmentPart> chosen = cancellation.isCancelled()
                    ? List.of()
                    : MergePolicy.choose(
                            then.view().segments(), tuning, admission.mostRows(dimension), !compacting.isEmpty());
            if (chosen.isEmpty()) {
                settled = takeSettled();
            } else {
                merging = true;
                threads.build(() -> merge(then, chosen));
            }
        } catch (VectorIndexException e) {
            merging = false;
            settled = takeSettled();
        } finally {
            lock.unlock();
        }
        settled.forEach(one -> one.complete(null));
    }

    private List<CompletableFuture<Void>> takeSettled() {
        List<CompletableFuture<Void>> all = new ArrayList<>(settling);
        compacting.forEach(one -> all.add(one.done()));
        settling.clear();
        compacting.clear();
        return all;
    }

    private void merge(PartitionState.Capture then, List<SegmentPart> chosen) {
        long live = chosen.stream().mapToLong(SegmentPart::liveCount).sum();
        boolean graph = live > tuning.graphRows();
        long bytes = BuildAdmission.estimate(live, dimension, graph);
        try {
            admission.enter(bytes, cancellation);
            try {
                for (SegmentPart part : chosen) {
                    if (!part.segment().await(cancellation)) {
                        throw new CancelledException("a segment is damaged");
                    }
                }
                OrderedRows rows = OrderedRows.merge(chosen, dimension, kernels, cancellation);
                PartitionFiles.Made made = files.draft(rows, graph ? threads.graphPool() : null, cancellation);
                try {
                    serial.submit(() -> finishMerge(then, chosen, made));
                } catch (VectorIndexException e) {
                    files.discard(made);
                    throw e;
                }
            } finally {
                admission.leave(bytes);
            }
        } catch (Throwable e) {
            endMerge(Optional.of(mergeFailure(then, e)));
        }
    }

    /** A merge whose sources were emptied away under it is nothing to warn about. */
    private VectorIndexException mergeFailure(PartitionState.Capture then, Throwable cause) {
        return then.epoch() == state.epoch()
                ? failure(cause, "merge")
                : new VectorIndexException("io", what + " was emptied before it could merge", cause);
    }

    private void finishMerge(PartitionState.Capture then, List<SegmentPart> chosen, PartitionFiles.Made made) {
        try {
            requireOpen();
            if (state.epoch() == then.epoch()) {
                SealedSegment merged = files.publish(made);
                if (state.install(then, chosen, 0, Optional.of(merged))) {
                    commit(then.epoch(), savedSequence);
                }
            }
        } catch (Throwable e) {
            endMerge(Optional.of(mergeFailure(then, e)));
            return;
        } finally {
            files.discard(made);
        }
        endMerge(Optional.empty());
        planMerge();
    }

    /** After a failure the next save plans again; until then the smaller segments serve. */
    private void endMerge(Optional<VectorIndexException> failure) {
        List<CompletableFuture<Void>> all = List.of();
        lock.lock();
        try {
            merging = false;
            mergeEnded.signalAll();
            if (failure.isPresent()) {
                all = takeSettled();
            }
        } finally {
            lock.unlock();
        }
        for (CompletableFuture<Void> one : all) {
            one.completeExceptionally(failure.orElseThrow());
        }
    }

    /** Complete when no save and no merge is due or running; fails when a merge did. */
    CompletableFuture<Void> settled() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        lock.lock();
        try {
            settling.add(done);
        } finally {
            lock.unlock();
        }
        serial.submit(this::planMerge);
        return done;
    }

    /**
     * Empties the partition, in memory and on disk, between two pieces of file work: a save that is asked for afterwards saves what
     * came afterwards. Not to be waited for on the threads of the index.
     *
     * @param emptying of the state
     */
    CompletableFuture<Void> empty(Runnable emptying) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        serial.submit(() -> {
            try {
                emptying.run();
                savedSequence = 0;
                savedChanges = -1;
                files.delete();
                done.complete(null);
            } catch (Throwable e) {
                done.completeExceptionally(failure(e, "remove its files"));
            }
        });
        return done;
    }

    void later(Runnable work) {
        serial.submit(work);
    }

    private VectorIndexException failure(Throwable cause, String doing) {
        if (cancellation.isCancelled()) {
            return new VectorIndexException("closed", what + " was closed before it could " + doing, cause);
        }
        failing = true;
        String message = what + " could not " + doing + ": " + cause
                + ". What was saved before stays valid; it tries again at the next checkpoint";
        warnings.accept(message);
        return new VectorIndexException("io", message, cause);
    }

    private void requireOpen() {
        cancellation.throwIfCancelled();
    }

    /** Cancels builds and lets nothing new begin. */
    void cancel() {
        cancellation.cancel("the partition was closed");
        List<CompletableFuture<Void>> all;
        lock.lock();
        try {
            all = takeSettled();
        } finally {
            lock.unlock();
        }
        VectorIndexException closed = new VectorIndexException("closed", what + " was closed", null);
        all.forEach(one -> one.completeExceptionally(closed));
    }

    /** Waits for file work under way. */
    void awaitIdle() {
        serial.awaitIdle();
    }

    /** Waits for file work and for a build that was cancelled to let go of its files. */
    void awaitEnd() {
        lock.lock();
        try {
            while (merging) {
                mergeEnded.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
        serial.awaitIdle();
    }
}
