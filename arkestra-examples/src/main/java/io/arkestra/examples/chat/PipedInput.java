package io.arkestra.examples.chat;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Lines of UTF-8, whatever the locale. Ends in LF or CRLF; a byte order mark at the start is skipped. A line over the limit is read
 * to its end without being kept, so that the next one is whole. Not thread-safe.
 */
final class PipedInput implements ChatInput {
    /** Far above what the engine takes in, whose own limit is named for anything shorter. */
    static final int LIMIT = 1 << 20;

    private final InputStream in;
    private final int limit;
    private boolean first = true;

    PipedInput(InputStream in, int limit) {
        this.in = in instanceof BufferedInputStream ? in : new BufferedInputStream(in);
        this.limit = limit;
    }

    @Override
    public Line next() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long length = 0;
        int b;
        while ((b = in.read()) != -1 && b != '\n') {
            // One byte more than the limit, because a carriage return at the end does not count.
            if (length <= limit) {
                bytes.write(b);
            }
            length++;
        }
        if (b == -1 && length == 0) {
            return new End();
        }
        byte[] line = bytes.toByteArray();
        int from = first && startsWithMark(line) ? 3 : 0;
        int to = line.length == length && length > 0 && line[line.length - 1] == '\r' ? line.length - 1 : line.length;
        first = false;
        if (length - (line.length - to) > limit) {
            return new Unreadable("The line has " + length + " bytes; this console reads lines of at most " + limit
                    + " bytes. It was left out");
        }
        return decode(ByteBuffer.wrap(line, from, Math.max(0, to - from)));
    }

    private static boolean startsWithMark(byte[] line) {
        return line.length >= 3 && line[0] == (byte) 0xEF && line[1] == (byte) 0xBB && line[2] == (byte) 0xBF;
    }

    private static Line decode(ByteBuffer bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer chars = CharBuffer.allocate(bytes.remaining());
        int start = bytes.position();
        CoderResult result = decoder.decode(bytes, chars, true);
        if (result.isError()) {
            return new Unreadable(String.format(
                    "The line is not valid UTF-8 at byte %d (0x%02X); it was left out. Send UTF-8",
                    bytes.position() - start + 1, bytes.get(bytes.position())));
        }
        decoder.flush(chars);
        return new Text(chars.flip().toString());
    }

    /** Leaves the stream open: it is the process's. */
    @Override
    public void close() {}
}
