package io.arkestra.guard;

import io.arkestra.spi.Provider;
import io.arkestra.spi.ProviderContext;

/** Brings a recogniser of names. Never picked by itself: the host names one in {@code guard.recognizer} or gives one in code. */
public interface EntityRecognizerProvider extends Provider {
    EntityRecognizer open(ProviderContext context);
}
