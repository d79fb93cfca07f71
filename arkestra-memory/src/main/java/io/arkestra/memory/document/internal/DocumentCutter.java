package io.arkestra.memory.document.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.embedding.TextChunk;
import io.arkestra.memory.record.internal.Chunk;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a document into chunks that together hold every character of it: along its headings where the sections are of a good size,
 * small neighbouring sections together, large ones in overlapping parts.
 */
final class DocumentCutter {
    /** A chunk with this share of its size may end before a heading of a higher level. */
    private static final int ENOUGH_SHARE = 3;
    /** Title and headings may take this share of a chunk; longer ones are cut. */
    private static final int LEAD_SHARE = 4;

    private static final int LONGEST_LEAD = 300;

    private final TextCutter cutter;

    DocumentCutter(TextCutter cutter) {
        this.cutter = cutter;
    }

    private record Span(int start, int end) {}

    List<Chunk> cut(String document, String title, String text, Instant at) {
        Stride stride = new Stride(Cancellation.none());
        return cut(document, title, text, at, Headings.of(text, stride), stride);
    }

    /** @throws io.arkestra.common.CancelledException when the stride is cancelled */
    List<Chunk> cut(String document, String title, String text, Instant at, Headings headings, Stride stride) {
        int lead = cutter.size() / LEAD_SHARE;
        int room = cutter.size() - Math.min(lead, title.isBlank() ? 0 : cutter.count(title, lead));
        List<Span> spans = new ArrayList<>();
        for (Span section : sections(headings, text, room, stride)) {
            stride.passed(section.end() - section.start());
            split(section, text, room, spans, stride);
        }
        List<Chunk> chunks = new ArrayList<>();
        Places places = new Places(text);
        for (int i = 0; i < spans.size(); i++) {
            stride.ask();
            int start = i == 0 ? 0 : spans.get(i).start();
            // What is left between two parts is white space; it belongs to the one before, so that nothing is lost.
            int end = i + 1 == spans.size()
                    ? text.length()
                    : Math.max(spans.get(i).end(), spans.get(i + 1).start());
            places.moveTo(start);
            chunks.add(new Chunk(
                    Chunk.id(document, i),
                    document,
                    i,
                    start,
                    end,
                    title,
                    shortened(headings.above(start)),
                    text.substring(start, end),
                    at,
                    places.line(),
                    places.page()));
        }
        return chunks;
    }

    private static String shortened(String headings) {
        return headings.length() <= LONGEST_LEAD ? headings : headings.substring(headings.length() - LONGEST_LEAD);
    }

    /** Neighbouring sections together as long as they fit. */
    private List<Span> sections(Headings headings, String text, int room, Stride stride) {
        List<Span> sections = new ArrayList<>();
        List<Integer> starts = headings.starts();
        int from = 0;
        int size = 0;
        int level = 0;
        for (int i = 0; i < starts.size(); i++) {
            int start = starts.get(i);
            int end = i + 1 < starts.size() ? starts.get(i + 1) : text.length();
            stride.passed(end - start);
            int own = cutter.count(text.substring(start, end), room);
            int ownLevel = headings.levelAt(start);
            boolean above = ownLevel > 0 && level > 0 && ownLevel < level && size >= room / ENOUGH_SHARE;
            if (start > from && (size + own > room || above)) {
                sections.add(new Span(from, start));
                from = start;
                size = 0;
            }
            if (size == 0) {
                level = ownLevel;
            }
            size += own;
        }
        sections.add(new Span(from, text.length()));
        return sections;
    }

    private void split(Span section, String text, int room, List<Span> spans, Stride stride) {
        String part = text.substring(section.start(), section.end());
        if (part.isBlank()) {
            return;
        }
        if (cutter.count(part, room) <= room) {
            spans.add(section);
            return;
        }
        for (TextChunk chunk : cutter.cut(part, room, stride)) {
            spans.add(new Span(section.start() + chunk.start(), section.start() + chunk.end()));
        }
    }
}
