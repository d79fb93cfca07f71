package io.arkestra.llm;

import io.arkestra.common.Cancellation;

/**
 * A language model. Thread-safe: calls may run at the same time, up to what {@link LlmCapabilities#parallelism()} says is useful.
 */
public interface LlmClient extends AutoCloseable {
    /** What this client can do; stable for the life of the client unless {@link #probe()} says otherwise. */
    LlmCapabilities capabilities();

    /** Asks the backend how it is. Never throws: a backend that cannot be reached is {@link LlmHealth.Status#DOWN} with a reason. */
    LlmHealth probe();

    /**
     * Generates one answer. Blocking and streaming are the same path: the listener sees the text as it comes (or once, from a backend
     * that does not stream), and the response that is returned holds the whole of it. Returns or throws within 200 ms of a
     * cancellation.
     *
     * @throws LlmException when there is no answer; its {@link LlmException#reason()} says why
     * @throws io.arkestra.common.CancelledException when cancelled
     */
    LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel);

    /** How many tokens the request would take, exact or estimated. */
    TokenCount countTokens(LlmRequest request);

    /** Lets go of connections, processes and threads; idempotent. Calls that still run end as cancelled. */
    @Override
    void close();
}
