package io.arkestra.llm.llamacpp.gguf.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Reads little-endian values from the front of a file through a buffer of fixed size; no length is believed before it fits into the file.
 */
final class GgufInput {
    private static final int BUFFER = 64 * 1024;
    private static final int LONGEST_TEXT = 16 * 1024 * 1024;

    private final FileChannel channel;
    private final long size;
    private final ByteBuffer buffer =
            ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private long position;

    GgufInput(FileChannel channel, long size) {
        this.channel = channel;
        this.size = size;
    }

    long position() {
        return position;
    }

    long remaining() {
        return size - position;
    }

    int u8(String what) throws IOException, Unacceptable {
        return need(1, what).get() & 0xff;
    }

    int u16(String what) throws IOException, Unacceptable {
        return need(2, what).getShort() & 0xffff;
    }

    int i32(String what) throws IOException, Unacceptable {
        return need(4, what).getInt();
    }

    long u32(String what) throws IOException, Unacceptable {
        return i32(what) & 0xffff_ffffL;
    }

    long i64(String what) throws IOException, Unacceptable {
        return need(8, what).getLong();
    }

    float f32(String what) throws IOException, Unacceptable {
        return need(4, what).getFloat();
    }

    double f64(String what) throws IOException, Unacceptable {
        return need(8, what).getDouble();
    }

    /** A text of at most this many bytes. */
    String text(String what, int most) throws IOException, Unacceptable {
        long length = i64("the length of " + what);
        if (length < 0 || length > remaining()) {
            throw new Unacceptable(what + " is said to have " + Long.toUnsignedString(length) + " bytes, but only "
                    + remaining() + " are left in the file");
        }
        if (length > Math.min(most, LONGEST_TEXT)) {
            throw new Unacceptable(
                    what + " has " + length + " bytes; expected at most " + Math.min(most, LONGEST_TEXT));
        }
        byte[] bytes = new byte[(int) length];
        int done = 0;
        while (done < bytes.length) {
            int part = Math.min(bytes.length - done, BUFFER);
            need(part, what).get(bytes, done, part);
            done += part;
        }
        try {
            return utf8.decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new Unacceptable(what + " is not valid UTF-8");
        }
    }

    private ByteBuffer need(int bytes, String what) throws IOException, Unacceptable {
        if (bytes > remaining()) {
            throw new Unacceptable("the download is truncated: the file has " + size
                    + " bytes and ends within its header, in " + what);
        }
        if (buffer.remaining() < bytes) {
            buffer.compact();
            while (buffer.position() < bytes) {
                if (channel.read(buffer) < 0) {
                    throw new Unacceptable("the file became shorter while it was read");
                }
            }
            buffer.flip();
        }
        position += bytes;
        return buffer;
    }
}
