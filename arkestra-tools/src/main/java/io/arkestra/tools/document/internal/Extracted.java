package io.arkestra.tools.document.internal;

/**
 * The text of a document.
 *
 * @param title what it calls itself; empty when it does not say
 * @param text the words; a form feed ends each page of a document with pages
 * @param pages how many; 0 for a document without pages
 */
record Extracted(String title, String text, int pages) {
    boolean isBlank() {
        return text.codePoints().allMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c));
    }
}
