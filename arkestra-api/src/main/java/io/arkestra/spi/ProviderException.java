package io.arkestra.spi;

import io.arkestra.common.ArkestraException;
import org.jspecify.annotations.Nullable;

/** No provider could be chosen or opened; the message names the candidates, their jars and the fix. */
public final class ProviderException extends ArkestraException {
    private static final long serialVersionUID = 1L;

    /** @param kind {@code none}, {@code ambiguous}, {@code unknown}, {@code unavailable} or {@code failed} */
    public ProviderException(String kind, String message, @Nullable Throwable cause) {
        super("provider." + kind, message, cause);
    }
}
