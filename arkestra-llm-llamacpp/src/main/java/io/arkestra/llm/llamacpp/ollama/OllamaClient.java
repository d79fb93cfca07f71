package io.arkestra.llm.llamacpp.ollama;

import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.ollama.OllamaChatRequestParameters;
import io.arkestra.common.Cancellation;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.langchain4j.LangChain4jLlmClient;
import io.arkestra.llm.ContextOverflow;
import io.arkestra.llm.Deadlines;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmException.Reason;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.OutputSpec;
import io.arkestra.llm.Reasoning;
import io.arkestra.llm.Sampling;
import io.arkestra.llm.TokenCount;
import io.arkestra.llm.ToolMode;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model of an Ollama, through LangChain4j's client of it and the bridge, over an HTTP client of ours. Thread-safe.
 *
 * <p>What the model can do is asked for by {@link #probe()}; until it has answered once, neither tools nor thinking are claimed. Every
 * call says how large the context is ({@code num_ctx}) and that a prompt which does not fit is to be refused; a server that cuts it all the same
 * is found out by its count of tokens, and the call fails as a {@link ContextOverflow} then. Ollama has no way to demand a tool call:
 * {@link ToolMode#REQUIRED} is like {@link ToolMode#AUTO}.
 */
public final class OllamaClient implements LlmClient {
    private static final Logger LOG = LoggerFactory.getLogger(OllamaClient.class);
    private static final int STANDARD_CONTEXT = 8_192;
    private static final int CHARS_PER_TOKEN = 8;
    private static final Duration LONGEST_PROBE = Duration.ofSeconds(10);
    private static final Deadlines STANDARD = Deadlines.standard()
            .connect(OllamaServer.CONNECT)
            .firstToken(Duration.ofMinutes(3))
            .idle(Duration.ofMinutes(1))
            .total(Duration.ofMinutes(10));

    private final String model;
    private final OllamaServer server;
    private final Optional<Integer> contextTokens;
    private final Optional<Duration> keepAlive;
    private final Reasoning reasoning;
    private final Duration connect;
    private final boolean elsewhere;
    private final int parallelism;
    private final LangChain4jLlmClient bridge;
    private final Map<LlmRequest, OllamaCall> calls = new ConcurrentHashMap<>();
    private volatile @Nullable OllamaFacts facts;
    private volatile boolean closed;

    private OllamaClient(Builder builder) {
        model = builder.model;
        if (model.isBlank()) {
            throw new ConfigException("The model of Ollama is not named; expected for example 'qwen3:4b'");
        }
        server = new OllamaServer(builder.address, builder.apiKey);
        contextTokens = Optional.ofNullable(builder.contextTokens);
        keepAlive = Optional.ofNullable(builder.keepAlive);
        reasoning = builder.reasoning;
        parallelism = builder.parallelism;
        // A name such as model:120b-cloud is computed elsewhere, though the server is on this machine.
        elsewhere = model.endsWith("-cloud") || model.endsWith(":cloud");
        Deadlines deadlines = merged(builder.deadlines, STANDARD);
        connect = deadlines.connect().orElse(OllamaServer.CONNECT);
        bridge = LangChain4jLlmClient.builder(model)
                .streamingChatModel(new OllamaModel(builder.address, !elsewhere))
                .capabilities(
                        claims -> claims.nativeTools(true).parallelTools(true).parallelism(parallelism))
                .parameters(this::parameters)
                .deadlines(deadlines)
                .build();
    }

    private static Deadlines merged(Deadlines wanted, Deadlines standard) {
        Deadlines all = standard;
        all = wanted.connect().map(all::connect).orElse(all);
        all = wanted.firstToken().map(all::firstToken).orElse(all);
        all = wanted.idle().map(all::idle).orElse(all);
        return wanted.total().map(all::total).orElse(all);
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    public LlmCapabilities capabilities() {
        OllamaFacts known = facts;
        boolean remote = elsewhere || known != null && known.remote();
        return bridge.capabilities().toBuilder()
                .nativeTools(known != null && known.can("tools"))
                .parallelTools(known != null && known.can("tools"))
                .reasoning(known != null && known.can("thinking"))
                .prefixCache(!remote)
                .cancel(true)
                .local(server.address().loopback() && !remote)
                .contextTokens(context())
                .parallelism(parallelism)
                .build();
    }

    /** As set; otherwise as the model's own file says; otherwise {@value #STANDARD_CONTEXT}; never more than the model was made for. */
    private int context() {
        OllamaFacts known = facts;
        int wanted = contextTokens.orElseGet(
                () -> known == null ? STANDARD_CONTEXT : known.ownContext().orElse(STANDARD_CONTEXT));
        return known == null ? wanted : Math.min(wanted, known.trainedContext().orElse(wanted));
    }

    @Override
    public String host() {
        return server.address().base().getHost();
    }

    @Override
    public LlmHealth probe() {
        if (closed) {
            return LlmHealth.down("The client of '" + model + "' is closed");
        }
        try {
            String version = server.json("/api/version", null, "", LONGEST_PROBE)
                    .string("version")
                    .orElse("of an unknown version");
            Json asked = Json.object().put("model", model).build();
            OllamaFacts said = OllamaFacts.of(server.json("/api/show", asked, model, LONGEST_PROBE));
            if (said.mute()) {
                return LlmHealth.down("The model '" + model + "' cannot chat; it can " + said.abilities());
            }
            facts = said;
            return new LlmHealth(
                    LlmHealth.Status.READY,
                    model,
                    "Ollama " + version + ", " + context() + " tokens of context"
                            + (said.trainedContext().isPresent()
                                    ? " of " + said.trainedContext().getAsInt()
                                    : ""));
        } catch (LlmException e) {
            return LlmHealth.down(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return LlmHealth.down("The question whether Ollama is there was interrupted");
        }
    }

    @Override
    public LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
        cancel.throwIfCancelled();
        OllamaFacts known = facts;
        if (!request.tools().isEmpty() && (known == null || !known.can("tools"))) {
            throw new LlmException(
                    Reason.UNSUPPORTED,
                    "The request has tools, but "
                            + (known == null
                                    ? "nobody has asked yet whether '" + model + "' takes any"
                                    : "'" + model + "' takes none"));
        }
        long least = leastTokens(request);
        int context = context();
        if (least > context) {
            throw new ContextOverflow(
                    "The prompt has at least " + least + " tokens, and the context of '" + model + "' has " + context
                            + "; raise 'contextTokens' if the model can take more",
                    null,
                    (long) context,
                    null);
        }
        // A copy, because one request may be under way twice.
        LlmRequest own = offered(request);
        OllamaCall call = new OllamaCall(server, terms(request, known, least, context));
        calls.put(own, call);
        try {
            LlmResponse response = bridge.generate(own, listener, cancel);
            return response.toBuilder()
                    .timings(call.timings(response.timings()))
                    .build();
        } finally {
            calls.remove(own);
        }
    }

    /** Ollama cannot be told to leave its tools alone. */
    private static LlmRequest offered(LlmRequest request) {
        LlmRequest.Builder own = request.toBuilder();
        return request.toolMode() == ToolMode.NONE ? own.replaceTools(List.of()).build() : own.build();
    }

    private OllamaCall.Terms terms(LlmRequest request, @Nullable OllamaFacts known, long least, int context) {
        return new OllamaCall.Terms(
                model,
                request.deadlines().connect().orElse(connect),
                known != null && known.levels() ? level(reasoning(request)) : Optional.empty(),
                least,
                context,
                known != null && !known.abilities().isEmpty() && !known.remote() && !elsewhere);
    }

    private Reasoning reasoning(LlmRequest request) {
        return request.reasoning() == Reasoning.DEFAULT ? reasoning : request.reasoning();
    }

    private static Optional<String> level(Reasoning wanted) {
        return switch (wanted) {
            case DEFAULT -> Optional.empty();
            case MEDIUM -> Optional.of("medium");
            case HIGH -> Optional.of("high");
            default -> Optional.of("low");
        };
    }

    /** Eight characters of prose, runs of the same one counted once, are more than one token in the vocabularies that are in use. */
    private static long leastTokens(LlmRequest request) {
        long chars = 0;
        for (LlmMessage message : request.messages()) {
            String text = message.rendered();
            for (int i = 0; i < text.length(); i++) {
                chars += i == 0 || text.charAt(i) != text.charAt(i - 1) ? 1 : 0;
            }
        }
        return chars / CHARS_PER_TOKEN;
    }

    private ChatRequestParameters parameters(LlmRequest request, ChatRequestParameters standard) {
        OllamaChatRequestParameters.Builder theirs =
                OllamaChatRequestParameters.builder().overrideWith(standard);
        // Ollama has no such penalties, and LangChain4j's client refuses them.
        theirs.frequencyPenalty(null).presencePenalty(null);
        theirs.modelName(model).numCtx(context());
        request.sampling().seed().ifPresent(seed -> theirs.seed((int) seed));
        keepAlive.ifPresent(time -> theirs.keepAlive((int) Math.min(Integer.MAX_VALUE, time.toSeconds())));
        decimal(request, "min_p").ifPresent(theirs::minP);
        decimal(request, "repeat_penalty").ifPresent(theirs::repeatPenalty);
        OllamaFacts known = facts;
        Reasoning wanted = reasoning(request);
        if (known != null && known.can("thinking") && wanted != Reasoning.DEFAULT) {
            theirs.think(wanted != Reasoning.OFF);
        }
        OllamaCall call = calls.get(request);
        if (call == null) {
            throw new IllegalStateException("A call that was not begun here");
        }
        return new OllamaModel.Parameters(theirs.build(), call);
    }

    private static Optional<Double> decimal(LlmRequest request, String key) {
        return request.extensions().decimal(key).map(BigDecimal::doubleValue);
    }

    /** Estimated: Ollama counts only what it answers. */
    @Override
    public TokenCount countTokens(LlmRequest request) {
        return bridge.countTokens(request);
    }

    /** Loads the model and lets it read the beginning; what goes wrong is left to the first call. */
    @Override
    public void warmUp(LlmRequest request, Cancellation cancel) {
        int stable =
                Math.min(request.cache().stableMessages(), request.messages().size());
        if (stable == 0) {
            return;
        }
        LlmRequest beginning = request.toBuilder()
                .replaceMessages(request.messages().subList(0, stable))
                .output(OutputSpec.text())
                .sampling(Sampling.maxTokens(1).temperature(0))
                .build();
        try {
            generate(beginning, LlmListener.none(), cancel);
        } catch (LlmException e) {
            LOG.debug("The beginning of the prompts could not be evaluated ahead", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        bridge.close();
    }

    @Override
    public String toString() {
        return "OllamaClient[" + model + " at " + server.address() + "]";
    }

    /** Builds {@link OllamaClient}. Not thread-safe. */
    public static final class Builder {
        private OllamaAddress address = OllamaAddress.of("url", OllamaAddress.STANDARD);
        private String model = "";
        private Supplier<Optional<String>> apiKey = Optional::empty;
        private Deadlines deadlines = Deadlines.standard();
        private Reasoning reasoning = Reasoning.DEFAULT;
        private int parallelism = 1;
        private @Nullable Integer contextTokens;
        private @Nullable Duration keepAlive;

        private Builder() {}

        /** Where it is; this machine's port 11434 unless set. */
        public Builder url(URI value) {
            address = OllamaAddress.of("url", value.toString());
            return this;
        }

        Builder address(OllamaAddress value) {
            address = value;
            return this;
        }

        /** The model as Ollama calls it, for example {@code qwen3:4b}. */
        public Builder model(String value) {
            model = value;
            return this;
        }

        /** For a server behind a proxy that wants one; asked for each call. */
        public Builder apiKey(Supplier<Optional<String>> value) {
            apiKey = value;
            return this;
        }

        /** Tokens of prompt and answer together; sent with every call, because Ollama's own default is small and cuts. */
        public Builder contextTokens(int value) {
            if (value < 1) {
                throw new ConfigException("contextTokens is " + value + "; expected 1 or more");
            }
            contextTokens = value;
            return this;
        }

        /** How long the model stays in memory after a call; 0 lets go at once, negative is for ever; Ollama's own unless set. */
        public Builder keepAlive(Duration value) {
            keepAlive = value;
            return this;
        }

        /** For calls that do not say. */
        public Builder reasoning(Reasoning value) {
            reasoning = value;
            return this;
        }

        /** For phases that a call sets no deadline for. */
        public Builder deadlines(Deadlines value) {
            deadlines = value;
            return this;
        }

        /** As many calls at a time as the server's {@code OLLAMA_NUM_PARALLEL}; 1 unless set. */
        public Builder parallelism(int value) {
            if (value < 1) {
                throw new ConfigException("parallelism is " + value + "; expected 1 or more");
            }
            parallelism = value;
            return this;
        }

        /** @throws ConfigException when no model is named */
        public OllamaClient build() {
            return new OllamaClient(this);
        }
    }
}
