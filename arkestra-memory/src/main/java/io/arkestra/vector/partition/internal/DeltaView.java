package io.arkestra.vector.partition.internal;

import io.arkestra.vector.search.internal.HeapRows;
import io.arkestra.vector.search.internal.OneBitCodes;
import io.arkestra.vector.search.internal.RowBits;
import io.arkestra.vector.search.internal.RowSource;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.IntStream;

/** A delta at one moment. The rows behind it may grow; this sees those below its count. Immutable in effect. */
final class DeltaView implements Part {
    private final HeapRows rows;
    private final OneBitCodes codes;
    private final Map<String, Integer> newest;
    private final String[] ids;
    private final int[] previous;
    private final RowBits live;
    private final int liveCount;

    DeltaView(
            HeapRows rows,
            OneBitCodes codes,
            Map<String, Integer> newest,
            String[] ids,
            int[] previous,
            RowBits live,
            int liveCount) {
        this.rows = rows;
        this.codes = codes;
        this.newest = newest;
        this.ids = ids;
        this.previous = previous;
        this.live = live;
        this.liveCount = liveCount;
    }

    @Override
    public int count() {
        return live.size();
    }

    @Override
    public int liveCount() {
        return liveCount;
    }

    @Override
    public RowBits live() {
        return live;
    }

    @Override
    public RowSource rows() {
        return rows;
    }

    @Override
    public OneBitCodes codes() {
        return codes;
    }

    @Override
    public boolean coded() {
        return count() >= DeltaRows.CODED;
    }

    @Override
    public String id(int ordinal) {
        return ids[ordinal];
    }

    /** Goes back from the newest row of the id to the one that this view may see. */
    @Override
    public int find(String id) {
        Integer ordinal = newest.get(id);
        int at = ordinal == null ? -1 : ordinal;
        // Rows past the count were appended later; their predecessors are in the arrays of the writer, the chain below
        // it in ours.
        while (at >= count()) {
            at = at < previous.length ? previous[at] : findByScan(id);
        }
        return at >= 0 && live.get(at) ? at : -1;
    }

    private int findByScan(String id) {
        for (int ordinal = count() - 1; ordinal >= 0; ordinal--) {
            if (ids[ordinal].equals(id)) {
                return ordinal;
            }
        }
        return -1;
    }

    /** The living rows in the order of their ids. */
    @Override
    public int[] sorted() {
        int[] ordinals = live.toOrdinals();
        byte[][] keys = new byte[count()][];
        for (int ordinal : ordinals) {
            keys[ordinal] = SegmentIds.bytes(ids[ordinal]);
        }
        return IntStream.of(ordinals)
                .boxed()
                .sorted(Comparator.comparing((Integer ordinal) -> keys[ordinal], SegmentIds::compare))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    @Override
    public byte[] idBytes(int ordinal) {
        return SegmentIds.bytes(ids[ordinal]);
    }

    long bytes() {
        return rows.bytes() + codes.bytes() + 120L * count();
    }
}
