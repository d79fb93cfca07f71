package io.arkestra.langchain4j;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialThinkingContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of a LangChain4j model. Whatever threads it speaks on, what it says goes through a queue to the thread that waits, so nothing
 * is heard after that has gone, and a cancellation ends the wait even when the model never calls back.
 */
final class BridgeCall implements StreamingChatResponseHandler {
    /** What the model says. */
    sealed interface Event {
        record Text(String delta) implements Event {}

        record Thinking(String delta) implements Event {}

        /** A piece of a tool call; {@code complete} when it is all of it. */
        record ToolPiece(int index, String name, String arguments, boolean complete) implements Event {}

        record Complete(ChatResponse response) implements Event {}

        record Failed(Throwable failure) implements Event {}

        /** Look at the flags. */
        record Wake() implements Event {}
    }

    private static final Logger LOG = LoggerFactory.getLogger(BridgeCall.class);

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private volatile @Nullable String stopped;
    private volatile boolean abandoned;
    private volatile boolean over;
    private volatile @Nullable StreamingHandle handle;

    /** The next event, or null when there is none in time. */
    @Nullable
    Event next(long nanos) throws InterruptedException {
        return events.poll(Math.max(0, nanos), TimeUnit.NANOSECONDS);
    }

    /** Ends the wait. */
    void stop(String why) {
        stopped = why;
        events.add(new Event.Wake());
    }

    /** Why the wait ends; null as long as it goes on. */
    @Nullable
    String stopped() {
        return stopped;
    }

    /** From now on nothing is taken any more; a model that shows a handle later is told to stop then. */
    void abandon() {
        abandoned = true;
    }

    /** Whether the model has said its last word. */
    boolean over() {
        return over;
    }

    /** Whether {@link #cancelHandle} has something to cancel. */
    boolean cancellable() {
        return handle != null;
    }

    /** Tells the model to stop, if it has shown how. May block as long as the model likes. */
    void cancelHandle() {
        StreamingHandle known = handle;
        if (known == null) {
            return;
        }
        try {
            known.cancel();
        } catch (RuntimeException e) {
            LOG.debug("A cancelled model did not stop cleanly", e);
        }
    }

    private void hear(Event event) {
        if (event instanceof Event.Complete || event instanceof Event.Failed) {
            over = true;
        }
        if (!abandoned) {
            events.add(event);
        }
    }

    private void hear(Event event, StreamingHandle itsHandle) {
        handle = itsHandle;
        if (abandoned) {
            cancelHandle();
        } else {
            events.add(event);
        }
    }

    void failed(Throwable failure) {
        hear(new Event.Failed(failure));
    }

    @Override
    public void onPartialResponse(String text) {
        hear(new Event.Text(text));
    }

    @Override
    public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
        hear(new Event.Text(piece.text()), context.streamingHandle());
    }

    @Override
    public void onPartialThinking(PartialThinking piece) {
        hear(new Event.Thinking(piece.text()));
    }

    @Override
    public void onPartialThinking(PartialThinking piece, PartialThinkingContext context) {
        hear(new Event.Thinking(piece.text()), context.streamingHandle());
    }

    @Override
    public void onPartialToolCall(PartialToolCall piece) {
        hear(new Event.ToolPiece(piece.index(), piece.name(), piece.partialArguments(), false));
    }

    @Override
    public void onPartialToolCall(PartialToolCall piece, PartialToolCallContext context) {
        hear(
                new Event.ToolPiece(piece.index(), piece.name(), piece.partialArguments(), false),
                context.streamingHandle());
    }

    @Override
    public void onCompleteToolCall(CompleteToolCall call) {
        String arguments = call.toolExecutionRequest().arguments();
        hear(new Event.ToolPiece(
                call.index(), call.toolExecutionRequest().name(), arguments == null ? "" : arguments, true));
    }

    @Override
    public void onCompleteResponse(ChatResponse response) {
        hear(new Event.Complete(response));
    }

    @Override
    public void onError(Throwable failure) {
        failed(failure);
    }
}
