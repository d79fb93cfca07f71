package io.arkestra.langchain4j;

import io.arkestra.llm.LlmListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what a listener hears. */
final class HeardPieces implements LlmListener {
    final List<String> pieces = new CopyOnWriteArrayList<>();

    @Override
    public void onText(String delta) {
        pieces.add("text " + delta);
    }

    @Override
    public void onThinking(String delta) {
        pieces.add("thinking " + delta);
    }

    @Override
    public void onToolCall(int index, String name, String arguments) {
        pieces.add("tool " + index + " " + name + " " + arguments);
    }
}
