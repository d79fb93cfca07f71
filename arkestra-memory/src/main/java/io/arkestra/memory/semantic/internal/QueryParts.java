package io.arkestra.memory.semantic.internal;

import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.EmbeddingRole;
import io.arkestra.embedding.TextChunk;
import java.util.ArrayList;
import java.util.List;

/**
 * What of a query is embedded: all of it, or of a very long one its beginning and its end, where people say what they want. So a query
 * costs a few runs of the model at most.
 *
 * @param texts one, or as many as the model needs
 * @param shortened whether something was left out
 */
record QueryParts(List<String> texts, boolean shortened) {
    /** About as much as fits into all parts, in characters of a text with blanks. */
    static final int MOST_CHARACTERS = 8_000;
    /** As many as the model has to be run for at most, half of them from the end. */
    static final int MOST = 4;

    QueryParts {
        texts = List.copyOf(texts);
    }

    /** Beginning and end of a query; itself when it is not long. */
    static String ends(String query) {
        if (query.length() <= MOST_CHARACTERS) {
            return query;
        }
        int half = MOST_CHARACTERS / 2;
        int head = Character.isHighSurrogate(query.charAt(half - 1)) ? half - 1 : half;
        int from = query.length() - half;
        int tail = Character.isLowSurrogate(query.charAt(from)) ? from + 1 : from;
        return query.substring(0, head) + "\n" + query.substring(tail);
    }

    static QueryParts of(Embedder embedder, String query) {
        String text = ends(query);
        boolean shortened = text.length() < query.length();
        int limit = embedder.info().maxTokens();
        if (embedder.countTokens(text, EmbeddingRole.QUERY) <= limit) {
            return new QueryParts(List.of(text), shortened);
        }
        // A little less than fits as a passage: the prefix of a query may be longer.
        List<TextChunk> chunks = embedder.chunks(text, limit - limit / 8, 0);
        List<TextChunk> kept = chunks;
        if (chunks.size() > MOST) {
            kept = new ArrayList<>(chunks.subList(0, MOST - MOST / 2));
            kept.addAll(chunks.subList(chunks.size() - MOST / 2, chunks.size()));
        }
        List<String> parts = kept.stream().map(chunk -> chunk.in(text)).toList();
        return new QueryParts(parts, shortened || kept.size() < chunks.size());
    }
}
