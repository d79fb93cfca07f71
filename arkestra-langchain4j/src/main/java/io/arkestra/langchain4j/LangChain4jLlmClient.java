package io.arkestra.langchain4j;

import dev.langchain4j.exception.ContentFilteredException;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import io.arkestra.common.Cancellation;
import io.arkestra.common.CancelledException;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Subscription;
import io.arkestra.llm.Deadlines;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmException.Reason;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.TokenCount;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Any LangChain4j {@link ChatModel}, {@link StreamingChatModel} or both as a language model of Arkestra. With a streaming model every call
 * streams; the other one is used only where there is no streaming model. Thread-safe, if the models are.
 *
 * <p>Build the models with {@code maxRetries(0)}: trying again is the business of Arkestra's gateway, which knows budgets and deadlines.
 *
 * <p>A cancellation ends the call at once; the thread that is in the model is interrupted and its {@code StreamingHandle} is cancelled, now
 * or when the model first shows one. A model that heeds neither goes on in the background, unheard, and keeps a thread of this client
 * until it is done. All phases of the {@link Deadlines} are enforced but {@code connect}, which is the model's own setting; a model that does
 * not stream has its first token when it is done. An answer that is bound to a schema and is JSON has
 * {@link io.arkestra.llm.OutputQuality#CONSTRAINED}; whether it is valid is the gateway's to check. Seed, {@link LlmRequest#reasoning()} and caching have no place in
 * LangChain4j's common request: {@link Builder#parameters} can put them into the parameters of a certain provider.
 */
public final class LangChain4jLlmClient implements LlmClient {
    static final Duration LONGEST = Duration.ofDays(1);

    private final String name;
    private final @Nullable ChatModel blocking;
    private final @Nullable StreamingChatModel streaming;
    private final LlmCapabilities capabilities;
    private final Deadlines deadlines;
    private final BiFunction<LlmRequest, ChatRequestParameters, ChatRequestParameters> parameters;
    private final Supplier<LlmHealth> health;
    private final String host;
    private final ChatRequests requests;
    private final Failures failures;
    private final WorkThreads threads;
    private final Set<BridgeCall> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private LangChain4jLlmClient(Builder builder) {
        name = builder.name;
        blocking = builder.blocking;
        streaming = builder.streaming;
        capabilities = builder.capabilities();
        deadlines = builder.deadlines;
        parameters = builder.parameters;
        health = builder.health;
        host = builder.host;
        requests = new ChatRequests(capabilities);
        failures = new Failures(name, new SecretMask(builder.secrets));
        threads = new WorkThreads("arkestra-langchain4j-" + name, Math.max(16, 4 * capabilities.parallelism()));
    }

    /**
     * Starts a client.
     *
     * @param name the model's name, for people: shows in errors, and in responses when the model does not say its own
     */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    @Override
    public LlmCapabilities capabilities() {
        return capabilities;
    }

    /** What {@link Builder#health} says; without it ready as long as it is open, for LangChain4j has no way to ask a model how it is. */
    @Override
    public String host() {
        return host;
    }

    @Override
    public LlmHealth probe() {
        if (closed) {
            return LlmHealth.down("The client of '" + name + "' is closed");
        }
        try {
            return health.get();
        } catch (RuntimeException e) {
            return LlmHealth.down(failures.of(e).getMessage());
        }
    }

    @Override
    public LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
        requests.check(request);
        cancel.throwIfCancelled();
        ToolNames names = ChatRequests.names(request);
        ChatRequest chat = ChatRequest.builder()
                .messages(requests.messages(request, names))
                .parameters(parameters.apply(request, requests.parameters(request, names)))
                .build();
        BridgeCall call = new BridgeCall();
        running.add(call);
        Future<?> work = null;
        try (Subscription onCancel =
                cancel.onCancel(() -> call.stop(cancel.reason().orElse("requested")))) {
            if (closed) {
                throw new LlmException(Reason.UNAVAILABLE, "The client of '" + name + "' is closed");
            }
            work = start(chat, call);
            return await(
                    call,
                    new HeardAnswer(name, request, capabilities.jsonSchema(), names, listener),
                    new CallWatch(name, request.deadlines(), deadlines, streaming != null));
        } finally {
            running.remove(call);
            end(call, work);
        }
    }

    private Future<?> start(ChatRequest chat, BridgeCall call) {
        try {
            return threads.start(() -> {
                try {
                    if (streaming != null) {
                        streaming.chat(chat, call);
                    } else {
                        call.onCompleteResponse(Objects.requireNonNull(blocking).chat(chat));
                    }
                } catch (Throwable failure) {
                    call.failed(failure);
                }
            });
        } catch (RejectedExecutionException e) {
            throw new LlmException(
                    Reason.OVERLOADED,
                    threads.limit() + " calls of '" + name
                            + "' are still running, cancelled ones that do not stop included",
                    e,
                    null);
        }
    }

    private LlmResponse await(BridgeCall call, HeardAnswer answer, CallWatch watch) {
        while (true) {
            BridgeCall.Event event = next(call, watch);
            String stopped = call.stopped();
            if (stopped != null) {
                throw new CancelledException(stopped);
            }
            if (event == null) {
                throw watch.timeout();
            }
            if (event instanceof BridgeCall.Event.Complete complete) {
                watch.heard();
                return answer.complete(complete.response(), watch.timings());
            }
            if (event instanceof BridgeCall.Event.Failed failed) {
                if (failed.failure() instanceof ContentFilteredException) {
                    return answer.filtered(watch.timings());
                }
                if (failed.failure() instanceof VirtualMachineError error) {
                    throw error;
                }
                throw failures.of(failed.failure());
            }
            watch.heard();
            pass(event, answer);
            if (watch.totalPassed()) {
                throw watch.timeout();
            }
        }
    }

    private static BridgeCall.@Nullable Event next(BridgeCall call, CallWatch watch) {
        try {
            return call.next(watch.left());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("the calling thread was interrupted");
        }
    }

    private static void pass(BridgeCall.Event event, HeardAnswer answer) {
        if (event instanceof BridgeCall.Event.Text text) {
            answer.text(text.delta());
        } else if (event instanceof BridgeCall.Event.Thinking thinking) {
            answer.thinking(thinking.delta());
        } else if (event instanceof BridgeCall.Event.ToolPiece piece) {
            answer.toolPiece(piece);
        }
    }

    /** Stops what still runs. The handle on a thread of its own: stopping may take its time where ending the call must not. */
    private void end(BridgeCall call, @Nullable Future<?> work) {
        call.abandon();
        if (call.over()) {
            return;
        }
        if (work != null) {
            work.cancel(true);
        }
        if (call.cancellable()) {
            threads.startOrRun(call::cancelHandle);
        }
    }

    /** Estimated: LangChain4j's models do not tell. */
    @Override
    public TokenCount countTokens(LlmRequest request) {
        return HeardAnswer.estimate(request);
    }

    /** Ends running calls as cancelled and interrupts the threads. The models belong to who made them and stay open. */
    @Override
    public void close() {
        closed = true;
        running.forEach(call -> call.stop("the client was closed"));
        threads.close();
    }

    @Override
    public String toString() {
        return "LangChain4jLlmClient[" + name + ", " + capabilities + "]";
    }

    /** Builds {@link LangChain4jLlmClient}. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private final List<String> secrets = new ArrayList<>();
        private @Nullable ChatModel blocking;
        private @Nullable StreamingChatModel streaming;
        private UnaryOperator<LlmCapabilities.Builder> capabilities = UnaryOperator.identity();
        private BiFunction<LlmRequest, ChatRequestParameters, ChatRequestParameters> parameters =
                (request, standard) -> standard;
        private Supplier<LlmHealth> health;
        private String host = "";
        private Deadlines deadlines = Deadlines.standard()
                .firstToken(Duration.ofMinutes(2))
                .idle(Duration.ofMinutes(1))
                .total(Duration.ofMinutes(10));

        private Builder(String name) {
            if (name.isBlank()) {
                throw new ConfigException("The name of a LangChain4j model is empty; expected the model's name");
            }
            this.name = name;
            health = () -> new LlmHealth(LlmHealth.Status.READY, name, "not asked: LangChain4j has no health check");
        }

        /** Where prompts go, for policies and for people: LangChain4j's models do not tell. */
        public Builder host(String value) {
            host = Objects.requireNonNull(value, "value");
            return this;
        }

        public Builder chatModel(ChatModel model) {
            blocking = Objects.requireNonNull(model, "model");
            return this;
        }

        public Builder streamingChatModel(StreamingChatModel model) {
            streaming = Objects.requireNonNull(model, "model");
            return this;
        }

        /**
         * What the model can do beyond what it says of itself, which is only whether it takes a JSON Schema. Everything else is off until
         * this says otherwise, usage apart; streaming follows from the models, and token counts are never exact.
         */
        public Builder capabilities(UnaryOperator<LlmCapabilities.Builder> change) {
            capabilities = Objects.requireNonNull(change, "change");
            return this;
        }

        /** For phases that a request sets no deadline for; two minutes to the first token, one between two, ten in all unless set. */
        public Builder deadlines(Deadlines value) {
            deadlines = Objects.requireNonNull(value, "value");
            return this;
        }

        /** Adds what only a certain provider's parameters hold, such as a seed or how much to think; must not drop the standard ones. */
        public Builder parameters(BiFunction<LlmRequest, ChatRequestParameters, ChatRequestParameters> change) {
            parameters = Objects.requireNonNull(change, "change");
            return this;
        }

        /** Asks the server how it is, where there is a way; may throw, which means down. */
        public Builder health(Supplier<LlmHealth> probe) {
            health = Objects.requireNonNull(probe, "probe");
            return this;
        }

        /** A text, such as the API key, that must never be in an exception. What looks like a key is taken out anyway. */
        public Builder secret(String value) {
            if (value.isBlank()) {
                throw new ConfigException("A secret of '" + name + "' is empty");
            }
            secrets.add(value);
            return this;
        }

        private LlmCapabilities capabilities() {
            Set<Capability> said = streaming != null
                    ? streaming.supportedCapabilities()
                    : Objects.requireNonNull(blocking).supportedCapabilities();
            LlmCapabilities.Builder builder = LlmCapabilities.builder()
                    .jsonSchema(said.contains(Capability.RESPONSE_FORMAT_JSON_SCHEMA))
                    .usage(true);
            return capabilities
                    .apply(builder)
                    .streaming(streaming != null)
                    .exactTokenCount(false)
                    .build();
        }

        /** @throws ConfigException when there is no model */
        public LangChain4jLlmClient build() {
            if (blocking == null && streaming == null) {
                throw new ConfigException(
                        "The client '" + name + "' has no model; set chatModel or streamingChatModel");
            }
            return new LangChain4jLlmClient(this);
        }
    }
}
