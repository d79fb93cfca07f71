package io.arkestra.benchmarks;

/**
 * The least that an assistant does: puts the message into its window of the conversation, calls the model, returns the text. Every
 * rival does that with a model that takes no time, so what is measured is the rest. Used by one thread.
 */
interface MinimalAssistant extends AutoCloseable {
    /** One turn of the conversation. */
    String ask(String message);

    /** The next turn starts with an empty window. */
    void newConversation();

    @Override
    void close();
}
