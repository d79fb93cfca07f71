package io.arkestra.embedding;

/**
 * A part of a text that a model takes whole. Use the factory: components that later releases add get their default there.
 *
 * @param start offset of its first UTF-16 code unit in the text
 * @param end offset after its last one
 * @param tokens how many tokens of the model it has, special ones included
 */
public record TextChunk(int start, int end, int tokens) {
    public static TextChunk of(int start, int end, int tokens) {
        return new TextChunk(start, end, tokens);
    }

    /** The part itself. */
    public String in(String text) {
        return text.substring(start, end);
    }
}
