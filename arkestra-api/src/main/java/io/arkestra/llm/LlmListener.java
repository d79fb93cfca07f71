package io.arkestra.llm;

/** Watches an answer come. Called on the thread that generates, in order; must be quick and must not throw. */
public interface LlmListener {
    /** A piece of text, in order; pieces may end anywhere, even inside a surrogate pair. */
    default void onText(String delta) {}

    /** A listener that does nothing. */
    static LlmListener none() {
        return new LlmListener() {};
    }
}
