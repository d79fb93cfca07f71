package io.arkestra.langchain4j;

import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Models that do what a test says, and keep the last request. */
final class InProcessModel {
    private InProcessModel() {}

    static final class Blocking implements ChatModel {
        final AtomicReference<ChatRequest> request = new AtomicReference<>();
        private final Function<ChatRequest, ChatResponse> answer;
        private final Set<Capability> capabilities;

        Blocking(Function<ChatRequest, ChatResponse> answer, Capability... capabilities) {
            this.answer = answer;
            this.capabilities = Set.of(capabilities);
        }

        @Override
        public ChatResponse doChat(ChatRequest chatRequest) {
            request.set(chatRequest);
            return answer.apply(chatRequest);
        }

        @Override
        public ChatRequestParameters defaultRequestParameters() {
            return DefaultChatRequestParameters.EMPTY;
        }

        @Override
        public Set<Capability> supportedCapabilities() {
            return capabilities;
        }
    }

    /** Answers on a thread of its own, as HTTP clients do. */
    static final class Streaming implements StreamingChatModel {
        final AtomicReference<ChatRequest> request = new AtomicReference<>();
        final CountDownLatch ended = new CountDownLatch(1);
        private final BiConsumer<ChatRequest, StreamingChatResponseHandler> answer;

        Streaming(BiConsumer<ChatRequest, StreamingChatResponseHandler> answer) {
            this.answer = answer;
        }

        @Override
        public void doChat(ChatRequest chatRequest, StreamingChatResponseHandler handler) {
            request.set(chatRequest);
            Thread thread = new Thread(
                    () -> {
                        answer.accept(chatRequest, handler);
                        ended.countDown();
                    },
                    "in-process-model");
            thread.setDaemon(true);
            thread.start();
        }
    }

    static final class Handle implements StreamingHandle {
        final CountDownLatch cancelled = new CountDownLatch(1);
        private final AtomicBoolean flag = new AtomicBoolean();

        @Override
        public void cancel() {
            flag.set(true);
            cancelled.countDown();
        }

        @Override
        public boolean isCancelled() {
            return flag.get();
        }

        void say(StreamingChatResponseHandler handler, String text) {
            handler.onPartialResponse(new PartialResponse(text), new PartialResponseContext(this));
        }
    }

    /** Waits; false when that takes half a minute or the thread is interrupted. */
    static boolean await(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
