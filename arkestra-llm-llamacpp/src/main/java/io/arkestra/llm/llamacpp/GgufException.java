package io.arkestra.llm.llamacpp;

import io.arkestra.llm.LlmException;
import org.jspecify.annotations.Nullable;

/**
 * A model file that is not used: it is damaged, cut off, or of a kind that cannot be run. The message names the file, what is wrong and the
 * fix.
 */
public final class GgufException extends LlmException {
    private static final long serialVersionUID = 1L;

    public GgufException(String message) {
        this(message, null);
    }

    public GgufException(String message, @Nullable Throwable cause) {
        super(Reason.UNSUPPORTED, message, cause, null);
    }
}
