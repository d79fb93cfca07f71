package io.arkestra.testkit;

import io.arkestra.llm.FinishReason;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.Usage;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * What a scripted model says and when. Public methods are inherited by {@link ScriptedLlm.Expectation}.
 *
 * @param <S> the type that the methods return
 */
public abstract class ScriptedAnswer<S extends ScriptedAnswer<S>> {
    private List<String> pieces = List.of("");
    private String thinking = "";
    private List<LlmToolCall> toolCalls = List.of();
    private @Nullable FinishReason finish;
    private @Nullable Usage usage;
    private @Nullable CountDownLatch start;
    private @Nullable Semaphore permits;
    private boolean hangs;
    private @Nullable RuntimeException failure;

    ScriptedAnswer() {}

    /** Says these pieces, one after the other; a client that does not stream says them at once. */
    public S answers(String... text) {
        pieces = List.of(text);
        return self();
    }

    /** Thinks this before it says anything. */
    public S thinks(String text) {
        thinking = text;
        return self();
    }

    /** Asks for these tools after its text. */
    public S calls(List<LlmToolCall> calls) {
        toolCalls = List.copyOf(calls);
        return self();
    }

    /** Why the answer ends; by itself it ends by its tool calls, or because the model was done. */
    public S finishes(FinishReason reason) {
        finish = reason;
        return self();
    }

    /** What the call took; by itself an estimate. */
    public S usage(Usage value) {
        usage = value;
        return self();
    }

    /** Says nothing before the latch is open. */
    public S after(CountDownLatch latch) {
        start = latch;
        return self();
    }

    /** Takes one permit before each piece of text. */
    public S pacedBy(Semaphore value) {
        permits = value;
        return self();
    }

    /** Does not end after its pieces, until the call is given up. Without pieces it never says anything. */
    public S hangs() {
        hangs = true;
        return self();
    }

    /** Fails so after its pieces; without pieces before it has said anything. */
    public S fails(RuntimeException value) {
        failure = value;
        return self();
    }

    abstract S self();

    final List<String> pieces() {
        return pieces;
    }

    final String thinking() {
        return thinking;
    }

    final List<LlmToolCall> toolCalls() {
        return toolCalls;
    }

    final FinishReason finish() {
        if (finish != null) {
            return finish;
        }
        return toolCalls.isEmpty() ? FinishReason.STOP : FinishReason.TOOL_CALLS;
    }

    final @Nullable Usage usage() {
        return usage;
    }

    final @Nullable CountDownLatch start() {
        return start;
    }

    final @Nullable Semaphore permits() {
        return permits;
    }

    final boolean isHanging() {
        return hangs;
    }

    final @Nullable RuntimeException failure() {
        return failure;
    }
}
