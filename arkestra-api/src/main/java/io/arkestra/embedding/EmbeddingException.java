package io.arkestra.embedding;

import io.arkestra.common.ArkestraException;
import org.jspecify.annotations.Nullable;

/** A model could not be loaded or could not embed or order a text. */
public final class EmbeddingException extends ArkestraException {
    private static final long serialVersionUID = 1L;

    /**
     * @param kind {@code missing} (the model's file or artifact is not there), {@code model} (it is not what it should be),
     *     {@code too-long} (the text has more tokens than the model takes), {@code closed}, {@code deadline} or {@code failed}
     */
    public EmbeddingException(String kind, String message, @Nullable Throwable cause) {
        super("embedding." + kind, message, cause);
    }
}
