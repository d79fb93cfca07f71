package io.arkestra.memory;

/** Where a text came from. Only the user's own words may become facts. */
public enum Origin {
    USER,
    ASSISTANT,
    TOOL,
    SYSTEM
}
