package io.arkestra;

import io.arkestra.common.Cancellation;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.TokenCount;

/** A model that breaks off in the middle of its answer. */
record BreakingLlm(String beginning) implements LlmClient {
    @Override
    public LlmCapabilities capabilities() {
        return LlmCapabilities.builder().local(true).build();
    }

    @Override
    public LlmHealth probe() {
        return LlmHealth.ready("breaking");
    }

    @Override
    public LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
        listener.onText(beginning);
        throw new LlmException(LlmException.Reason.CRASHED, "the connection broke");
    }

    @Override
    public TokenCount countTokens(LlmRequest request) {
        return TokenCount.of(0, true);
    }

    @Override
    public void close() {
        // Holds nothing open.
    }
}
