package io.arkestra.store;

/**
 * A member of the body that queries may filter and sort by.
 *
 * @param name name of the top-level member of the body
 * @param type its type
 */
public record IndexedField(String name, FieldType type) {}
