package io.arkestra.memory;

/**
 * Where a text came from. Only the user's own words may become facts. New origins may be added: a {@code switch} over them needs a
 * default branch.
 */
public enum Origin {
    USER,
    ASSISTANT,
    TOOL,
    SYSTEM,
    /** Text that was recalled and shown again; never learned from. */
    MEMORY,
    /** Text from the web, mail or another foreign source; never trusted. */
    WEB
}
