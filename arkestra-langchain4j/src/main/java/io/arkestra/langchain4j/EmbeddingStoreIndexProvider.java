package io.arkestra.langchain4j;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingStore;
import io.arkestra.spi.ProviderContext;
import io.arkestra.vector.VectorIndexProvider;
import io.arkestra.vector.VectorIndexes;

/**
 * Lets the memory search in a LangChain4j {@link EmbeddingStore}. A host extends it, names it in
 * {@code META-INF/services/io.arkestra.vector.VectorIndexProvider} and chooses it by its id: it is never chosen by itself while there is
 * another one.
 */
public abstract class EmbeddingStoreIndexProvider implements VectorIndexProvider {
    /** Opens the store. What it keeps from earlier is emptied, partition by partition, and filled again; see {@link EmbeddingStoreIndexes}. */
    protected abstract EmbeddingStore<TextSegment> store(ProviderContext context);

    /** Behind every other one. */
    @Override
    public int priority() {
        return 1;
    }

    @Override
    public VectorIndexes open(ProviderContext context) {
        return EmbeddingStoreIndexes.of(store(context));
    }
}
