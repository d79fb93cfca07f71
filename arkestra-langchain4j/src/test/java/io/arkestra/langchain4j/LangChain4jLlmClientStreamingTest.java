package io.arkestra.langchain4j;

import static io.arkestra.langchain4j.InProcessModel.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import io.arkestra.common.Cancellation;
import io.arkestra.common.CancellationSource;
import io.arkestra.common.CancelledException;
import io.arkestra.langchain4j.InProcessModel.Blocking;
import io.arkestra.langchain4j.InProcessModel.Handle;
import io.arkestra.langchain4j.InProcessModel.Streaming;
import io.arkestra.llm.Deadlines;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.LlmTimeout;
import io.arkestra.tool.ToolSpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class LangChain4jLlmClientStreamingTest {
    private static final Duration SOON = Duration.ofMillis(50);

    private static LangChain4jLlmClient client(Streaming model) {
        return LangChain4jLlmClient.builder("m")
                .streamingChatModel(model)
                .capabilities(c -> c.nativeTools(true))
                .build();
    }

    private static LlmRequest.Builder hello() {
        return LlmRequest.builder("senior").message(LlmMessage.user("Hello"));
    }

    private static void complete(StreamingChatResponseHandler handler, AiMessage message) {
        handler.onCompleteResponse(ChatResponse.builder().aiMessage(message).build());
    }

    private static CompletableFuture<LlmResponse> inBackground(
            LangChain4jLlmClient client, LlmRequest request, LlmListener listener, Cancellation cancel) {
        return CompletableFuture.supplyAsync(() -> client.generate(request, listener, cancel), task -> {
            Thread thread = new Thread(task, "caller");
            thread.setDaemon(true);
            thread.start();
        });
    }

    private static Throwable failure(CompletableFuture<LlmResponse> answer) throws Exception {
        try {
            return fail("Expected a failure, but got " + answer.get(30, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    @Test
    void generate_pieces_areHeardInOrderAndMakeTheAnswer() {
        ToolExecutionRequest call = ToolExecutionRequest.builder()
                .id("c")
                .name("note__create")
                .arguments("{\"a\":1}")
                .build();
        ToolExecutionRequest whole = ToolExecutionRequest.builder()
                .id("d")
                .name("other")
                .arguments("{}")
                .build();
        Streaming model = new Streaming((request, handler) -> {
            handler.onPartialThinking(new PartialThinking("hm"));
            handler.onPartialResponse("При");
            new Handle().say(handler, "вет \uD83D");
            handler.onPartialResponse("\uDC4D");
            handler.onPartialToolCall(toolPiece("{\"a\":"));
            handler.onPartialToolCall(toolPiece("1}"));
            handler.onCompleteToolCall(new CompleteToolCall(0, call));
            handler.onCompleteToolCall(new CompleteToolCall(1, whole));
            complete(handler, AiMessage.from("Привет 👍", List.of(call, whole)));
        });
        HeardPieces heard = new HeardPieces();
        ToolSpec tool = ToolSpec.builder("note.create").description("x").build();
        LlmResponse response;
        try (LangChain4jLlmClient client = client(model)) {
            response = client.generate(hello().tools(List.of(tool)).build(), heard, Cancellation.none());
        }

        assertEquals("Привет 👍", response.text());
        assertEquals("hm", response.thinking());
        assertEquals("note.create", response.toolCalls().get(0).name());
        assertTrue(response.timings().firstToken().isPresent());
        assertEquals(
                List.of(
                        "thinking hm",
                        "text При",
                        "text вет \uD83D",
                        "text \uDC4D",
                        "tool 0 note.create {\"a\":",
                        "tool 0  1}",
                        "tool 1 other {}"),
                heard.pieces);
    }

    private static PartialToolCall toolPiece(String arguments) {
        return PartialToolCall.builder()
                .index(0)
                .id("c")
                .name("note__create")
                .partialArguments(arguments)
                .build();
    }

    @Test
    void cancel_beforeTheFirstToken_endsTheCallAndTheModelIsStoppedWhenItFirstSpeaks() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch speak = new CountDownLatch(1);
        Handle handle = new Handle();
        Streaming model = new Streaming((request, handler) -> {
            asked.countDown();
            await(speak);
            handle.say(handler, "too late");
            complete(handler, AiMessage.from("too late"));
        });
        HeardPieces heard = new HeardPieces();
        CancellationSource cancel = new CancellationSource();
        try (LangChain4jLlmClient client = client(model)) {
            CompletableFuture<LlmResponse> answer = inBackground(client, hello().build(), heard, cancel);
            assertTrue(await(asked));

            cancel.cancel("changed my mind");

            Throwable failure = failure(answer);
            assertEquals(CancelledException.class, failure.getClass());
            assertTrue(failure.getMessage().contains("changed my mind"));
            speak.countDown();
            assertTrue(await(handle.cancelled), "the handle is cancelled when it first appears");
            assertTrue(await(model.ended));
            assertEquals(List.of(), heard.pieces);
        }
    }

    @Test
    void cancel_afterTheFirstToken_cancelsTheHandle() throws Exception {
        Handle handle = new Handle();
        Streaming model = new Streaming((request, handler) -> {
            handle.say(handler, "one");
            await(handle.cancelled);
            handler.onPartialResponse("two");
        });
        CancellationSource cancel = new CancellationSource();
        HeardPieces heard = new HeardPieces();
        LlmListener cancelling = new LlmListener() {
            @Override
            public void onText(String delta) {
                heard.onText(delta);
                cancel.cancel("enough");
            }
        };
        try (LangChain4jLlmClient client = client(model)) {
            assertThrows(CancelledException.class, () -> client.generate(hello().build(), cancelling, cancel));

            assertTrue(await(handle.cancelled));
            assertTrue(await(model.ended));
            assertEquals(List.of("text one"), heard.pieces);
        }
    }

    @Test
    void cancel_blockingModel_interruptsItsThread() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Blocking model = new Blocking(request -> {
            asked.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            throw new IllegalStateException("interrupted");
        });
        CancellationSource cancel = new CancellationSource();
        try (LangChain4jLlmClient client =
                LangChain4jLlmClient.builder("m").chatModel(model).build()) {
            CompletableFuture<LlmResponse> answer = inBackground(client, hello().build(), LlmListener.none(), cancel);
            assertTrue(await(asked));
            cancel.cancel("enough");

            assertEquals(CancelledException.class, failure(answer).getClass());
            assertTrue(await(interrupted));
        }
    }

    @Test
    void cancel_beforeTheCall_asksNobody() {
        CancellationSource cancel = new CancellationSource();
        cancel.cancel("never mind");
        Streaming model = new Streaming((request, handler) -> complete(handler, AiMessage.from("no")));
        try (LangChain4jLlmClient client = client(model)) {
            assertThrows(CancelledException.class, () -> client.generate(hello().build(), LlmListener.none(), cancel));
            assertEquals(null, model.request.get());
        }
    }

    @Test
    void deadlines_phases_endTheCallByName() {
        CountDownLatch never = new CountDownLatch(1);
        Handle handle = new Handle();
        Streaming silent = new Streaming((request, handler) -> await(never));
        Streaming stalling = new Streaming((request, handler) -> {
            handle.say(handler, "one");
            await(never);
        });
        Streaming endless = new Streaming((request, handler) -> {
            while (never.getCount() > 0) {
                handler.onPartialResponse("a");
                pause(never);
            }
        });

        assertEquals(
                LlmTimeout.Phase.FIRST_TOKEN,
                timeout(silent, r -> r.deadlines(of().firstToken(SOON))).phase());
        assertEquals(
                LlmTimeout.Phase.TOTAL, timeout(silent, r -> r.deadline(SOON)).phase());
        LlmTimeout idle = timeout(stalling, r -> r.deadlines(of().idle(SOON)));
        assertEquals(LlmTimeout.Phase.IDLE, idle.phase());
        assertEquals(SOON, idle.limit());
        assertTrue(await(handle.cancelled), "a stalled model is told to stop");
        assertEquals(
                LlmTimeout.Phase.TOTAL, timeout(endless, r -> r.deadline(SOON)).phase());
        never.countDown();
    }

    /** Takes a breath, so that the pieces do not fill the memory. */
    private static void pause(CountDownLatch latch) {
        try {
            latch.await(1, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Deadlines of() {
        return Deadlines.standard();
    }

    private static LlmTimeout timeout(Streaming model, Consumer<LlmRequest.Builder> change) {
        LlmRequest.Builder request = hello();
        change.accept(request);
        try (LangChain4jLlmClient client = client(model)) {
            return assertThrows(
                    LlmTimeout.class, () -> client.generate(request.build(), LlmListener.none(), Cancellation.none()));
        }
    }

    @Test
    void deadlines_blockingModel_limitTheWholeCall() {
        CountDownLatch never = new CountDownLatch(1);
        Blocking model = new Blocking(request -> {
            await(never);
            throw new IllegalStateException("late");
        });
        try (LangChain4jLlmClient client =
                LangChain4jLlmClient.builder("m").chatModel(model).build()) {
            LlmTimeout timeout = assertThrows(
                    LlmTimeout.class,
                    () -> client.generate(hello().deadline(SOON).build(), LlmListener.none(), Cancellation.none()));
            assertEquals(LlmTimeout.Phase.TOTAL, timeout.phase());
        }
        never.countDown();
    }

    @Test
    void close_runningCall_endsItAsCancelled() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Streaming model = new Streaming((request, handler) -> {
            asked.countDown();
            await(never);
        });
        LangChain4jLlmClient client = client(model);
        CompletableFuture<LlmResponse> answer =
                inBackground(client, hello().build(), LlmListener.none(), Cancellation.none());
        assertTrue(await(asked));

        client.close();

        assertEquals(CancelledException.class, failure(answer).getClass());
        never.countDown();
    }

    @Test
    void generate_allThreadsBusy_isOverloaded() {
        CountDownLatch busy = new CountDownLatch(16);
        CountDownLatch never = new CountDownLatch(1);
        Blocking model = new Blocking(request -> {
            busy.countDown();
            await(never);
            throw new IllegalStateException("late");
        });
        try (LangChain4jLlmClient client =
                LangChain4jLlmClient.builder("m").chatModel(model).build()) {
            for (int i = 0; i < 16; i++) {
                inBackground(client, hello().build(), LlmListener.none(), Cancellation.none());
            }
            assertTrue(await(busy));

            LlmException refused = assertThrows(
                    LlmException.class,
                    () -> client.generate(hello().build(), LlmListener.none(), Cancellation.none()));

            assertEquals(LlmException.Reason.OVERLOADED, refused.reason());
        } finally {
            never.countDown();
        }
    }

    @Test
    void generate_manyAtOnce_keepsAnswersApart() {
        Streaming model = new Streaming((request, handler) -> {
            String asked = ((dev.langchain4j.data.message.UserMessage)
                            request.messages().get(0))
                    .singleText();
            for (char c : asked.toCharArray()) {
                handler.onPartialResponse(String.valueOf(c));
            }
            complete(handler, AiMessage.from(asked));
        });
        try (LangChain4jLlmClient client = client(model)) {
            List<CompletableFuture<LlmResponse>> answers = java.util.stream.IntStream.range(0, 12)
                    .mapToObj(i -> inBackground(
                            client,
                            LlmRequest.builder("r")
                                    .message(LlmMessage.user("question " + i))
                                    .build(),
                            LlmListener.none(),
                            Cancellation.none()))
                    .toList();
            for (int i = 0; i < answers.size(); i++) {
                assertEquals("question " + i, answers.get(i).join().text());
            }
        }
    }
}
