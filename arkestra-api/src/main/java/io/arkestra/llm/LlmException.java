package io.arkestra.llm;

import io.arkestra.common.ArkestraException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * There is no answer. Subclasses carry more where there is more to tell: {@link BackendCrashed}, {@link ContextOverflow},
 * {@link LlmTimeout}, {@link MalformedOutput}. Messages never hold a credential.
 */
public class LlmException extends ArkestraException {
    private static final long serialVersionUID = 1L;

    /** Why there is none. New reasons may be added: a {@code switch} over them needs a default branch. */
    public enum Reason {
        /** The backend cannot be reached or is not ready. */
        UNAVAILABLE(true),
        /** It refuses for now. */
        OVERLOADED(true),
        /** It took longer than allowed. */
        TIMEOUT(true),
        /** It failed without saying whose fault that is. */
        SERVER_ERROR(true),
        /** Prompt and answer do not fit into its context. */
        CONTEXT_OVERFLOW(false),
        /** It does not accept the request. */
        INVALID_REQUEST(false),
        /** It does not know the model, or has no such endpoint. */
        NOT_FOUND(false),
        /** It cannot do what was asked for. */
        UNSUPPORTED(false),
        /** It does not accept our credentials. */
        AUTHENTICATION(false),
        /** The host's rules forbid the call. */
        DENIED(false),
        /** A limit on tokens would be passed. */
        OVER_BUDGET(false),
        /** It died. */
        CRASHED(true),
        /** It answered, but not in the form that was asked for. */
        MALFORMED_OUTPUT(false);

        private final boolean retryable;

        Reason(boolean retryable) {
            this.retryable = retryable;
        }
    }

    private final Reason reason;
    private final @Nullable Duration retryAfter;

    public LlmException(Reason reason, String message) {
        this(reason, message, null, null);
    }

    public LlmException(Reason reason, String message, @Nullable Throwable cause, @Nullable Duration retryAfter) {
        super("llm." + reason.name().toLowerCase(Locale.ROOT).replace('_', '-'), message, reason.retryable, cause);
        this.reason = reason;
        this.retryAfter = retryAfter;
    }

    public Reason reason() {
        return reason;
    }

    /** How long the backend asked us to wait. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
