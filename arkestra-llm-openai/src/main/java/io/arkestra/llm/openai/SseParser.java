package io.arkestra.llm.openai;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads a stream of server-sent events (WHATWG HTML, section 9.2) from bytes as they come, wherever they are cut: lines that end by LF, CR
 * or CRLF, several data lines per event, comments, a byte order mark. An event that is not ended by a blank line is given by {@link #end},
 * because servers forget that line; the standard drops it. Confined to one thread.
 */
final class SseParser {
    /**
     * One event.
     *
     * @param name its type; empty when it has none
     * @param data its data lines, joined by line breaks
     */
    record Event(String name, String data) {}

    /** No line or event of a sane server is longer. */
    private static final int LONGEST = 16 * 1024 * 1024;

    private static final byte[] MARK = "\uFEFF".getBytes(StandardCharsets.UTF_8);
    private static final byte[] DATA = "data".getBytes(StandardCharsets.UTF_8);
    private static final byte[] EVENT = "event".getBytes(StandardCharsets.UTF_8);

    /** The beginning of a line whose end has not come yet. */
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream(256);

    private final StringBuilder joined = new StringBuilder();
    private String name = "";
    private String data = "";
    private int dataLines;
    private boolean afterCarriageReturn;
    private boolean firstLine = true;

    /**
     * The events that these bytes complete.
     *
     * @throws IllegalStateException when a line or an event is longer than 16 Mi bytes
     */
    List<Event> feed(ByteBuffer bytes) {
        List<Event> events = new ArrayList<>(4);
        if (bytes.hasArray()) {
            int from = bytes.arrayOffset() + bytes.position();
            feed(bytes.array(), from, from + bytes.remaining(), events);
            bytes.position(bytes.limit());
        } else {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            feed(copy, 0, copy.length, events);
        }
        return events;
    }

    private void feed(byte[] block, int from, int to, List<Event> events) {
        int start = from;
        if (from < to && afterCarriageReturn) {
            start += block[from] == '\n' ? 1 : 0;
            afterCarriageReturn = false;
        }
        for (int i = start; i < to; i++) {
            byte next = block[i];
            if (next == '\n' || next == '\r') {
                line(block, start, i, events);
                if (next == '\r' && i + 1 == to) {
                    afterCarriageReturn = true;
                } else if (next == '\r' && block[i + 1] == '\n') {
                    i++;
                }
                start = i + 1;
            }
        }
        bound(begun.size() + to - start);
        begun.write(block, start, to - start);
    }

    /** A line has its end here; it began in this block or before. */
    private void line(byte[] block, int from, int to, List<Event> events) {
        bound(begun.size() + to - from);
        if (begun.size() == 0) {
            endLine(block, from, to, events);
        } else {
            begun.write(block, from, to - from);
            endBegun(events);
        }
    }

    private void endBegun(List<Event> events) {
        byte[] whole = begun.toByteArray();
        begun.reset();
        endLine(whole, 0, whole.length, events);
    }

    /** The event that the end of the stream completes, if any. */
    List<Event> end() {
        List<Event> events = new ArrayList<>(1);
        if (begun.size() > 0) {
            endBegun(events);
        }
        dispatch(events);
        return events;
    }

    private void endLine(byte[] bytes, int start, int to, List<Event> events) {
        boolean marked = firstLine
                && to - start >= MARK.length
                && Arrays.equals(bytes, start, start + MARK.length, MARK, 0, MARK.length);
        firstLine = false;
        int from = marked ? start + MARK.length : start;
        if (from == to) {
            dispatch(events);
        } else if (bytes[from] != ':') {
            field(bytes, from, to);
        }
    }

    private void field(byte[] bytes, int from, int to) {
        int colon = from;
        while (colon < to && bytes[colon] != ':') {
            colon++;
        }
        int value = Math.min(to, colon + 1);
        if (value < to && bytes[value] == ' ') {
            value++;
        }
        if (Arrays.equals(bytes, from, colon, DATA, 0, DATA.length)) {
            data(new String(bytes, value, to - value, StandardCharsets.UTF_8));
        } else if (Arrays.equals(bytes, from, colon, EVENT, 0, EVENT.length)) {
            name = new String(bytes, value, to - value, StandardCharsets.UTF_8);
        }
    }

    /** Nearly every event has one line, which needs no joining. */
    private void data(String value) {
        dataLines++;
        if (dataLines == 1) {
            data = value;
            return;
        }
        if (dataLines == 2) {
            joined.append(data);
        }
        joined.append('\n').append(value);
        bound(joined.length());
    }

    private void dispatch(List<Event> events) {
        if (dataLines > 0) {
            events.add(new Event(name, dataLines == 1 ? data : joined.toString()));
        }
        joined.setLength(0);
        data = "";
        dataLines = 0;
        name = "";
    }

    private static void bound(int length) {
        if (length > LONGEST) {
            throw new IllegalStateException("an event of the stream is longer than " + LONGEST + " bytes");
        }
    }
}
