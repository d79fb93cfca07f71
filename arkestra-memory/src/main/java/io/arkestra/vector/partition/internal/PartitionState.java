package io.arkestra.vector.partition.internal;

import io.arkestra.vector.search.internal.Codebook;
import io.arkestra.vector.search.internal.VectorKernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * What a partition holds in memory and how changes get into it. One writer at a time; readers take the published {@link #view} and need
 * no lock. Everything here is quick: no file is touched.
 */
final class PartitionState {
    /** A delta with fewer rows is not worth compacting. */
    private static final int COMPACTED = 1024;

    private final int dimension;
    private final VectorKernels kernels;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<DeltaRows> frozen = new ArrayList<>();
    private DeltaRows delta;
    private volatile PartitionView view;
    private volatile long sequence;
    /** Changes with every loss of all content; work that was begun before is void. */
    private volatile long epoch;
    /** The content was lost without the follower of the feed knowing it yet. */
    private boolean lost;
    /** Counts changes of content, so that saving twice what has not changed can be left out. */
    private volatile long changes;

    PartitionState(int dimension, VectorKernels kernels) {
        this.dimension = dimension;
        this.kernels = kernels;
        this.delta = new DeltaRows(dimension, kernels, Optional.empty());
        this.view = new PartitionView(List.of(), List.of(), delta.view());
    }

    PartitionView view() {
        return view;
    }

    long sequence() {
        return sequence;
    }

    long epoch() {
        return epoch;
    }

    long changes() {
        return changes;
    }

    /** What a restart found; before anybody else uses this. */
    void restore(List<SegmentPart> segments, long restored) {
        view = new PartitionView(segments, List.of(), delta.view());
        sequence = restored;
    }

    <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /** For the follower of the feed: after this it knows of a loss. */
    long askSequence() {
        return locked(() -> {
            lost = false;
            return sequence;
        });
    }

    void advance(long to) {
        locked(() -> {
            // Who has not asked since the content was lost goes on from a position that is not true any more.
            if (to > sequence && !lost) {
                sequence = to;
                changes++;
            }
            return to;
        });
    }

    /** @param rows by id, each of length 1, in the order of the batch */
    void upsert(long of, Map<String, float[]> rows) {
        locked(() -> {
            if (of > sequence) {
                Burial burial = new Burial();
                rows.forEach((id, row) -> {
                    if (burial.makeRoom(id, Optional.of(row))) {
                        delta.put(id, row);
                        burial.changed = true;
                    }
                });
                burial.publish();
            }
            return of;
        });
    }

    void remove(long of, Collection<String> ids) {
        locked(() -> {
            if (of > sequence) {
                Burial burial = new Burial();
                new LinkedHashSet<>(ids).forEach(id -> burial.makeRoom(id, Optional.empty()));
                burial.publish();
            }
            return of;
        });
    }

    /** Rows that die as fast as they come must not pile up until the next seal. */
    private void compactDelta() {
        if (delta.count() >= COMPACTED && delta.liveCount() * 2 < delta.count()) {
            delta = delta.compacted();
        }
    }

    /** Collects the rows that a batch of distinct ids kills, so that a segment's bits are copied once a batch. */
    private final class Burial {
        private final Map<SegmentPart, int[]> dead = new LinkedHashMap<>();
        private final float[] room = new float[dimension];
        private boolean changed;

        /**
         * Buries the row that the id has. Returns false, and buries nothing, when that is exactly the row that is to come: applying a
         * change again must not cost a row.
         */
        boolean makeRoom(String id, Optional<float[]> coming) {
            int ordinal = delta.find(id);
            if (ordinal >= 0) {
                delta.read(ordinal, room);
                return !isSame(coming) && bury(delta, id);
            }
            for (DeltaRows rows : frozen) {
                ordinal = rows.find(id);
                if (ordinal >= 0) {
                    rows.read(ordinal, room);
                    return !isSame(coming) && bury(rows, id);
                }
            }
            if (view.segments().isEmpty()) {
                return true;
            }
            byte[] bytes = SegmentIds.bytes(id);
            for (SegmentPart part : view.segments()) {
                ordinal = part.find(bytes);
                if (ordinal >= 0) {
                    part.rows().read(ordinal, room);
                    return !isSame(coming) && bury(part, ordinal);
                }
            }
            return true;
        }

        private boolean isSame(Optional<float[]> coming) {
            return coming.isPresent() && Arrays.equals(coming.get(), room);
        }

        private boolean bury(DeltaRows rows, String id) {
            changed = true;
            return rows.remove(id);
        }

        private boolean bury(SegmentPart part, int ordinal) {
            changed = true;
            int[] known = dead.getOrDefault(part, new int[8]);
            if (known[0] + 1 == known.length) {
                known = Arrays.copyOf(known, 2 * known.length);
            }
            known[++known[0]] = ordinal;
            dead.put(part, known);
            return true;
        }

        void publish() {
            if (!changed) {
                return;
            }
            changes++;
            compactDelta();
            List<SegmentPart> after = new ArrayList<>();
            for (SegmentPart part : view.segments()) {
                int[] known = dead.get(part);
                after.add(known == null ? part : part.without(Arrays.copyOfRange(known, 1, known[0] + 1)));
            }
            PartitionState.this.publish(after);
        }
    }

    private void publish(List<SegmentPart> segments) {
        view = new PartitionView(segments, frozen.stream().map(DeltaRows::view).toList(), delta.view());
    }

    /**
     * A state to be saved.
     *
     * @param view everything as of then; what the delta held is frozen in it
     * @param sequence up to which it is complete
     */
    record Capture(PartitionView view, long sequence, long epoch, long changes) {}

    /** Freezes the delta and takes everything as it is now. */
    Capture freeze() {
        return locked(() -> {
            if (delta.count() > 0) {
                frozen.add(delta);
                delta = new DeltaRows(dimension, kernels, book());
                publish(view.segments());
            }
            return capture();
        });
    }

    Capture capture() {
        return locked(() -> new Capture(view, sequence, epoch, changes));
    }

    private Optional<Codebook> book() {
        DeltaRows last = frozen.get(frozen.size() - 1);
        return last.count() >= DeltaRows.CODED ? Optional.of(last.book()) : Optional.empty();
    }

    /**
     * Puts new segments in the place of parts that they were made from; what died meanwhile is dead in them too. Returns false, and
     * does nothing, when all content was lost meanwhile.
     *
     * @param made what it was made from, as it was then
     * @param deltas whether the frozen deltas of then are among it
     */
    boolean install(Capture then, List<SegmentPart> made, int deltas, Optional<SealedSegment> segment) {
        return locked(() -> {
            if (then.epoch() != epoch) {
                return false;
            }
            List<SegmentPart> segments = new ArrayList<>();
            List<Part> now = new ArrayList<>();
            List<Part> before = new ArrayList<>(made);
            for (SegmentPart part : view.segments()) {
                if (made.stream().anyMatch(source -> source.segment() == part.segment())) {
                    now.add(part);
                } else {
                    segments.add(part);
                }
            }
            before.sort(java.util.Comparator.comparingInt(part -> order(part, now)));
            for (int i = 0; i < deltas; i++) {
                before.add(then.view().frozen().get(i));
                now.add(frozen.get(i).view());
            }
            segment.map(SegmentPart::all).ifPresent(whole -> segments.add(buried(whole, before, now)));
            frozen.subList(0, deltas).clear();
            publish(segments.stream().filter(part -> part.liveCount() > 0).toList());
            return true;
        });
    }

    private static int order(Part source, List<Part> now) {
        for (int i = 0; i < now.size(); i++) {
            if (now.get(i).rows() == source.rows()) {
                return i;
            }
        }
        throw new IllegalStateException("A segment that was merged is not there any more");
    }

    private static SegmentPart buried(SegmentPart whole, List<Part> before, List<Part> now) {
        int[] dead = new int[16];
        int count = 0;
        for (int i = 0; i < before.size(); i++) {
            Part was = before.get(i);
            for (int ordinal : was.live().toOrdinals()) {
                if (!now.get(i).live().get(ordinal)) {
                    if (count == dead.length) {
                        dead = Arrays.copyOf(dead, 2 * count);
                    }
                    dead[count++] = whole.find(was.id(ordinal));
                }
            }
        }
        return count == 0 ? whole : whole.without(Arrays.copyOf(dead, count));
    }

    /** Forgets everything. */
    void clear() {
        empty(false);
    }

    /** Forgets everything because files are damaged; the follower learns of it when it asks for the sequence. */
    void lose() {
        empty(true);
    }

    private void empty(boolean unexpected) {
        locked(() -> {
            epoch++;
            changes++;
            frozen.clear();
            delta = new DeltaRows(dimension, kernels, Optional.empty());
            sequence = 0;
            lost = unexpected;
            publish(List.of());
            return epoch;
        });
    }
}
