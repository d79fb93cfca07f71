package io.arkestra.keyword;

/**
 * A text that was found.
 *
 * @param id which text
 * @param score BM25 score; comparable only within one search
 */
public record KeywordHit(String id, float score) {}
