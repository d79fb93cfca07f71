package io.arkestra.audit.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A real file on a disk that has only so much room left: what fits is written, then it is full. */
final class NarrowChannel extends FileChannel {
    private final FileChannel file;
    /** How many bytes still fit. */
    long room = Long.MAX_VALUE;
    /** Whether the file can be made shorter. */
    boolean cuts = true;

    NarrowChannel(FileChannel file) {
        this.file = file;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        if (room <= 0) {
            throw new IOException("No space left on device");
        }
        if (bytes.remaining() <= room) {
            int all = file.write(bytes);
            room -= all;
            return all;
        }
        ByteBuffer part = bytes.slice();
        part.limit((int) room);
        int written = file.write(part);
        bytes.position(bytes.position() + written);
        room -= written;
        return written;
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        if (!cuts) {
            throw new IOException("Read-only file system");
        }
        room += room == Long.MAX_VALUE ? 0 : Math.max(0, file.size() - size);
        file.truncate(size);
        return this;
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    public long position() throws IOException {
        return file.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
        file.position(position);
        return this;
    }

    @Override
    public void force(boolean metadata) throws IOException {
        file.force(metadata);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        file.close();
    }

    @Override
    public int read(ByteBuffer bytes) throws IOException {
        return file.read(bytes);
    }

    @Override
    public long read(ByteBuffer[] buffers, int offset, int length) throws IOException {
        return file.read(buffers, offset, length);
    }

    @Override
    public int read(ByteBuffer bytes, long position) throws IOException {
        return file.read(bytes, position);
    }

    @Override
    public long write(ByteBuffer[] buffers, int offset, int length) throws IOException {
        long written = 0;
        for (ByteBuffer bytes : Arrays.asList(buffers).subList(offset, offset + length)) {
            written += write(bytes);
        }
        return written;
    }

    /** Only what lies behind the end of the file takes room. */
    @Override
    public int write(ByteBuffer bytes, long position) throws IOException {
        long longer = position + bytes.remaining() - file.size();
        if (longer > room) {
            throw new IOException("No space left on device");
        }
        room -= Math.max(0, longer);
        return file.write(bytes, position);
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
        return file.transferTo(position, count, target);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(count, 8_192));
        int read = source.read(bytes);
        return read <= 0 ? 0 : write(bytes.flip(), position);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
        return file.map(mode, position, size);
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
        return file.lock(position, size, shared);
    }

    @Override
    public @Nullable FileLock tryLock(long position, long size, boolean shared) throws IOException {
        return file.tryLock(position, size, shared);
    }
}
