package io.arkestra.vector;

import io.arkestra.common.ArkestraException;
import org.jspecify.annotations.Nullable;

/** A partition cannot be searched or written. */
public final class VectorIndexException extends ArkestraException {
    private static final long serialVersionUID = 1L;

    /**
     * @param kind {@code model} (query or entry of another model or dimension), {@code value} (a vector that is not finite or is zero),
     *     {@code closed} or {@code io}. Damaged files are no error: they are left out and made anew
     */
    public VectorIndexException(String kind, String message, @Nullable Throwable cause) {
        super("vector." + kind, message, cause);
    }
}
