package io.arkestra.memory;

import java.util.Objects;

/**
 * Where in a document a passage stands. Use the factory: components that later releases add get their default there.
 *
 * @param document id of the document
 * @param title of the document, for people
 * @param start offset of the passage's first UTF-16 code unit in the document's text
 * @param end offset after its last one
 * @param heading the headings above it, outermost first, joined by {@code >}; empty when there is none
 * @param page the page that it begins on, from 1; 0 when the document has no pages
 * @param lastPage the page that it ends on; 0 when the document has no pages
 * @param line the line that it begins in, from 1; 0 when nobody knows
 * @param lastLine the line that it ends in; 0 when nobody knows
 */
public record Citation(
        String document,
        String title,
        int start,
        int end,
        String heading,
        int page,
        int lastPage,
        int line,
        int lastLine) {
    public Citation {
        Objects.requireNonNull(document, "document");
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(heading, "heading");
    }

    public static Citation of(String document, String title, int start, int end) {
        return new Citation(document, title, start, end, "", 0, 0, 0, 0);
    }

    /** The same under these headings. */
    public Citation under(String headings) {
        return new Citation(document, title, start, end, headings, page, lastPage, line, lastLine);
    }

    /** The same on these pages, from 1. */
    public Citation onPages(int first, int last) {
        return new Citation(document, title, start, end, heading, first, last, line, lastLine);
    }

    /** The same in these lines, from 1. */
    public Citation inLines(int first, int last) {
        return new Citation(document, title, start, end, heading, page, lastPage, first, last);
    }
}
