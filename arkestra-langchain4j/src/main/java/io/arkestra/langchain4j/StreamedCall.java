package io.arkestra.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialThinkingContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import io.arkestra.common.Cancellation;
import io.arkestra.common.CancellationSource;
import io.arkestra.common.CancelledException;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes one streamed answer on to a handler of LangChain4j. A handler that throws ends the call: what it threw is its terminal callback.
 */
final class StreamedCall implements LlmListener, StreamingHandle {
    private static final Logger LOG = LoggerFactory.getLogger(StreamedCall.class);

    private final StreamingChatResponseHandler handler;
    private final ToolNames names;
    private final CancellationSource source = new CancellationSource();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final Map<Integer, String> toolNames = new HashMap<>();
    private @Nullable Throwable thrown;

    StreamedCall(StreamingChatResponseHandler handler, ToolNames names) {
        this.handler = handler;
        this.names = names;
    }

    Cancellation cancellation() {
        return source;
    }

    @Override
    public void cancel() {
        source.cancel("cancelled by the application");
    }

    @Override
    public boolean isCancelled() {
        return source.isCancelled();
    }

    @Override
    public void onText(String delta) {
        if (!delta.isEmpty()) {
            pass(() -> handler.onPartialResponse(new PartialResponse(delta), new PartialResponseContext(this)));
        }
    }

    @Override
    public void onThinking(String delta) {
        if (!delta.isEmpty()) {
            pass(() -> handler.onPartialThinking(new PartialThinking(delta), new PartialThinkingContext(this)));
        }
    }

    @Override
    public void onToolCall(int index, String name, String arguments) {
        String known = toolNames.merge(index, name, (before, now) -> before.isEmpty() ? now : before);
        if (!known.isEmpty() && !arguments.isEmpty()) {
            PartialToolCall piece = PartialToolCall.builder()
                    .index(index)
                    .name(names.back(known))
                    .partialArguments(arguments)
                    .build();
            pass(() -> handler.onPartialToolCall(piece, new PartialToolCallContext(this)));
        }
    }

    private void pass(Runnable callback) {
        if (source.isCancelled()) {
            return;
        }
        try {
            callback.run();
        } catch (RuntimeException e) {
            thrown = e;
            source.cancel("the handler failed");
        }
    }

    void complete(LlmResponse response) {
        List<ToolExecutionRequest> calls = ChatResponses.calls(response, names);
        for (int i = 0; i < calls.size(); i++) {
            CompleteToolCall call = new CompleteToolCall(i, calls.get(i));
            pass(() -> handler.onCompleteToolCall(call));
        }
        if (source.isCancelled()) {
            fail(new CancelledException(source.reason().orElse("requested")));
        } else {
            end(() -> handler.onCompleteResponse(ChatResponses.response(response, names)));
        }
    }

    void fail(Throwable failure) {
        Throwable told =
                thrown != null ? thrown : failure instanceof LlmException ours ? ChatResponses.failure(ours) : failure;
        end(() -> handler.onError(told));
    }

    private void end(Runnable callback) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        try {
            callback.run();
        } catch (RuntimeException e) {
            LOG.warn("The handler of a streamed answer failed in its last callback", e);
        }
    }
}
