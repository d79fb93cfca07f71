package io.arkestra.llm;

import io.arkestra.spi.Provider;
import io.arkestra.spi.ProviderContext;

/**
 * Brings a kind of language model. A model is never picked by itself: the host names one, or the engine runs on its offline rules.
 */
public interface LlmClientProvider extends Provider {
    /**
     * Opens a client with the settings of the context.
     *
     * @throws io.arkestra.common.ConfigException when the settings are wrong
     * @throws LlmException when the backend cannot be opened
     */
    LlmClient open(ProviderContext context);
}
