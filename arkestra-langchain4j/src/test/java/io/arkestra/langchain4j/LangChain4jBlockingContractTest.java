package io.arkestra.langchain4j;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.testkit.LlmClientContract;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A blocking model of LangChain4j in the process, which stops when its thread is interrupted. */
class LangChain4jBlockingContractTest implements LlmClientContract {
    private final Semaphore calls = new Semaphore(0);
    private final CountDownLatch stopped = new CountDownLatch(1);

    private Optional<LlmClient> client(Callable<AiMessage> answer) {
        return client(answer, LlmHealth.ready("in-process"));
    }

    private Optional<LlmClient> client(Callable<AiMessage> answer, LlmHealth health) {
        ChatModel model = new ChatModel() {
            @Override
            public ChatResponse doChat(ChatRequest request) {
                calls.release();
                try {
                    AiMessage message = answer.call();
                    return ChatResponse.builder()
                            .aiMessage(message)
                            .tokenUsage(new TokenUsage(7, 5))
                            .finishReason(
                                    message.hasToolExecutionRequests()
                                            ? FinishReason.TOOL_EXECUTION
                                            : FinishReason.STOP)
                            .build();
                } catch (InterruptedException e) {
                    stopped.countDown();
                    throw new IllegalStateException("interrupted", e);
                } catch (RuntimeException e) {
                    throw e;
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        return Optional.of(LangChain4jLlmClient.builder("in-process")
                .chatModel(model)
                .capabilities(c -> c.cancel(true).nativeTools(true).reasoning(true))
                .health(() -> health)
                .build());
    }

    @Override
    public Optional<LlmClient> answering(String text) {
        return client(() -> AiMessage.from(text));
    }

    @Override
    public Optional<LlmClient> answeringSlowly(List<String> pieces, Semaphore permits) {
        return client(() -> {
            permits.acquire(pieces.size());
            return AiMessage.from(String.join("", pieces));
        });
    }

    @Override
    public Optional<LlmClient> hangingBeforeFirstToken() {
        return client(() -> {
            new CountDownLatch(1).await();
            return AiMessage.from("never");
        });
    }

    @Override
    public Optional<LlmClient> breakingAfter(String piece) {
        return client(() -> {
            throw new IOException("connection reset");
        });
    }

    @Override
    public Optional<LlmClient> overflowing() {
        return client(() -> {
            throw new InvalidRequestException("prompt is too long: 9000 tokens > 4096 maximum");
        });
    }

    @Override
    public Optional<LlmClient> away() {
        return client(
                () -> {
                    throw new ConnectException();
                },
                LlmHealth.down("nobody there"));
    }

    @Override
    public Optional<LlmClient> thinking(String thoughts, String text) {
        return client(() -> AiMessage.builder().text(text).thinking(thoughts).build());
    }

    @Override
    public Optional<LlmClient> callingTools(List<LlmToolCall> wanted) {
        return client(() -> AiMessage.from(LangChain4jStreamingContractTest.requests(wanted)));
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

    @Override
    public Optional<Boolean> backendStops(Duration limit) {
        try {
            return Optional.of(stopped.await(limit.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }
}
