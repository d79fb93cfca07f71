package io.arkestra.llm.llamacpp;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancelledException;
import io.arkestra.common.ConfigException;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.llm.CacheHint;
import io.arkestra.llm.Deadlines;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.OutputSpec;
import io.arkestra.llm.Sampling;
import io.arkestra.llm.TokenCount;
import io.arkestra.llm.openai.OpenAiClient;
import io.arkestra.llm.openai.OpenAiDialect;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model behind a llama-server: the OpenAI dialect, and what llama-server can do besides: slots by name, exact token counts, warming up.
 * It asks the server what it can do when it is probed, and before the first call if nobody has; until then it claims neither tools nor
 * slots. Thread-safe.
 *
 * <p>Calls of the slots {@code junior}, {@code senior} and {@code sleep} ({@link CacheHint#slot()}) always go to the same slot of the
 * server, so that each finds the beginning of its prompt evaluated; other names take any slot.
 *
 * <p>llama-server reads what is spelled like a control token as that token, also in the text of a user. A zero-width space is put inside of
 * what the server's template shows, what is usual, and what {@link Builder#controlTokens} names.
 */
public final class LlamaServerClient implements LlmClient {
    private static final Logger LOG = LoggerFactory.getLogger(LlamaServerClient.class);
    private static final Map<String, Integer> SLOTS = Map.of("junior", 0, "senior", 1, "sleep", 2);
    private static final Deadlines SHORT =
            Deadlines.standard().connect(Duration.ofSeconds(3)).total(Duration.ofSeconds(5));

    private final OpenAiClient chat;
    private final Set<String> controlTokens;
    private final LlmCapabilities unknown;
    private volatile @Nullable LlamaServerFacts facts;

    private LlamaServerClient(Builder builder) {
        URI url = builder.url;
        if (url == null) {
            throw new ConfigException("url is missing; expected the address of a llama-server: http://HOST:PORT");
        }
        chat = OpenAiClient.builder()
                .dialect(OpenAiDialect.LLAMA_SERVER)
                .baseUrl(url)
                .model(builder.model)
                .apiKey(builder.apiKey)
                .deadlines(builder.deadlines)
                .clock(builder.clock)
                .build();
        controlTokens = builder.controlTokens;
        unknown = chat.capabilities().toBuilder()
                .nativeTools(false)
                .parallelTools(false)
                .build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The client of the dialect below, for the server's other endpoints; closed with this one. */
    OpenAiClient chat() {
        return chat;
    }

    @Override
    public LlmCapabilities capabilities() {
        LlamaServerFacts known = facts;
        return known == null ? unknown : known.on(unknown);
    }

    @Override
    public String host() {
        return chat.host();
    }

    @Override
    public LlmHealth probe() {
        LlmHealth health = chat.probe();
        if (health.status() != LlmHealth.Status.READY) {
            return health;
        }
        try {
            LlamaServerFacts asked = ask(Cancellation.none());
            return asked.sleeping()
                    ? new LlmHealth(
                            LlmHealth.Status.SLEEPING, health.model(), "the model is unloaded; the next call loads it")
                    : health;
        } catch (LlmException | InvalidInputException | CancelledException e) {
            return LlmHealth.down(
                    "It answers, but does not tell its properties as a llama-server does: " + e.getMessage());
        }
    }

    private LlamaServerFacts ask(Cancellation cancel) {
        LlamaServerFacts asked = LlamaServerFacts.of(chat.endpoint().get("/props", SHORT, cancel));
        facts = asked;
        return asked;
    }

    /** What is known of the server; asks when nothing is, and does without when it does not answer. */
    private @Nullable LlamaServerFacts known(Deadlines limits, Cancellation cancel) {
        LlamaServerFacts known = facts;
        boolean time = limits.total()
                .map(total -> total.compareTo(Duration.ofSeconds(10)) > 0)
                .orElse(true);
        if (known != null || !time) {
            return known;
        }
        try {
            return ask(cancel);
        } catch (LlmException | InvalidInputException e) {
            LOG.debug("The llama-server does not tell its properties", e);
            return null;
        }
    }

    @Override
    public LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
        cancel.throwIfCancelled();
        LlamaServerFacts known = known(request.deadlines(), cancel);
        if (!request.tools().isEmpty() && !capabilities().nativeTools()) {
            throw new LlmException(
                    LlmException.Reason.UNSUPPORTED,
                    "The llama-server client refuses the call: the chat template of the model has no tools,"
                            + " and the server would drop them; describe them in the prompt");
        }
        return chat.generate(prepared(request, known), listener, cancel);
    }

    private LlmRequest prepared(LlmRequest request, @Nullable LlamaServerFacts known) {
        Set<String> tokens = new LinkedHashSet<>(controlTokens);
        if (known != null) {
            tokens.addAll(known.controlTokens());
        }
        LlmRequest.Builder prepared =
                request.toBuilder().replaceMessages(new PromptTexts(tokens).disarmed(request.messages()));
        Integer slot = SLOTS.get(request.cache().slot());
        Json extensions = request.extensions();
        if (extensions.get("cache_prompt").isEmpty()) {
            extensions = extensions.with("cache_prompt", Json.TRUE);
        }
        if (known != null && slot != null && extensions.get("id_slot").isEmpty()) {
            extensions = extensions.with("id_slot", Json.of(slot % known.slots()));
        }
        return prepared.extensions(extensions).build();
    }

    /** Exact, by the server's own rendering and tokenizer; an estimate when it is away or does not take the prompt. */
    @Override
    public TokenCount countTokens(LlmRequest request) {
        try {
            LlmRequest prepared = prepared(request, facts);
            return TokenCount.of(counted(chat.body(prepared)), true);
        } catch (LlmException | InvalidInputException | CancelledException e) {
            LOG.debug("Tokens are estimated, because the llama-server does not count them", e);
            return chat.countTokens(request);
        }
    }

    private long counted(Json body) {
        try {
            return chat.endpoint()
                    .post("chat/completions/input_tokens", body, SHORT, Cancellation.none())
                    .integer("input_tokens")
                    .orElseThrow(() -> new InvalidInputException("input_tokens is missing"));
        } catch (LlmException e) {
            if (e.reason() != LlmException.Reason.NOT_FOUND) {
                throw e;
            }
            return countedInTwoSteps(body);
        }
    }

    /** Servers before there was an endpoint for it. */
    private long countedInTwoSteps(Json body) {
        String prompt = chat.endpoint()
                .post("/apply-template", body, SHORT, Cancellation.none())
                .text("prompt");
        Json question = Json.object()
                .put("content", prompt)
                .put("add_special", true)
                .put("parse_special", true)
                .build();
        return chat.endpoint()
                .post("/tokenize", question, SHORT, Cancellation.none())
                .list("tokens")
                .size();
    }

    /** Has the server evaluate the stable beginning and one token more. What goes wrong is for the first real call to tell. */
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
        chat.close();
    }

    @Override
    public String toString() {
        return "LlamaServerClient[" + chat + "]";
    }

    /** Builds {@link LlamaServerClient}. Not thread-safe. */
    public static final class Builder {
        private @Nullable URI url;
        private String model = "";
        private Supplier<Optional<String>> apiKey = Optional::empty;
        private Deadlines deadlines = Deadlines.standard();
        private Clock clock = Clock.systemUTC();
        private Set<String> controlTokens = Set.of();

        private Builder() {}

        /** {@code http://HOST:PORT}, with or without {@code /v1}. */
        public Builder url(URI value) {
            url = value;
            return this;
        }

        /** The name under which the server knows the model; only needed where it serves several. */
        public Builder model(String value) {
            model = value;
            return this;
        }

        /** Asked before each call, so that a key may change; empty for none. */
        public Builder apiKey(Supplier<Optional<String>> value) {
            apiKey = value;
            return this;
        }

        /** What holds for calls that do not say, as {@link OpenAiClient.Builder#deadlines}. */
        public Builder deadlines(Deadlines value) {
            deadlines = value;
            return this;
        }

        /** For dates that servers send. */
        public Builder clock(Clock value) {
            clock = value;
            return this;
        }

        /** Control tokens of the model, where they are known: {@link GgufHeader#controlTokens()}. */
        public Builder controlTokens(Collection<String> value) {
            controlTokens = Set.copyOf(value);
            return this;
        }

        /** @throws ConfigException when something is missing or wrong */
        public LlamaServerClient build() {
            return new LlamaServerClient(this);
        }
    }
}
