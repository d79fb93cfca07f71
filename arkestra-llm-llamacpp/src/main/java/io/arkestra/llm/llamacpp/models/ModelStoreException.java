package io.arkestra.llm.llamacpp.models;

import io.arkestra.common.ArkestraException;
import org.jspecify.annotations.Nullable;

/** A model file that could not be fetched, checked or removed. When {@link #retryable()}, the same call may continue what was begun. */
public final class ModelStoreException extends ArkestraException {
    private static final long serialVersionUID = 1L;

    ModelStoreException(String code, String message) {
        this(code, message, false, null);
    }

    ModelStoreException(String code, String message, boolean retryable, @Nullable Throwable cause) {
        super("models." + code, message, retryable, cause);
    }

    static ModelStoreException files(String doing, Exception cause) {
        return new ModelStoreException("files", doing + " failed: " + cause, false, cause);
    }
}
