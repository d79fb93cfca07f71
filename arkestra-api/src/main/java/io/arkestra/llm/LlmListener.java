package io.arkestra.llm;

/**
 * Watches an answer come. Called on the thread that generates, in order; must be quick. What it throws is logged once and otherwise
 * ignored: watching cannot change an answer.
 */
public interface LlmListener {
    /** A piece of text, in order; pieces may end anywhere, even inside a surrogate pair. */
    default void onText(String delta) {}

    /** A listener that does nothing. */
    static LlmListener none() {
        return new LlmListener() {};
    }
}
