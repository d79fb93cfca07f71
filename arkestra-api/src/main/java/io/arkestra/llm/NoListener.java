package io.arkestra.llm;

/** Hears nothing. */
enum NoListener implements LlmListener {
    INSTANCE
}
