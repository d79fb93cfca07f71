package io.arkestra.llm.gateway.internal;

import io.arkestra.llm.LlmListener;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Stands before the caller's listener: knows whether it has heard anything, and since when there is something to hear. Lets nothing
 * through once the attempt is over. One per attempt.
 */
final class ListenerGate implements LlmListener {
    private final LlmListener listener;
    private final Pace pace;
    private final long began;
    private volatile @Nullable Duration firstToken;
    private volatile boolean heard;
    private volatile boolean over;

    ListenerGate(LlmListener listener, Pace pace) {
        this.listener = listener;
        this.pace = pace;
        this.began = pace.nanos();
    }

    @Override
    public void onText(String delta) {
        if (!over && !delta.isEmpty()) {
            came();
            heard = true;
            listener.onText(delta);
        }
    }

    @Override
    public void onThinking(String delta) {
        if (!over && !delta.isEmpty()) {
            came();
            listener.onThinking(delta);
        }
    }

    @Override
    public void onToolCall(int index, String name, String arguments) {
        if (!over) {
            came();
            heard = true;
            listener.onToolCall(index, name, arguments);
        }
    }

    private void came() {
        if (firstToken == null) {
            firstToken = Duration.ofNanos(pace.nanos() - began);
        }
    }

    /** Whether somebody has heard a part of the answer, so that no other answer can take its place. */
    boolean heard() {
        return heard && listener != LlmListener.none();
    }

    @Nullable
    Duration firstToken() {
        return firstToken;
    }

    void end() {
        over = true;
    }
}
