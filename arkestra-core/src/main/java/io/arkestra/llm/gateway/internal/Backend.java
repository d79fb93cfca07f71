package io.arkestra.llm.gateway.internal;

import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/** One client with what keeps it from being overrun. Thread-safe. */
final class Backend {
    /** How much the latest call weighs in the average. */
    private static final double WEIGHT = 0.3;

    private final BackendSettings settings;
    private final LlmClient client;
    private final CircuitBreaker breaker;
    private final RateLimit rate;
    private final Bulkhead bulkhead;
    private final TokenScale scale = new TokenScale();
    private final ReentrantLock lock = new ReentrantLock();
    private double firstTokenNanos;

    Backend(BackendSettings settings, LlmClient client, Pace pace) {
        this.settings = settings;
        this.client = client;
        this.breaker = new CircuitBreaker(pace);
        this.rate = new RateLimit(pace, settings.callsPerMinute(), settings.tokensPerMinute());
        this.bulkhead = new Bulkhead(places(client));
    }

    String name() {
        return settings.name();
    }

    BackendSettings settings() {
        return settings;
    }

    LlmClient client() {
        return client;
    }

    /** @throws LlmException when the client does not say: then nothing is known, not even where its model runs */
    LlmCapabilities capabilities() {
        try {
            return client.capabilities();
        } catch (RuntimeException e) {
            throw new LlmException(
                    LlmException.Reason.CRASHED, "the model's client does not say what it can do: " + e, e, null);
        }
    }

    private static int places(LlmClient client) {
        try {
            return client.capabilities().parallelism();
        } catch (RuntimeException e) {
            return 1; // calls of such a client fail anyway, with what it says
        }
    }

    CircuitBreaker breaker() {
        return breaker;
    }

    RateLimit rate() {
        return rate;
    }

    Bulkhead bulkhead() {
        return bulkhead;
    }

    /** How its tokens compare to our guess. */
    TokenScale scale() {
        return scale;
    }

    void firstToken(Duration time) {
        lock.lock();
        try {
            firstTokenNanos = firstTokenNanos == 0
                    ? time.toNanos()
                    : firstTokenNanos + WEIGHT * (time.toNanos() - firstTokenNanos);
        } finally {
            lock.unlock();
        }
    }

    /** Moving average of the time to the first token; 0 while nothing is known. */
    double firstTokenNanos() {
        lock.lock();
        try {
            return firstTokenNanos;
        } finally {
            lock.unlock();
        }
    }
}
