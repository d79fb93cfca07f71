package io.arkestra.benchmarks.llm;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import io.arkestra.common.Cancellation;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.Sampling;
import io.arkestra.llm.openai.OpenAiClient;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A client of a server of the OpenAI dialect that streams one answer at a time. Used by one thread. */
public interface StreamingClient extends AutoCloseable {
    String QUESTION = "How are you?";
    String MODEL = "fake-model";
    int MOST_TOKENS = 1_024;

    /**
     * When something came, in nanoseconds since the call.
     *
     * @param first the first piece
     * @param whole the whole answer
     * @param text the answer
     */
    record Answered(long first, long whole, String text) {}

    Answered ask();

    @Override
    void close();

    /** Whose client. */
    enum Maker {
        ARKESTRA {
            @Override
            StreamingClient connect(URI server) {
                return new Arkestra(server);
            }
        },
        LANGCHAIN4J {
            @Override
            StreamingClient connect(URI server) {
                return new LangChain4j(server);
            }
        };

        abstract StreamingClient connect(URI server);
    }

    /** Ours: the caller's thread waits and hears. */
    final class Arkestra implements StreamingClient {
        private final OpenAiClient client;
        private final LlmRequest request = LlmRequest.builder("senior")
                .message(LlmMessage.user(QUESTION))
                .sampling(Sampling.maxTokens(MOST_TOKENS))
                .build();

        Arkestra(URI server) {
            client = OpenAiClient.builder().model(MODEL).baseUrl(server).build();
        }

        @Override
        public Answered ask() {
            long[] first = {0};
            long start = System.nanoTime();
            LlmListener listener = new LlmListener() {
                @Override
                public void onText(String text) {
                    if (first[0] == 0) {
                        first[0] = System.nanoTime() - start;
                    }
                }
            };
            String text =
                    client.generate(request, listener, Cancellation.none()).text();
            return new Answered(first[0], System.nanoTime() - start, text);
        }

        @Override
        public void close() {
            client.close();
        }
    }

    /** Theirs, with the HTTP client of the JDK, which is its default: another thread hears, the caller's waits for the end. */
    final class LangChain4j implements StreamingClient {
        private final OpenAiStreamingChatModel model;

        LangChain4j(URI server) {
            model = OpenAiStreamingChatModel.builder()
                    .baseUrl(server + "/v1")
                    .apiKey("none")
                    .modelName(MODEL)
                    .maxTokens(MOST_TOKENS)
                    .timeout(Duration.ofMinutes(1))
                    .build();
        }

        @Override
        public Answered ask() {
            CompletableFuture<Answered> answered = new CompletableFuture<>();
            long start = System.nanoTime();
            model.chat(QUESTION, new StreamingChatResponseHandler() {
                private long first;

                @Override
                public void onPartialResponse(String text) {
                    if (first == 0) {
                        first = System.nanoTime() - start;
                    }
                }

                @Override
                public void onCompleteResponse(ChatResponse response) {
                    answered.complete(new Answered(
                            first,
                            System.nanoTime() - start,
                            response.aiMessage().text()));
                }

                @Override
                public void onError(Throwable failure) {
                    answered.completeExceptionally(failure);
                }
            });
            return answered.orTimeout(1, TimeUnit.MINUTES).join();
        }

        @Override
        public void close() {
            // Holds nothing that could be closed.
        }
    }
}
