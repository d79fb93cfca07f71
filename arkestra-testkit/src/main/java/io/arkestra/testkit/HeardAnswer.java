package io.arkestra.testkit;

import io.arkestra.llm.LlmListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Hears an answer and notices what comes after its end. Thread-safe. */
final class HeardAnswer implements LlmListener {
    private final List<String> pieces = new ArrayList<>();
    private final StringBuilder thinking = new StringBuilder();
    private final Map<Integer, String> toolNames = new TreeMap<>();
    private final Map<Integer, String> toolArguments = new TreeMap<>();
    private final CountDownLatch firstPiece = new CountDownLatch(1);
    private boolean ended;
    private int late;

    @Override
    public synchronized void onText(String delta) {
        heard();
        pieces.add(delta);
        firstPiece.countDown();
    }

    @Override
    public synchronized void onThinking(String delta) {
        heard();
        thinking.append(delta);
    }

    @Override
    public synchronized void onToolCall(int index, String name, String arguments) {
        heard();
        toolNames.merge(index, name, String::concat);
        toolArguments.merge(index, arguments, String::concat);
    }

    private void heard() {
        if (ended) {
            late++;
        }
    }

    /** The call has returned or thrown. */
    synchronized void end() {
        ended = true;
    }

    synchronized int late() {
        return late;
    }

    synchronized String text() {
        return String.join("", pieces);
    }

    synchronized List<String> pieces() {
        return List.copyOf(pieces);
    }

    synchronized String thinking() {
        return thinking.toString();
    }

    synchronized List<String> toolNames() {
        return List.copyOf(toolNames.values());
    }

    synchronized List<String> toolArguments() {
        return List.copyOf(toolArguments.values());
    }

    /** Waits for the first piece of text. */
    boolean awaitText() throws InterruptedException {
        return firstPiece.await(60, TimeUnit.SECONDS);
    }
}
