package io.arkestra.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.arkestra.llm.openai.SseParser.Event;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseParserTest {
    private static List<Event> parse(String text, int chunk) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        SseParser parser = new SseParser();
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < bytes.length; i += chunk) {
            events.addAll(parser.feed(ByteBuffer.wrap(bytes, i, Math.min(chunk, bytes.length - i))));
        }
        events.addAll(parser.end());
        return events;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1_000})
    void feed_anyCutAndLineEnd_givesTheSameEvents(int chunk) {
        List<Event> expected = List.of(
                new Event("", "Привет, 😀"), new Event("error", "one\ntwo"), new Event("", ""), new Event("", " x"));
        String text = "\uFEFFdata: Привет, 😀\n\n: ping\n\nevent: error\ndata:one\ndata: two\nid: 7\nretry: 5\nodd\n\n"
                + "data\n\nevent: without data\n\ndata:  x\n\n";
        for (String end : new String[] {"\n", "\r\n", "\r"}) {
            assertEquals(expected, parse(text.replace("\n", end), chunk));
        }
    }

    @Test
    void end_lastEventWithoutABlankLine_isGiven() {
        assertEquals(List.of(new Event("", "a"), new Event("", "b")), parse("data: a\n\ndata: b", 3));
        assertEquals(List.of(new Event("", "a")), parse("data: a\n", 3));
        assertEquals(List.of(), parse("", 3));
    }

    @Test
    void feed_endlessLine_isRefused() {
        SseParser parser = new SseParser();
        byte[] block = "x".repeat(1024 * 1024).getBytes(StandardCharsets.UTF_8);
        assertThrows(IllegalStateException.class, () -> {
            for (int i = 0; i < 17; i++) {
                parser.feed(ByteBuffer.wrap(block));
            }
        });
    }

    @Test
    void feed_endlessEventOfManyLines_isRefused() {
        SseParser parser = new SseParser();
        byte[] block = ("data: " + "x".repeat(1024 * 1024) + "\n").getBytes(StandardCharsets.UTF_8);
        assertThrows(IllegalStateException.class, () -> {
            for (int i = 0; i < 17; i++) {
                parser.feed(ByteBuffer.wrap(block));
            }
        });
    }

    @Test
    void feed_partOfABufferOrOneWithoutAnArray_readsWhatRemains() {
        byte[] bytes = "junkdata: a\n\nrest".getBytes(StandardCharsets.UTF_8);
        ByteBuffer part = ByteBuffer.wrap(bytes, 2, 11).slice();
        part.position(2);
        ByteBuffer direct = ByteBuffer.allocateDirect(9).put(bytes, 4, 9).flip();
        for (ByteBuffer buffer : List.of(part, direct)) {
            assertEquals(List.of(new Event("", "a")), new SseParser().feed(buffer));
            assertEquals(0, buffer.remaining());
        }
    }
}
