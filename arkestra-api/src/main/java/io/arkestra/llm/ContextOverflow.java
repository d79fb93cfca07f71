package io.arkestra.llm;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The prompt does not fit into the model's context. */
public final class ContextOverflow extends LlmException {
    private static final long serialVersionUID = 1L;

    private final @Nullable Long promptTokens;
    private final @Nullable Long contextTokens;

    /**
     * @param promptTokens tokens of the prompt; null when the backend did not say
     * @param contextTokens tokens that fit; null when the backend did not say
     */
    public ContextOverflow(
            String message, @Nullable Long promptTokens, @Nullable Long contextTokens, @Nullable Throwable cause) {
        super(Reason.CONTEXT_OVERFLOW, message, cause, null);
        this.promptTokens = promptTokens;
        this.contextTokens = contextTokens;
    }

    public OptionalLong promptTokens() {
        return promptTokens == null ? OptionalLong.empty() : OptionalLong.of(promptTokens);
    }

    public OptionalLong contextTokens() {
        return contextTokens == null ? OptionalLong.empty() : OptionalLong.of(contextTokens);
    }
}
