package io.arkestra.vector.partition.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Writes one file of a segment, or the same bytes into memory. Little-endian. Not thread-safe; used on the index's own threads. */
final class SegmentOutput implements AutoCloseable {
    private static final int BUFFER = 1 << 18;

    private final String name;
    private final @Nullable FileChannel channel;
    private final ByteBuffer buffer;
    private final CRC32C crc = new CRC32C();
    private long written;

    private SegmentOutput(String name, @Nullable FileChannel channel, ByteBuffer buffer) {
        this.name = name;
        this.channel = channel;
        this.buffer = buffer.order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * @param directory null to write into memory
     * @param length in bytes, header included; must be met exactly
     */
    static SegmentOutput create(@Nullable Path directory, String name, FileHeader header, long length)
            throws IOException {
        SegmentOutput output;
        if (directory == null) {
            output = new SegmentOutput(name, null, ByteBuffer.allocate(Math.toIntExact(length)));
        } else {
            FileChannel channel =
                    FileChannel.open(directory.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            output = new SegmentOutput(name, channel, ByteBuffer.allocateDirect((int) Math.min(BUFFER, length)));
        }
        output.room(FileHeader.BYTES).put(header.bytes());
        return output;
    }

    /** Where to put the next bytes; at least so many fit, at most 64 kB. */
    ByteBuffer room(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            flush();
        }
        return buffer;
    }

    void put(byte[] bytes) throws IOException {
        for (int at = 0; at < bytes.length; ) {
            room(1);
            int some = Math.min(bytes.length - at, buffer.remaining());
            buffer.put(bytes, at, some);
            at += some;
        }
    }

    private void flush() throws IOException {
        if (channel == null) {
            throw new IOException(name + " is longer than it was said to be");
        }
        buffer.flip();
        crc.update(buffer.duplicate());
        written += buffer.remaining();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    /** Hands everything to the disk. */
    StoredFile finish() throws IOException {
        if (channel == null) {
            return new StoredFile(name, buffer.position(), 0);
        }
        flush();
        channel.force(true);
        channel.close();
        return new StoredFile(name, written, crc.getValue());
    }

    /** The bytes that were written into memory. */
    ByteBuffer memory() {
        return buffer.duplicate().flip().order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
