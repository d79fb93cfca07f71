package io.arkestra.llm.llamacpp.jni.internal;

import io.arkestra.common.ConfigException;
import java.nio.file.Path;

/**
 * What a model is run with.
 *
 * @param contextTokens of prompt and answer together
 * @param threads that compute
 */
public record JniSettings(Path model, int contextTokens, int threads) {
    private static final int SMALLEST_CONTEXT = 32;

    public JniSettings {
        if (contextTokens < SMALLEST_CONTEXT) {
            throw new ConfigException(
                    "contextTokens is " + contextTokens + "; expected " + SMALLEST_CONTEXT + " or more");
        }
        if (threads < 1 || threads > 512) {
            throw new ConfigException("threads is " + threads + "; expected 1 to 512");
        }
    }
}
