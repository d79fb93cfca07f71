package io.arkestra.langchain4j;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialThinkingContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.testkit.LlmClientContract;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A streaming model of LangChain4j in the process, which calls back on a thread of its own. */
class LangChain4jStreamingContractTest implements LlmClientContract {
    /** One answer: speaks to the handler, and stops when the handle is cancelled. */
    interface Answer {
        void speak(StreamingChatResponseHandler handler, InProcessModel.Handle handle) throws Exception;
    }

    private final Semaphore calls = new Semaphore(0);

    private Optional<LlmClient> client(Answer answer) {
        return client(answer, () -> LlmHealth.ready("in-process"));
    }

    private Optional<LlmClient> client(Answer answer, java.util.function.Supplier<LlmHealth> health) {
        return Optional.of(LangChain4jLlmClient.builder("in-process")
                .streamingChatModel(new Model(answer))
                .capabilities(c ->
                        c.nativeTools(true).parallelTools(true).reasoning(true).parallelism(4))
                .health(health)
                .build());
    }

    /** As HTTP clients do: {@code doChat} returns at once, and what is cancelled is told so in no callback. */
    private final class Model implements StreamingChatModel {
        private final Answer answer;

        private Model(Answer answer) {
            this.answer = answer;
        }

        @Override
        public Set<Capability> supportedCapabilities() {
            return Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
        }

        @Override
        public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
            InProcessModel.Handle handle = new InProcessModel.Handle();
            calls.release();
            Thread thread = new Thread(() -> run(handler, handle), "in-process-model");
            thread.setDaemon(true);
            thread.start();
        }

        private void run(StreamingChatResponseHandler handler, InProcessModel.Handle handle) {
            try {
                answer.speak(handler, handle);
            } catch (Exception e) {
                handler.onError(e);
            }
        }
    }

    static void end(StreamingChatResponseHandler handler, AiMessage message, FinishReason reason) {
        handler.onCompleteResponse(ChatResponse.builder()
                .aiMessage(message)
                .tokenUsage(new TokenUsage(7, 5))
                .finishReason(reason)
                .build());
    }

    @Override
    public Optional<LlmClient> answering(String text) {
        return client((handler, handle) -> {
            for (char unit : text.toCharArray()) {
                handle.say(handler, String.valueOf(unit));
            }
            end(handler, AiMessage.from(text), FinishReason.STOP);
        });
    }

    @Override
    public Optional<LlmClient> answeringSlowly(List<String> pieces, Semaphore permits) {
        return client((handler, handle) -> {
            for (String piece : pieces) {
                permits.acquire();
                handle.say(handler, piece);
            }
            end(handler, AiMessage.from(String.join("", pieces)), FinishReason.STOP);
        });
    }

    @Override
    public Optional<LlmClient> hangingBeforeFirstToken() {
        return client((handler, handle) -> InProcessModel.await(handle.cancelled));
    }

    @Override
    public Optional<LlmClient> hangingAfter(String piece) {
        return client((handler, handle) -> {
            handle.say(handler, piece);
            InProcessModel.await(handle.cancelled);
        });
    }

    @Override
    public Optional<LlmClient> breakingAfter(String piece) {
        return client((handler, handle) -> {
            handle.say(handler, piece);
            throw new IOException("connection reset");
        });
    }

    @Override
    public Optional<LlmClient> overflowing() {
        return client((handler, handle) -> {
            throw new InvalidRequestException("prompt is too long: 9000 tokens > 4096 maximum");
        });
    }

    @Override
    public Optional<LlmClient> away() {
        return client(
                (handler, handle) -> {
                    throw new ConnectException();
                },
                () -> {
                    throw new IllegalStateException("nobody there");
                });
    }

    @Override
    public Optional<LlmClient> thinking(String thoughts, String text) {
        return client((handler, handle) -> {
            handler.onPartialThinking(new PartialThinking(thoughts), new PartialThinkingContext(handle));
            handle.say(handler, text);
            end(handler, AiMessage.builder().text(text).thinking(thoughts).build(), FinishReason.STOP);
        });
    }

    @Override
    public Optional<LlmClient> callingTools(List<LlmToolCall> wanted) {
        return client((handler, handle) -> {
            List<ToolExecutionRequest> requests = requests(wanted);
            for (int i = 0; i < requests.size(); i++) {
                String arguments = requests.get(i).arguments();
                for (int half = 0; half < 2; half++) {
                    int middle = arguments.length() / 2;
                    handler.onPartialToolCall(PartialToolCall.builder()
                            .index(i)
                            .id(requests.get(i).id())
                            .name(requests.get(i).name())
                            .partialArguments(half == 0 ? arguments.substring(0, middle) : arguments.substring(middle))
                            .build());
                }
                handler.onCompleteToolCall(new CompleteToolCall(i, requests.get(i)));
            }
            end(handler, AiMessage.from(requests), FinishReason.TOOL_EXECUTION);
        });
    }

    /** As a model writes them: by the names that it was given. */
    static List<ToolExecutionRequest> requests(List<LlmToolCall> wanted) {
        List<ToolExecutionRequest> requests = new ArrayList<>();
        for (LlmToolCall call : wanted) {
            requests.add(ToolExecutionRequest.builder()
                    .id(call.id())
                    .name(call.name().replace(".", "__"))
                    .arguments(call.arguments())
                    .build());
        }
        return requests;
    }

    @Override
    public OptionalLong callsReceived() {
        return OptionalLong.of(calls.availablePermits());
    }

    @Override
    public void awaitCall(Duration limit) throws InterruptedException {
        assertTrue(calls.tryAcquire(limit.toMillis(), TimeUnit.MILLISECONDS), "no call arrived");
        calls.release();
    }
}
