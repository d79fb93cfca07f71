package io.arkestra.vector.partition.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The ids of a segment. Rows are in the order of their ids' UTF-8 bytes, so one list serves both directions: the id of an ordinal is
 * looked up, the ordinal of an id searched by halving. Stays in the mapped file. Immutable.
 */
final class SegmentIds {
    private final ByteBuffer file;
    private final int count;
    private final int text;

    private SegmentIds(ByteBuffer file, int count) {
        this.file = file;
        this.count = count;
        this.text = FileHeader.BYTES + 4 * (count + 1);
    }

    /** @throws IOException when it is not what {@link #write} wrote for so many rows */
    static SegmentIds of(ByteBuffer file, int count, int dimension, String name) throws IOException {
        header(count, dimension).require(file, name);
        SegmentIds ids = new SegmentIds(file, count);
        if (file.capacity() < ids.text || file.capacity() != ids.text + ids.offset(count)) {
            throw new IOException(name + " does not hold " + count + " ids");
        }
        return ids;
    }

    /** The ids of rows, which are in the order of {@link #compare}. */
    static SegmentOutput write(@Nullable Path directory, String name, OrderedRows rows) throws IOException {
        int count = rows.count();
        int[] offsets = new int[count + 1];
        for (int row = 0; row < count; row++) {
            offsets[row + 1] = Math.addExact(offsets[row], rows.id(row).length);
        }
        SegmentOutput output = SegmentOutput.create(
                directory, name, header(count, rows.dimension()), FileHeader.BYTES + 4L * (count + 1) + offsets[count]);
        for (int offset : offsets) {
            output.room(4).putInt(offset);
        }
        for (int row = 0; row < count; row++) {
            output.put(rows.id(row));
        }
        return output;
    }

    private static FileHeader header(int count, int dimension) {
        return new FileHeader(FileHeader.Kind.IDS, count, dimension, 0);
    }

    static byte[] bytes(String id) {
        return id.getBytes(StandardCharsets.UTF_8);
    }

    static int compare(byte[] left, byte[] right) {
        return java.util.Arrays.compareUnsigned(left, right);
    }

    int count() {
        return count;
    }

    private int offset(int ordinal) {
        return file.getInt(FileHeader.BYTES + 4 * ordinal);
    }

    byte[] bytes(int ordinal) {
        int from = offset(ordinal);
        byte[] bytes = new byte[offset(ordinal + 1) - from];
        file.get(text + from, bytes);
        return bytes;
    }

    String id(int ordinal) {
        return new String(bytes(ordinal), StandardCharsets.UTF_8);
    }

    /** The ordinal, or -1. */
    int find(byte[] id) {
        int low = 0;
        int high = count - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = compareAt(middle, id);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    private int compareAt(int ordinal, byte[] id) {
        int from = text + offset(ordinal);
        int length = text + offset(ordinal + 1) - from;
        int common = Math.min(length, id.length);
        for (int i = 0; i < common; i++) {
            int order = Integer.compare(file.get(from + i) & 0xff, id[i] & 0xff);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(length, id.length);
    }
}
