package io.arkestra.benchmarks.vector;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingMatch;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.inmemory.InMemoryEmbeddingStore;
import java.util.ArrayList;
import java.util.List;

/** LangChain4j's store in memory: compares with every row. */
final class LangChain4jStore implements VectorEngine {
    private final InMemoryEmbeddingStore<TextSegment> store = new InMemoryEmbeddingStore<>();
    private long bytes;

    @Override
    public String name() {
        return "LangChain4j InMemoryEmbeddingStore";
    }

    @Override
    public void build(float[][] vectors) {
        List<String> ids = new ArrayList<>();
        List<Embedding> embeddings = new ArrayList<>();
        List<TextSegment> segments = new ArrayList<>();
        for (int id = 0; id < vectors.length; id++) {
            ids.add(Integer.toString(id));
            embeddings.add(Embedding.from(vectors[id]));
            segments.add(TextSegment.from("-"));
        }
        store.addAll(ids, embeddings, segments);
        bytes = (long) vectors.length * vectors[0].length * Float.BYTES;
    }

    @Override
    public int[] search(float[] query, int limit, int effort) {
        List<EmbeddingMatch<TextSegment>> found = store.search(EmbeddingSearchRequest.builder()
                        .queryEmbedding(Embedding.from(query))
                        .maxResults(limit)
                        .build())
                .matches();
        int[] ids = new int[found.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = Integer.parseInt(found.get(i).embeddingId());
        }
        return ids;
    }

    @Override
    public int leastEffort() {
        return 0;
    }

    @Override
    public int mostEffort() {
        return 0;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void close() {}
}
