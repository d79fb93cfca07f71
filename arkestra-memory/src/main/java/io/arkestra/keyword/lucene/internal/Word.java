package io.arkestra.keyword.lucene.internal;

/**
 * A word of a text as the index sees it.
 *
 * @param exact lower case, diacritics folded
 * @param stem what its inflected forms have in common
 * @param stop whether it is so common that it says nothing about a text
 */
public record Word(String exact, String stem, boolean stop) {}
