package io.arkestra.langchain4j;

import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import io.arkestra.common.Cancellation;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Scope;
import io.arkestra.llm.Deadlines;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.Reasoning;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;

/**
 * A language model of Arkestra, a local one for example, for an application on LangChain4j: its AI services use it as any other, blocking
 * and streaming ({@code AiServices.builder(…).chatModel(model)}; {@code create} cannot tell which of the two is meant). Thread-safe.
 *
 * <p>A streamed call has exactly one terminal callback, {@code onCompleteResponse} or {@code onError}; when it is cancelled through the
 * {@code StreamingHandle} that is {@code onError} with an {@link io.arkestra.common.CancelledException}. Callbacks come on a thread of
 * this model. Failures are LangChain4j's exceptions with the {@link LlmException} as their cause. Names of tools that Arkestra does not
 * allow, such as {@code sendMail}, are translated for the model and back.
 *
 * <p>{@code topK} and the penalties are passed as {@link LlmRequest#extensions()} under the names of the OpenAI dialect: whether they have
 * an effect is the client's business. A {@code modelName} in a request is refused, for a client serves one model; so is what is not text.
 */
public final class ArkestraChatModel implements ChatModel, StreamingChatModel, AutoCloseable {
    private final LlmClient client;
    private final LlmRequest base;
    private final int maxTokens;
    private final List<ChatModelListener> listeners;
    private final WorkThreads threads;
    private final Set<StreamedCall> running = ConcurrentHashMap.newKeySet();

    private ArkestraChatModel(Builder builder) {
        client = builder.client;
        base = builder.base.build();
        maxTokens = builder.maxTokens;
        listeners = List.copyOf(builder.listeners);
        threads = new WorkThreads(
                "arkestra-chat-model", Math.max(16, 4 * client.capabilities().parallelism()));
    }

    /** With answers of at most 1,024 tokens where a request sets no limit. */
    public static ArkestraChatModel of(LlmClient client) {
        return builder(client).build();
    }

    public static Builder builder(LlmClient client) {
        return new Builder(client);
    }

    @Override
    public ChatResponse doChat(ChatRequest chatRequest) {
        ToolNames names = LlmRequests.names(chatRequest);
        try {
            return ChatResponses.response(
                    client.generate(request(chatRequest, names), LlmListener.none(), Cancellation.none()), names);
        } catch (LlmException e) {
            throw ChatResponses.failure(e);
        }
    }

    @Override
    public void doChat(ChatRequest chatRequest, StreamingChatResponseHandler handler) {
        ToolNames names = LlmRequests.names(chatRequest);
        StreamedCall call = new StreamedCall(handler, names);
        try {
            LlmRequest request = request(chatRequest, names);
            threads.start(() -> run(request, call));
        } catch (RejectedExecutionException e) {
            call.fail(new LlmException(
                    LlmException.Reason.OVERLOADED,
                    "The model is closed or " + threads.limit() + " streamed calls are running",
                    e,
                    null));
        } catch (RuntimeException e) {
            call.fail(e);
        }
    }

    private void run(LlmRequest request, StreamedCall call) {
        LlmResponse response;
        running.add(call);
        try {
            response = client.generate(request, call, call.cancellation());
        } catch (RuntimeException | Error e) {
            call.fail(e);
            return;
        } finally {
            running.remove(call);
        }
        call.complete(response);
    }

    private LlmRequest request(ChatRequest chat, ToolNames names) {
        if (chat.modelName() != null) {
            throw new UnsupportedFeatureException("The request names the model '" + chat.modelName()
                    + "', but Arkestra's client serves the one it was made for; leave modelName out");
        }
        return new LlmRequests(names).request(chat, base, maxTokens);
    }

    @Override
    public Set<Capability> supportedCapabilities() {
        return client.capabilities().jsonSchema() ? Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA) : Set.of();
    }

    @Override
    public ChatRequestParameters defaultRequestParameters() {
        return DefaultChatRequestParameters.EMPTY;
    }

    @Override
    public List<ChatModelListener> listeners() {
        return listeners;
    }

    @Override
    public ModelProvider provider() {
        return ModelProvider.OTHER;
    }

    /** Cancels streamed calls that still run and lets go of the threads. The client belongs to who made it and stays open. */
    @Override
    public void close() {
        running.forEach(StreamedCall::cancel);
        threads.close();
    }

    /** Builds {@link ArkestraChatModel}. Not thread-safe. */
    public static final class Builder {
        private final LlmClient client;
        private LlmRequest.Builder base = LlmRequest.builder("langchain4j");
        private int maxTokens = 1024;
        private List<ChatModelListener> listeners = List.of();

        private Builder(LlmClient client) {
            this.client = Objects.requireNonNull(client, "client");
        }

        /** Tokens of an answer where a request sets no limit. */
        public Builder maxTokens(int value) {
            if (value < 1) {
                throw new ConfigException("maxTokens is " + value + "; expected 1 or more");
            }
            maxTokens = value;
            return this;
        }

        /** Whom all calls of this model are for. */
        public Builder scope(Scope value) {
            base.scope(value);
            return this;
        }

        public Builder deadlines(Deadlines value) {
            base.deadlines(value);
            return this;
        }

        public Builder reasoning(Reasoning value) {
            base.reasoning(value);
            return this;
        }

        public Builder listeners(List<ChatModelListener> value) {
            listeners = List.copyOf(value);
            return this;
        }

        public ArkestraChatModel build() {
            return new ArkestraChatModel(this);
        }
    }
}
