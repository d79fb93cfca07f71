package io.arkestra.keyword;

/**
 * A text that was found. Use the factory: components that later releases add get their default there.
 *
 * @param id which text
 * @param score BM25 score; comparable only within one search
 */
public record KeywordHit(String id, float score) {
    public static KeywordHit of(String id, float score) {
        return new KeywordHit(id, score);
    }
}
