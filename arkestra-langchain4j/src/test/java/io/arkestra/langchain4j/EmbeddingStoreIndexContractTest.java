package io.arkestra.langchain4j;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.inmemory.InMemoryEmbeddingStore;
import io.arkestra.testkit.VectorIndexContract;
import io.arkestra.vector.VectorIndexes;
import java.nio.file.Path;

/** One store for all indexes of a test, as a server would be: what an earlier process left there must not be found. */
class EmbeddingStoreIndexContractTest extends VectorIndexContract {
    private final EmbeddingStore<TextSegment> store = new InMemoryEmbeddingStore<>();

    @Override
    protected VectorIndexes open(Path directory) {
        return EmbeddingStoreIndexes.of(store);
    }

    @Override
    protected boolean persistent() {
        return false;
    }
}
