package io.arkestra.embedding.onnx.internal;

import io.arkestra.embedding.EmbeddingException;
import java.util.Map;

/**
 * How a vocabulary of word pieces is used.
 *
 * @param lowerCase whether words are lower-cased
 * @param stripAccents whether accents are taken away
 * @param clean whether control characters are dropped
 * @param chinese whether each Chinese character is a word
 * @param continuation what pieces inside a word begin with
 * @param longestWord longer ones, in code points, are unknown
 * @param unknown token for what the vocabulary does not have
 * @param start token before a sequence
 * @param separator token after a sequence
 */
record WordPieceSettings(
        boolean lowerCase,
        boolean stripAccents,
        boolean clean,
        boolean chinese,
        String continuation,
        int longestWord,
        String unknown,
        String start,
        String separator) {
    static WordPieceSettings uncased() {
        return new WordPieceSettings(true, true, true, true, "##", 100, "[UNK]", "[CLS]", "[SEP]");
    }

    int id(Map<String, Integer> vocabulary, String token) {
        Integer id = vocabulary.get(token);
        if (id == null) {
            throw new EmbeddingException("model", "The vocabulary of the tokenizer has no " + token, null);
        }
        return id;
    }
}
