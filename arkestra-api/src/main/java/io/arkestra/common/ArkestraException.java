package io.arkestra.common;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Root of every exception that Arkestra throws on purpose.
 *
 * <p>{@link #code()} is stable across releases and meant for programs; {@link #getMessage()} is meant for people and says what was
 * wrong, where, what was expected and what to do next.
 */
public class ArkestraException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final boolean retryable;

    /** An error that trying again does not mend. */
    public ArkestraException(String code, String message) {
        this(code, message, false, null);
    }

    /** An error that trying again does not mend, with its cause. */
    public ArkestraException(String code, String message, @Nullable Throwable cause) {
        this(code, message, false, cause);
    }

    /** The full form. */
    public ArkestraException(String code, String message, boolean retryable, @Nullable Throwable cause) {
        super(message, cause);
        this.code = Objects.requireNonNull(code, "code");
        this.retryable = retryable;
    }

    /** A stable, dotted, lower-case name of the kind of error, for example {@code store.version-conflict}. */
    public final String code() {
        return code;
    }

    /** Whether the same call may succeed when it is made again without any change. */
    public final boolean retryable() {
        return retryable;
    }
}
