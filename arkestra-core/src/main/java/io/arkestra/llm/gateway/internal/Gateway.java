package io.arkestra.llm.gateway.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.ConfigException;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.TokenCount;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The language model of one role, as the engine sees it: a client over an ordered list of backends. A call passes token budgets, the
 * choice of a backend, its rate limit, bulkhead and circuit breaker, and tries; a backend that cannot answer is replaced by the next
 * one as long as nobody has heard a part of its answer; a structured answer is mended, asked for once more, and asked of a better
 * model, in this order. Thread-safe. Closing it closes nothing: the clients belong to whoever opened them.
 */
public final class Gateway implements LlmClient {
    /** Member of a request's extensions: asks for a better model, and says why. Never sent to a backend. */
    public static final String ESCALATE = "escalate";

    /** Role of work that nobody waits for. */
    static final List<String> BACKGROUND_ROLES = List.of("sleep", "curator");

    private final String role;
    private final List<Backend> backends;
    private final GatewayServices services;

    /**
     * One backend.
     *
     * @param settings what the gateway has to know about it
     * @param client the client
     */
    public record Entry(BackendSettings settings, LlmClient client) {}

    /**
     * Makes a gateway.
     *
     * @param entries in the host's order; at least one
     */
    public Gateway(String role, List<Entry> entries, GatewayServices services) {
        if (entries.isEmpty()) {
            throw new ConfigException("the role '" + role + "' has no language model; expected at least one");
        }
        this.role = role;
        this.services = services;
        this.backends = entries.stream()
                .map(entry -> new Backend(entry.settings(), entry.client(), services.pace()))
                .toList();
    }

    /** Those of the first backend, with the room of the widest one. */
    @Override
    public LlmCapabilities capabilities() {
        LlmCapabilities first = backends.get(0).capabilities();
        return backends.size() == 1
                ? first
                : first.toBuilder()
                        .contextTokens(backends.stream()
                                .mapToInt(backend -> backend.capabilities().contextTokens())
                                .max()
                                .orElseThrow())
                        .build();
    }

    /** Tokens of a prompt by our own guess, which costs no call. */
    public static long estimate(LlmRequest request) {
        return Router.estimate(request);
    }

    /** How many tokens of the widest backend's model one of our guess is, measured by the prompts that it read; 1 before it read any. */
    public double tokensPerGuessed() {
        return backends.stream()
                .max(Comparator.comparingInt(backend -> backend.capabilities().contextTokens()))
                .orElseThrow()
                .scale()
                .ratio();
    }

    /** The first backend that is ready; the first of all when none is. */
    @Override
    public LlmHealth probe() {
        LlmHealth first = null;
        for (Backend backend : backends) {
            LlmHealth health = backend.client().probe();
            if (health.status() == LlmHealth.Status.READY) {
                return health;
            }
            first = first == null ? health : first;
        }
        return java.util.Objects.requireNonNull(first);
    }

    @Override
    public LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
        return new GatewayCall(backends, services, request, listener, cancel).run();
    }

    /** By the first backend when it is on this machine; otherwise a guess, for to count elsewhere would be to send the prompt. */
    @Override
    public TokenCount countTokens(LlmRequest request) {
        Backend first = backends.get(0);
        return first.capabilities().local()
                ? first.client().countTokens(request)
                : TokenCount.of(Router.estimate(request), false);
    }

    /** Only backends on this machine are warmed up: nothing leaves it before somebody asks. */
    @Override
    public void warmUp(LlmRequest request, Cancellation cancel) {
        for (Backend backend : backends) {
            if (backend.capabilities().local()) {
                backend.client().warmUp(request, cancel);
            }
        }
    }

    /** Time to the first token of a backend by its place in the list, a moving average; empty before its first call. */
    public Optional<Duration> firstToken(int backend) {
        double nanos = backends.get(backend).firstTokenNanos();
        return nanos == 0 ? Optional.empty() : Optional.of(Duration.ofNanos((long) nanos));
    }

    @Override
    public void close() {
        // The clients belong to whoever opened them.
    }

    @Override
    public String toString() {
        return "Gateway[" + role + " " + backends.stream().map(Backend::name).toList() + "]";
    }
}
