package io.arkestra.vector.partition.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The first bytes of every file of a segment, with a check sum of their own, so that opening need not read the rest.
 *
 * @param kind what the file holds
 * @param rows of the segment
 * @param dimension of its vectors
 * @param first ordinal that the file holds
 */
record FileHeader(Kind kind, int rows, int dimension, int first) {
    /** Also the alignment of what follows. */
    static final int BYTES = 64;
    /** Counts the layouts of the files; another one's are not read. */
    static final int VERSION = 1;

    private static final long MAGIC = 0x41524b5645433031L; // "ARKVEC01"

    enum Kind {
        ROWS,
        IDS,
        CODES,
        GRAPH,
        DEAD
    }

    byte[] bytes() {
        ByteBuffer buffer = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(MAGIC).putInt(VERSION).putInt(kind.ordinal());
        buffer.putInt(rows).putInt(dimension).putInt(first);
        buffer.putInt(BYTES - 4, crc(buffer.array()));
        return buffer.array();
    }

    /** @throws IOException when the file does not begin with exactly this header */
    void require(ByteBuffer file, String name) throws IOException {
        byte[] found = new byte[BYTES];
        if (file.capacity() < BYTES) {
            throw new IOException(name + " is too short to be a file of a vector index");
        }
        file.duplicate().position(0).get(found);
        if (!java.util.Arrays.equals(found, bytes())) {
            throw new IOException(
                    name + " begins with another header than " + this + " of version " + VERSION + " has");
        }
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, BYTES - 4);
        return (int) crc.getValue();
    }
}
