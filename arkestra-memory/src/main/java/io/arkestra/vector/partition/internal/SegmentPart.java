package io.arkestra.vector.partition.internal;

import io.arkestra.vector.search.internal.FrozenGraph;
import io.arkestra.vector.search.internal.Int8Codes;
import io.arkestra.vector.search.internal.OneBitCodes;
import io.arkestra.vector.search.internal.RowBits;
import io.arkestra.vector.search.internal.RowSource;
import java.util.Optional;

/**
 * A segment and which of its rows live, at one moment. Immutable: burying rows makes another one.
 *
 * @param segment the rows
 * @param live which of them may be found; never changed
 * @param liveCount how many
 */
record SegmentPart(SealedSegment segment, RowBits live, int liveCount) implements Part {
    static SegmentPart all(SealedSegment segment) {
        return new SegmentPart(segment, RowBits.all(segment.count()), segment.count());
    }

    static SegmentPart of(SealedSegment segment, RowBits live) {
        return new SegmentPart(segment, live, live.count());
    }

    /** @param ordinals of living rows, distinct */
    SegmentPart without(int[] ordinals) {
        RowBits fewer = live.copy();
        for (int ordinal : ordinals) {
            fewer.clear(ordinal);
        }
        return new SegmentPart(segment, fewer, liveCount - ordinals.length);
    }

    int dead() {
        return count() - liveCount;
    }

    @Override
    public int count() {
        return segment.count();
    }

    @Override
    public RowSource rows() {
        return segment.rows();
    }

    @Override
    public OneBitCodes codes() {
        return segment.codes().bits();
    }

    @Override
    public boolean coded() {
        return count() >= DeltaRows.CODED;
    }

    @Override
    public Optional<FrozenGraph> graph() {
        return segment.codes().graph();
    }

    @Override
    public Optional<Int8Codes> bytes8() {
        return segment.codes().bytes();
    }

    @Override
    public String id(int ordinal) {
        return segment.ids().id(ordinal);
    }

    @Override
    public byte[] idBytes(int ordinal) {
        return segment.ids().bytes(ordinal);
    }

    @Override
    public int find(String id) {
        return find(SegmentIds.bytes(id));
    }

    int find(byte[] id) {
        int ordinal = segment.ids().find(id);
        return ordinal >= 0 && live.get(ordinal) ? ordinal : -1;
    }

    @Override
    public int[] sorted() {
        return live.toOrdinals();
    }
}
