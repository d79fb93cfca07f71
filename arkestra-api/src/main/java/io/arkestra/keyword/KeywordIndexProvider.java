package io.arkestra.keyword;

import io.arkestra.spi.Provider;
import io.arkestra.spi.ProviderContext;

/** Brings a kind of full-text index. */
public interface KeywordIndexProvider extends Provider {
    /** Opens an index in the context's data directory or in memory. A damaged one is emptied, with a warning, never an error. */
    KeywordIndex open(KeywordIndexSpec spec, ProviderContext context);
}
