package io.arkestra.offline.internal;

import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmClientProvider;
import io.arkestra.spi.ProviderContext;

/** Provider of the offline rules. */
public final class OfflineLlmProvider implements LlmClientProvider {
    /** For the service loader. */
    public OfflineLlmProvider() {}

    @Override
    public String id() {
        return "offline";
    }

    @Override
    public int priority() {
        return 0;
    }

    @Override
    public LlmClient open(ProviderContext context) {
        return new OfflineLlm(context.clock());
    }
}
