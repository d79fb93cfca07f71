package io.arkestra.common;

import org.jspecify.annotations.Nullable;

/** A value that came from outside (a user, a file, a model) is not acceptable; nothing was changed. */
public final class InvalidInputException extends ArkestraException {
    private static final long serialVersionUID = 1L;

    public InvalidInputException(String message) {
        this(message, null);
    }

    public InvalidInputException(String message, @Nullable Throwable cause) {
        super("input.invalid", message, cause);
    }
}
