package io.arkestra.examples.chat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.examples.chat.ChatInput.End;
import io.arkestra.examples.chat.ChatInput.Line;
import io.arkestra.examples.chat.ChatInput.Text;
import io.arkestra.examples.chat.ChatInput.Unreadable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PipedInputTest {
    @Test
    void next_lfCrlfAndNoEnd_givesLinesWithoutTheirEnds() throws IOException {
        assertEquals(
                List.of(new Text("one"), new Text("два"), new Text(""), new Text("three")),
                read("one\nдва\r\n\nthree".getBytes(UTF_8), 100));
    }

    @Test
    void next_byteOrderMarkAtTheStart_isSkippedOnceOnly() throws IOException {
        assertEquals(
                List.of(new Text("one"), new Text("\uFEFFtwo")), read("\uFEFFone\n\uFEFFtwo".getBytes(UTF_8), 100));
    }

    @Test
    void next_notUtf8_namesTheByteAndGoesOn() throws IOException {
        List<Line> lines = read("ab\u00FFc\nfine\n".getBytes(ISO_8859_1), 100);

        assertEquals(
                "The line is not valid UTF-8 at byte 3 (0xFF); it was left out. Send UTF-8",
                assertInstanceOf(Unreadable.class, lines.get(0)).message());
        assertEquals(new Text("fine"), lines.get(1));
    }

    @Test
    void next_truncatedCharacterAtTheEnd_isRefused() throws IOException {
        byte[] half = {'a', (byte) 0xD0};

        assertInstanceOf(Unreadable.class, read(half, 100).get(0));
    }

    @Test
    void next_lineOfExactlyTheLimit_isTakenWithEitherEnd() throws IOException {
        assertEquals(List.of(new Text("12345")), read("12345\n".getBytes(UTF_8), 5));
        assertEquals(List.of(new Text("12345")), read("12345\r\n".getBytes(UTF_8), 5));
    }

    @Test
    void next_lineOverTheLimit_namesTheLimitAndReadsOnAfterIt() throws IOException {
        List<Line> lines = read("123456\nnext\n".getBytes(UTF_8), 5);

        assertEquals(
                "The line has 6 bytes; this console reads lines of at most 5 bytes. It was left out",
                assertInstanceOf(Unreadable.class, lines.get(0)).message());
        assertEquals(new Text("next"), lines.get(1));
    }

    @Test
    void next_hugeLine_isNotKept() throws IOException {
        long length = 4L * Runtime.getRuntime().maxMemory() / 100;
        PipedInput input = new PipedInput(new Endless(length), 10);
        long before = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();

        Line line = input.next();

        assertTrue(assertInstanceOf(Unreadable.class, line).message().contains(length + " bytes"));
        long after = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        assertTrue(after - before < length, "kept " + (after - before) + " bytes");
    }

    private static List<Line> read(byte[] bytes, int limit) throws IOException {
        PipedInput input = new PipedInput(new ByteArrayInputStream(bytes), limit);
        List<Line> lines = new ArrayList<>();
        for (Line line = input.next(); !(line instanceof End); line = input.next()) {
            lines.add(line);
        }
        assertEquals(new End(), input.next());
        return lines;
    }

    /** So many letters and no line end. */
    private static final class Endless extends InputStream {
        private long left;

        Endless(long length) {
            left = length;
        }

        @Override
        public int read() {
            return left-- > 0 ? 'x' : -1;
        }
    }
}
