package io.arkestra.benchmarks.vector;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.inmemory.InMemoryEmbeddingStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** LangChain4j's store in memory, and its JSON file. Adding an id twice keeps both, so the old one is removed before. */
final class LangChain4jHome implements VectorHome {
    private final Path file;
    private InMemoryEmbeddingStore<TextSegment> store = new InMemoryEmbeddingStore<>();

    LangChain4jHome(Path directory) {
        file = directory.resolve("store.json");
    }

    @Override
    public void put(String id, float[] vector) {
        store.removeAll(List.of(id));
        store.add(id, Embedding.from(vector));
    }

    @Override
    public void remove(String id) {
        store.removeAll(List.of(id));
    }

    @Override
    public int search(float[] query) {
        return store.search(EmbeddingSearchRequest.builder()
                        .queryEmbedding(Embedding.from(query))
                        .maxResults(EqualRecall.LIMIT)
                        .build())
                .matches()
                .size();
    }

    @Override
    public void save() throws IOException {
        store.serializeToFile(file);
    }

    @Override
    public void reopen() {
        store = InMemoryEmbeddingStore.fromFile(file);
    }

    @Override
    public String size() {
        return "";
    }

    @Override
    public void close() {}
}
