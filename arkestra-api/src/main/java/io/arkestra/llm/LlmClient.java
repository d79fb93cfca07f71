package io.arkestra.llm;

import io.arkestra.common.Cancellation;

/**
 * A language model. Thread-safe: calls may run at the same time, up to what {@link LlmCapabilities#parallelism()} says is useful.
 */
public interface LlmClient extends AutoCloseable {
    /** What this client can do; stable for the life of the client unless {@link #probe()} says otherwise. */
    LlmCapabilities capabilities();

    /** The host that prompts are sent to; an empty text when they are sent nowhere, or when it is not known. Never a credential. */
    default String host() {
        return "";
    }

    /** Asks the backend how it is. Never throws: a backend that cannot be reached is {@link LlmHealth.Status#DOWN} with a reason. */
    LlmHealth probe();

    /**
     * Generates one answer. Blocking and streaming are the same path: the listener sees the text as it comes (or once, from a backend
     * that does not stream), and the response that is returned holds the whole of it. Returning or throwing is the one end of a call:
     * the listener hears nothing after it. Returns or throws within 200 ms of a cancellation, before the first token as after it, and
     * within the request's {@link Deadlines}. Makes one attempt: trying again is the caller's business.
     *
     * <p>What the {@link #capabilities()} do not offer is refused with {@link LlmException.Reason#UNSUPPORTED} before anything is sent
     * (native tools, a grammar), except a schema, which a client without {@link LlmCapabilities#jsonSchema()} puts into the prompt: its
     * answer is then {@link OutputQuality#RAW} and may break the schema.
     *
     * @throws LlmException when there is no answer; its {@link LlmException#reason()} says why
     * @throws io.arkestra.common.CancelledException when cancelled
     */
    LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel);

    /** How many tokens the prompt would take, exact or estimated. Never throws because a backend is away: it estimates then. */
    TokenCount countTokens(LlmRequest request);

    /**
     * Evaluates the stable beginning of prompts ahead of the first question, where the backend keeps it. Does nothing elsewhere.
     *
     * @param request its first {@link CacheHint#stableMessages()} messages are evaluated
     */
    default void warmUp(LlmRequest request, Cancellation cancel) {}

    /** Lets go of connections, processes and threads; idempotent. Calls that still run end as cancelled. */
    @Override
    void close();
}
