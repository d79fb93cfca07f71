package io.arkestra.keyword;

import io.arkestra.common.ArkestraException;
import org.jspecify.annotations.Nullable;

/** The index cannot be read or written. */
public final class KeywordIndexException extends ArkestraException {
    private static final long serialVersionUID = 1L;

    /** @param kind {@code damaged}, {@code full}, {@code closed} or {@code io} */
    public KeywordIndexException(String kind, String message, @Nullable Throwable cause) {
        super("keyword." + kind, message, cause);
    }
}
