package io.arkestra.llm.llamacpp.jni.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Json;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.OutputSpec;
import io.arkestra.llm.TokenCount;
import io.arkestra.llm.llamacpp.GgufException;
import io.arkestra.llm.llamacpp.GgufHeader;
import io.arkestra.llm.llamacpp.worker.internal.Worker;
import io.arkestra.llm.llamacpp.worker.internal.WorkerCall;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A GGUF model that llama.cpp runs in a process of its own, which is started by the first call. One call at a time; others wait.
 * Thread-safe.
 */
public final class LlamaJniClient implements LlmClient {
    private static final Logger LOG = LoggerFactory.getLogger(LlamaJniClient.class);
    private static final Duration READY = Duration.ofMinutes(2);
    private static final Duration COUNT = Duration.ofSeconds(10);

    private final JniSettings settings;
    private final String model;
    private final ControlTokens controlTokens;
    private final LlmCapabilities capabilities;
    private final WorkerSupervisor supervisor;
    private final OneAtATime turns = new OneAtATime();
    private final Set<GenerateCall> calls = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * Checks the model file; starts nothing yet.
     *
     * @throws GgufException when the file cannot be used
     */
    public LlamaJniClient(JniSettings settings, Clock clock) {
        GgufHeader header = GgufHeader.read(settings.model());
        JniModels.requireChat(settings.model(), header);
        this.settings = settings;
        this.model = header.name().orElse(settings.model().getFileName().toString());
        this.controlTokens = new ControlTokens(header.controlTokens());
        this.supervisor = new WorkerSupervisor(settings, clock);
        this.capabilities = LlmCapabilities.builder()
                .jsonSchema(true)
                .ignoredSchemaKeywords(GrammarSchema.IGNORED)
                .streaming(true)
                .cancel(true)
                .local(true)
                .exactTokenCount(true)
                .prefixCache(true)
                .contextTokens(settings.contextTokens())
                .parallelism(1)
                .build();
    }

    @Override
    public LlmCapabilities capabilities() {
        return capabilities;
    }

    /** Starts the process when it does not run. */
    @Override
    public LlmHealth probe() {
        try {
            supervisor.ready().get(READY.toSeconds(), TimeUnit.SECONDS);
            return LlmHealth.ready(model);
        } catch (ExecutionException e) {
            return LlmHealth.down(String.valueOf(e.getCause().getMessage()));
        } catch (TimeoutException e) {
            return LlmHealth.loading(model, "loading");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return LlmHealth.loading(model, "loading");
        }
    }

    @Override
    public LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
        cancel.throwIfCancelled();
        Optional<GrammarSchema.Enforced> schema = schema(request);
        Json messages = messages(request);
        GenerateCall call = new GenerateCall(this, request, messages, schema, listener, cancel);
        calls.add(call);
        try {
            if (closed) {
                throw closed();
            }
            return call.run();
        } finally {
            calls.remove(call);
        }
    }

    @Override
    public TokenCount countTokens(LlmRequest request) {
        try {
            Json messages = messages(request);
            Worker worker = supervisor.ready().get(READY.toSeconds(), TimeUnit.SECONDS);
            WorkerCall call = worker.send("count", Json.object().put("messages", messages));
            Json event = call.next(COUNT);
            if (event != null && event.text("event").equals("done")) {
                return TokenCount.of(
                        event.get("result")
                                .flatMap(result -> result.integer("tokens"))
                                .orElseThrow(),
                        true);
            }
        } catch (ExecutionException | TimeoutException | LlmException e) {
            LOG.debug("Tokens are estimated, because the model is away", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        StringBuilder text = new StringBuilder();
        request.messages().forEach(message -> text.append(message.rendered()).append('\n'));
        return TokenCount.estimate(text.toString());
    }

    /** Ends the process; calls that run end as cancelled. */
    @Override
    public void close() {
        closed = true;
        calls.forEach(call -> call.stop("the language model was closed"));
        supervisor.close();
    }

    JniSettings settings() {
        return settings;
    }

    String model() {
        return model;
    }

    WorkerSupervisor supervisor() {
        return supervisor;
    }

    OneAtATime turns() {
        return turns;
    }

    static LlmException closed() {
        return new LlmException(LlmException.Reason.UNAVAILABLE, "The language model is closed; open another client");
    }

    private static Optional<GrammarSchema.Enforced> schema(LlmRequest request) {
        OutputSpec output = request.output();
        if (output instanceof OutputSpec.Text) {
            return Optional.empty();
        }
        if (output instanceof OutputSpec.JsonDocument document) {
            return Optional.of(GrammarSchema.of(document.schema()));
        }
        throw unsupported("answers of the form " + output.getClass().getSimpleName());
    }

    private Json messages(LlmRequest request) {
        if (!request.tools().isEmpty()) {
            throw unsupported("tools of the model's own protocol; describe them in the prompt");
        }
        List<Json> messages = new ArrayList<>();
        for (LlmMessage message : LlmMessage.withoutToolProtocol(request.messages())) {
            messages.add(Json.object()
                    .put("role", message.role().name().toLowerCase(Locale.ROOT))
                    .put("content", controlTokens.disarmed(message.rendered()))
                    .build());
        }
        return Json.array(messages);
    }

    private static LlmException unsupported(String what) {
        return new LlmException(LlmException.Reason.UNSUPPORTED, "llama.cpp in the worker process has no " + what);
    }
}
