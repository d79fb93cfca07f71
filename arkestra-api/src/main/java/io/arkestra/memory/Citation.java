package io.arkestra.memory;

/**
 * Where in a document a passage stands. Use the factory: components that later releases add get their default there.
 *
 * @param document id of the document
 * @param title of the document, for people
 * @param start offset of the passage's first UTF-16 code unit in the document's text
 * @param end offset after its last one
 */
public record Citation(String document, String title, int start, int end) {
    public static Citation of(String document, String title, int start, int end) {
        return new Citation(document, title, start, end);
    }
}
