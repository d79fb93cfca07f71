package io.arkestra.llm.openai;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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

    private final ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    private final StringBuilder data = new StringBuilder();
    private String name = "";
    private boolean hasData;
    private boolean afterCarriageReturn;
    private boolean firstLine = true;

    /**
     * The events that these bytes complete.
     *
     * @throws IllegalStateException when a line or an event is longer than 16 Mi bytes
     */
    List<Event> feed(ByteBuffer bytes) {
        List<Event> events = new ArrayList<>(4);
        while (bytes.hasRemaining()) {
            byte next = bytes.get();
            boolean secondOfPair = next == '\n' && afterCarriageReturn;
            afterCarriageReturn = next == '\r';
            if (secondOfPair) {
                continue;
            }
            if (next == '\n' || next == '\r') {
                endLine(events);
            } else {
                line.write(next);
                bound(line.size());
            }
        }
        return events;
    }

    /** The event that the end of the stream completes, if any. */
    List<Event> end() {
        List<Event> events = new ArrayList<>(1);
        if (line.size() > 0) {
            endLine(events);
        }
        dispatch(events);
        return events;
    }

    private void endLine(List<Event> events) {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (firstLine && text.startsWith("\uFEFF")) {
            text = text.substring(1);
        }
        firstLine = false;
        if (text.isEmpty()) {
            dispatch(events);
        } else if (!text.startsWith(":")) {
            field(text);
        }
    }

    private void field(String text) {
        int colon = text.indexOf(':');
        String field = colon < 0 ? text : text.substring(0, colon);
        String value = colon < 0 ? "" : text.substring(colon + (text.startsWith(" ", colon + 1) ? 2 : 1));
        if (field.equals("data")) {
            if (hasData) {
                data.append('\n');
            }
            data.append(value);
            hasData = true;
            bound(data.length());
        } else if (field.equals("event")) {
            name = value;
        }
    }

    private void dispatch(List<Event> events) {
        if (hasData) {
            events.add(new Event(name, data.toString()));
        }
        data.setLength(0);
        hasData = false;
        name = "";
    }

    private static void bound(int length) {
        if (length > LONGEST) {
            throw new IllegalStateException("an event of the stream is longer than " + LONGEST + " bytes");
        }
    }
}
