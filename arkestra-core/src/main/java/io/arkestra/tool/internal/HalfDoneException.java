package io.arkestra.tool.internal;

import io.arkestra.common.ArkestraException;

/** A call failed and left something that it could not take back: a person has to look, and may try again to take it back. */
public final class HalfDoneException extends ArkestraException {
    private static final long serialVersionUID = 1L;

    public HalfDoneException(String message, Throwable cause) {
        super("tool.half-done", message, cause);
    }
}
