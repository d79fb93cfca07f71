package io.arkestra.memory;

/**
 * Where a text came from. Only the user's own words may become facts. New origins may be added: a {@code switch} over them needs a
 * default branch.
 */
public enum Origin {
    USER,
    ASSISTANT,
    TOOL,
    SYSTEM
}
