package io.arkestra.llm;

/**
 * Watches an answer come. Called in order, by one thread at a time; must be quick and must not throw. Nothing is called after
 * {@link LlmClient#generate} has returned or thrown, which is the one end of a call.
 */
public interface LlmListener {
    /** A piece of text, in order; pieces may end anywhere, even inside a surrogate pair. */
    default void onText(String delta) {}

    /** A piece of what the model thinks before it answers; never part of the text. */
    default void onThinking(String delta) {}

    /**
     * A piece of a tool call of the backend's own protocol.
     *
     * @param index which call of this answer, from 0
     * @param name the tool's name with the first piece of a call, otherwise empty
     * @param arguments a piece of its arguments
     */
    default void onToolCall(int index, String name, String arguments) {}

    /** A listener that does nothing; always the same one, so that a caller can tell that nobody listens. */
    static LlmListener none() {
        return NoListener.INSTANCE;
    }
}
