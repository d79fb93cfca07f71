package io.arkestra.embedding.onnx.internal;

import io.arkestra.embedding.Script;

/**
 * How well the vocabulary of a model covers a text. In an English vocabulary English words have 1.1 pieces, Russian ones 5.6.
 *
 * @param words of the text
 * @param pieces of its words
 * @param unknown how many of the pieces stand for what the vocabulary does not have
 */
record TextCoverage(int words, int pieces, int unknown) {
    private static final double MOST_PIECES_PER_WORD = 3;
    private static final double MOST_UNKNOWN = 0.2;
    /** One rare name does not make a foreign language. */
    private static final int ENOUGH_WORDS = 3;
    /** The beginning of a text tells its language. */
    private static final int ENOUGH_TEXT = 2_000;

    static TextCoverage of(TextTokenizer tokenizer, String text) {
        String part =
                text.length() <= ENOUGH_TEXT ? text : text.substring(0, text.offsetByCodePoints(ENOUGH_TEXT - 1, 1));
        Pieces pieces = tokenizer.pieces(part);
        int unknown = 0;
        int ofWords = 0;
        for (int i = 0; i < pieces.count(); i++) {
            unknown += pieces.ids()[i] == tokenizer.unknown() ? 1 : 0;
            int start = pieces.starts()[i];
            if (start < part.length() && Character.isLetterOrDigit(part.codePointAt(start))) {
                ofWords++;
            }
        }
        return new TextCoverage(Script.of(part).words(), Math.max(ofWords, unknown), unknown);
    }

    boolean enough() {
        return unknown <= MOST_UNKNOWN * pieces && (words < ENOUGH_WORDS || pieces <= MOST_PIECES_PER_WORD * words);
    }
}
