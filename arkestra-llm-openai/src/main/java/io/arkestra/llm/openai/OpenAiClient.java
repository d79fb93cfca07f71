package io.arkestra.llm.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.arkestra.common.Cancellation;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.llm.Deadlines;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.OutputSpec;
import io.arkestra.llm.TokenCount;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A model behind a server that speaks the OpenAI dialect of chat completions. Thread-safe; one client serves any number of calls.
 *
 * <p>Answers are streamed inside whether or not anybody listens, so that an idle deadline can hold and a cancelled call ends at once: its
 * connection is closed, before the first byte as after it. Makes one attempt, and follows no redirect.
 *
 * <p>An answer that is bound to a schema and is JSON has {@link io.arkestra.llm.OutputQuality#CONSTRAINED} and its document in
 * {@link LlmResponse#json()}, without the nulls that OpenAI's strict mode puts in place of optional members. It has <em>not</em> been
 * validated here: no server enforces every keyword ({@link LlmCapabilities#ignoredSchemaKeywords()}), so the engine's gateway validates it
 * against the schema of the request. Whoever uses this client alone has to do the same.
 *
 * <p>The API key is in no message, log or {@code toString}, also when the server repeats it.
 */
public final class OpenAiClient implements LlmClient {
    /** The deadlines of a client that is given none. */
    static final Deadlines STANDARD = Deadlines.standard()
            .connect(Duration.ofSeconds(10))
            .firstToken(Duration.ofMinutes(3))
            .idle(Duration.ofSeconds(60))
            .total(Duration.ofMinutes(10));

    private static final Duration PROBE_CONNECT = Duration.ofSeconds(3);
    private static final Duration PROBE_TOTAL = Duration.ofSeconds(5);

    private final OpenAiEndpoint endpoint;
    private final OpenAiDialect dialect;
    private final String model;
    private final LlmCapabilities capabilities;

    private OpenAiClient(Builder builder) {
        dialect = builder.dialect;
        model = builder.model;
        if (dialect.modelNeeded() && model.isBlank()) {
            throw new ConfigException("model is missing; expected the name under which the " + dialect.name()
                    + " server knows the model");
        }
        endpoint = new OpenAiEndpoint(new OpenAiEndpoint.Parts(
                builder.baseUrl == null ? URI.create(dialect.baseUrl()) : builder.baseUrl,
                dialect,
                builder.apiKey,
                Map.copyOf(builder.headers),
                builder.proxy,
                builder.tls,
                CallTimer.merge(builder.deadlines, STANDARD),
                builder.clock));
        capabilities = builder.capabilities.apply(standard().toBuilder()).build();
    }

    private LlmCapabilities standard() {
        // A name such as model:120b-cloud is computed elsewhere, though the server is on this machine.
        boolean elsewhere = dialect.cloud() || model.endsWith("-cloud") || model.endsWith(":cloud");
        return LlmCapabilities.builder()
                .jsonSchema(true)
                .nativeTools(true)
                .parallelTools(true)
                .reasoning(dialect.reasoningForm() != OpenAiDialect.ReasoningForm.NONE)
                .prefixCache(dialect.prefixCache())
                .usage(dialect.streamOptions())
                .streaming(true)
                .cancel(true)
                .local(endpoint.loopback() && !elsewhere)
                .ignoredSchemaKeywords(dialect.schemaKeywordsIgnored())
                .contextTokens(dialect.contextTokens())
                .parallelism(dialect.cloud() ? 16 : 1)
                .build();
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    public LlmCapabilities capabilities() {
        return capabilities;
    }

    /** The server, for calls beyond the dialect; closed with this client. */
    public OpenAiEndpoint endpoint() {
        return endpoint;
    }

    /**
     * The JSON that {@link #generate} would send: for a server's own way to count tokens or to render a prompt.
     *
     * @throws LlmException when the client cannot do what is asked for
     */
    public Json body(LlmRequest request) {
        return Json.parse(chat(request).body().toString(), Json.Limits.ofChars(Integer.MAX_VALUE));
    }

    private ChatBody chat(LlmRequest request) {
        return new ChatBody(dialect, capabilities, model, request);
    }

    @Override
    public LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
        cancel.throwIfCancelled();
        ChatBody body = chat(request);
        CallTimer timer = new CallTimer(deadlines(request), endpoint.shown());
        ObjectNode sent = body.body();
        try (Exchange exchange = endpoint.open("POST", "chat/completions", Wire.bytes(sent), timer, cancel)) {
            ChatAnswer answer =
                    new ChatCall(endpoint, exchange, timer, dialect, body, listener).read(capabilities.streaming());
            return answer.response(model.isEmpty() ? dialect.name() : model, timer.timings());
        }
    }

    /** Without streaming the whole answer is the first piece: only a deadline that was asked for ends it before the whole call's. */
    private Deadlines deadlines(LlmRequest request) {
        Deadlines standard = endpoint.deadlines();
        if (capabilities.streaming()) {
            return CallTimer.merge(request.deadlines(), standard);
        }
        Deadlines whole = Deadlines.standard()
                .connect(standard.connect().orElseThrow())
                .total(standard.total().orElseThrow());
        return CallTimer.merge(request.deadlines(), whole);
    }

    @Override
    public String host() {
        return endpoint.base().getHost();
    }

    @Override
    public LlmHealth probe() {
        try {
            return health();
        } catch (ServerRefusal e) {
            // Some servers have no list of models, and answer calls all the same.
            return e.reason() == LlmException.Reason.NOT_FOUND
                    ? new LlmHealth(LlmHealth.Status.READY, model, "answers, and does not list its models")
                    : LlmHealth.down(message(e));
        } catch (RuntimeException e) {
            return LlmHealth.down(message(e));
        }
    }

    private static String message(RuntimeException failure) {
        return Optional.ofNullable(failure.getMessage()).orElse(failure.toString());
    }

    private LlmHealth health() {
        Deadlines limits = Deadlines.standard().connect(PROBE_CONNECT).total(PROBE_TOTAL);
        if (!dialect.healthPath().isEmpty()) {
            try {
                endpoint.get(dialect.healthPath(), limits, Cancellation.none());
            } catch (ServerRefusal e) {
                if (e.status() == 503 && e.reason() == LlmException.Reason.UNAVAILABLE) {
                    return LlmHealth.loading(model, message(e));
                }
                throw e;
            }
        }
        Json models = endpoint.get("models", limits, Cancellation.none());
        List<String> ids = models.isObject()
                ? models.list("data").stream()
                        .filter(Json::isObject)
                        .flatMap(entry -> entry.string("id").stream())
                        .toList()
                : List.of();
        if (!model.isEmpty() && dialect.modelNeeded() && !ids.isEmpty() && !ids.contains(model)) {
            return LlmHealth.down(endpoint.shown() + " does not list the model " + model);
        }
        return LlmHealth.ready(model.isEmpty() && !ids.isEmpty() ? ids.get(0) : model);
    }

    /** An estimate, without asking the server. */
    @Override
    public TokenCount countTokens(LlmRequest request) {
        StringBuilder text = new StringBuilder();
        request.messages().forEach(message -> {
            text.append(message.rendered());
            message.toolCalls().forEach(call -> text.append(call.name()).append(call.arguments()));
        });
        request.tools()
                .forEach(tool ->
                        text.append(tool.name()).append(tool.description()).append(tool.arguments()));
        if (request.output() instanceof OutputSpec.JsonDocument document) {
            text.append(document.schema());
        }
        // Every message has its frame of some four tokens.
        return TokenCount.of(
                TokenCount.estimate(text.toString()).tokens()
                        + 4L * request.messages().size(),
                false);
    }

    @Override
    public void close() {
        endpoint.close();
    }

    @Override
    public String toString() {
        return "OpenAiClient[" + dialect.name() + ", " + endpoint.shown() + ", model=" + model + "]";
    }

    /** Builds {@link OpenAiClient}. Not thread-safe. */
    public static final class Builder {
        private @Nullable URI baseUrl;
        private String model = "";
        private Supplier<Optional<String>> apiKey = Optional::empty;
        private OpenAiDialect dialect = OpenAiDialect.OPENAI;
        private UnaryOperator<LlmCapabilities.Builder> capabilities = UnaryOperator.identity();
        private final Map<String, String> headers = new LinkedHashMap<>();
        private @Nullable URI proxy;
        private @Nullable SSLContext tls;
        private Deadlines deadlines = Deadlines.standard();
        private Clock clock = Clock.systemUTC();

        private Builder() {}

        /** What {@code chat/completions} hangs under; {@code /v1} is added to an address without a path. By default the dialect's. */
        public Builder baseUrl(URI value) {
            baseUrl = value;
            return this;
        }

        /** The name under which the server knows the model; may be left out where the dialect needs none. */
        public Builder model(String value) {
            model = value;
            return this;
        }

        /** Asked before each call, so that a key may change; empty for none. */
        public Builder apiKey(Supplier<Optional<String>> value) {
            apiKey = value;
            return this;
        }

        public Builder dialect(OpenAiDialect value) {
            dialect = value;
            return this;
        }

        /** Changes what the client claims. Without streaming the server is asked for whole answers. */
        public Builder capabilities(UnaryOperator<LlmCapabilities.Builder> value) {
            capabilities = value;
            return this;
        }

        /** Goes with every request; its value never shows. */
        public Builder header(String name, String value) {
            headers.put(name, value);
            return this;
        }

        /** {@code http://HOST:PORT}; by default what the system says. */
        public Builder proxy(URI value) {
            if (!"http".equalsIgnoreCase(value.getScheme())
                    || value.getHost() == null
                    || value.getPort() < 1
                    || value.getUserInfo() != null) {
                throw new ConfigException("proxy is not of the form http://HOST:PORT");
            }
            proxy = value;
            return this;
        }

        /** Whom to trust and who we are, for servers with certificates of their own. */
        public Builder tls(SSLContext value) {
            tls = value;
            return this;
        }

        /** What holds for calls that do not say; what is unset here is 10 s to connect, 3 min to begin, 60 s idle, 10 min in all. */
        public Builder deadlines(Deadlines value) {
            deadlines = value;
            return this;
        }

        /** For dates that servers send. */
        public Builder clock(Clock value) {
            clock = value;
            return this;
        }

        /** @throws ConfigException when something is missing or wrong */
        public OpenAiClient build() {
            return new OpenAiClient(this);
        }
    }
}
