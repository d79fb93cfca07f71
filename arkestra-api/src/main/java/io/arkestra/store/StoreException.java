package io.arkestra.store;

import io.arkestra.common.ArkestraException;
import org.jspecify.annotations.Nullable;

/** The store could not do what it was asked; the transaction had no effect. */
public class StoreException extends ArkestraException {
    private static final long serialVersionUID = 1L;

    /** @param kind last part of the code, for example {@code closed} for {@code store.closed} */
    public StoreException(String kind, String message) {
        this(kind, message, false, null);
    }

    public StoreException(String kind, String message, boolean retryable, @Nullable Throwable cause) {
        super("store." + kind, message, retryable, cause);
    }
}
