package io.arkestra.langchain4j;

import static io.arkestra.langchain4j.InProcessModel.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import io.arkestra.common.CancelledException;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.LlmToolCall;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ArkestraChatModelStreamingTest {
    private static final ChatRequest HELLO = ChatRequest.builder()
            .messages(UserMessage.from("Hello"))
            .toolSpecifications(ToolSpecification.builder().name("sendMail").build())
            .build();

    /** Keeps what a handler hears; everything after the first end would show. */
    private static class Heard implements StreamingChatResponseHandler {
        final List<String> events = new CopyOnWriteArrayList<>();
        final CountDownLatch ended = new CountDownLatch(1);
        volatile Throwable failure;

        @Override
        public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
            events.add("text " + piece.text());
        }

        @Override
        public void onPartialThinking(PartialThinking piece) {
            events.add("thinking " + piece.text());
        }

        @Override
        public void onPartialToolCall(PartialToolCall piece) {
            events.add("tool " + piece.index() + " " + piece.name() + " " + piece.partialArguments());
        }

        @Override
        public void onCompleteToolCall(CompleteToolCall call) {
            events.add(
                    "call " + call.index() + " " + call.toolExecutionRequest().name());
        }

        @Override
        public void onCompleteResponse(ChatResponse response) {
            events.add("complete " + response.aiMessage().text());
            ended.countDown();
        }

        @Override
        public void onError(Throwable error) {
            failure = error;
            events.add("error");
            ended.countDown();
        }
    }

    private static OwnClient talking() {
        return new OwnClient(false, (request, listener, cancel) -> {
            listener.onThinking("hm");
            listener.onText("Hel");
            listener.onText("");
            listener.onText("lo");
            listener.onToolCall(0, "send_mail", "");
            listener.onToolCall(0, "", "{}");
            cancel.throwIfCancelled();
            return LlmResponse.builder("own")
                    .text("Hello")
                    .toolCalls(List.of(LlmToolCall.of("c", "send_mail", "{}")))
                    .build();
        });
    }

    @Test
    void chat_streamed_isHeardInPiecesWithOneEnd() {
        Heard heard = new Heard();
        try (ArkestraChatModel model = ArkestraChatModel.of(talking())) {
            model.chat(HELLO, heard);
            assertTrue(await(heard.ended));
        }

        assertEquals(
                List.of(
                        "thinking hm",
                        "text Hel",
                        "text lo",
                        "tool 0 sendMail {}",
                        "call 0 sendMail",
                        "complete Hello"),
                heard.events);
    }

    @Test
    void cancel_throughTheHandle_endsWithOneError() {
        Heard heard = new Heard() {
            @Override
            public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
                super.onPartialResponse(piece, context);
                context.streamingHandle().cancel();
                assertTrue(context.streamingHandle().isCancelled());
            }
        };
        try (ArkestraChatModel model = ArkestraChatModel.of(talking())) {
            model.chat(HELLO, heard);
            assertTrue(await(heard.ended));
        }

        assertEquals(List.of("thinking hm", "text Hel", "error"), heard.events);
        assertInstanceOf(CancelledException.class, heard.failure);
    }

    @Test
    void handler_throws_endsTheCallWithWhatItThrew() {
        IllegalStateException broken = new IllegalStateException("broken handler");
        Heard heard = new Heard() {
            @Override
            public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
                throw broken;
            }
        };
        try (ArkestraChatModel model = ArkestraChatModel.of(talking())) {
            model.chat(HELLO, heard);
            assertTrue(await(heard.ended));
        }

        assertEquals(List.of("thinking hm", "error"), heard.events);
        assertEquals(broken, heard.failure);
    }

    @Test
    void chat_failure_isToldOnce() {
        OwnClient client = new OwnClient(false, (request, listener, cancel) -> {
            listener.onText("Hel");
            throw new LlmException(LlmException.Reason.OVERLOADED, "busy");
        });
        Heard heard = new Heard();
        try (ArkestraChatModel model = ArkestraChatModel.of(client)) {
            model.chat(HELLO, heard);
            assertTrue(await(heard.ended));
        }

        assertEquals(List.of("text Hel", "error"), heard.events);
        assertInstanceOf(RateLimitException.class, heard.failure);
    }

    @Test
    void close_runningCall_endsItAsCancelled() {
        CountDownLatch asked = new CountDownLatch(1);
        OwnClient client = new OwnClient(false, (request, listener, cancel) -> {
            CountDownLatch cancelled = new CountDownLatch(1);
            cancel.onCancel(cancelled::countDown);
            asked.countDown();
            await(cancelled);
            throw new CancelledException("closed");
        });
        Heard heard = new Heard();
        ArkestraChatModel model = ArkestraChatModel.of(client);
        model.chat(HELLO, heard);
        assertTrue(await(asked));

        model.close();
        assertTrue(await(heard.ended));
        Heard after = new Heard();
        model.chat(HELLO, after);

        assertInstanceOf(CancelledException.class, heard.failure);
        assertEquals(List.of("error"), after.events, "a closed model tells that at once");
    }
}
