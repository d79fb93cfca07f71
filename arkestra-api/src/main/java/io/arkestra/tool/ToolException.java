package io.arkestra.tool;

import io.arkestra.common.ArkestraException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A tool could not do what it was asked. The message goes to the model, so it says what would work. */
public final class ToolException extends ArkestraException {
    private static final long serialVersionUID = 1L;

    /** Why. New reasons may be added: a {@code switch} over them needs a default branch. */
    public enum Reason {
        /** The arguments fit the schema but make no sense. */
        INVALID_ARGUMENTS(false),
        /** What it should work on is not there. */
        NOT_FOUND(false),
        /** Something else changed meanwhile. */
        CONFLICT(false),
        /** The tool does not do that. */
        NOT_SUPPORTED(false),
        /** It took too long. */
        TIMEOUT(true),
        /** It failed for a reason that may pass. */
        TEMPORARY(true),
        /** It failed. */
        FAILED(false);

        private final boolean retryable;

        Reason(boolean retryable) {
            this.retryable = retryable;
        }
    }

    private final Reason reason;

    public ToolException(Reason reason, String message) {
        this(reason, message, null);
    }

    public ToolException(Reason reason, String message, @Nullable Throwable cause) {
        super("tool." + reason.name().toLowerCase(Locale.ROOT).replace('_', '-'), message, reason.retryable, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
