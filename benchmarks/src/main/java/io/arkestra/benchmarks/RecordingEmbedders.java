package io.arkestra.benchmarks;

import io.arkestra.common.Cancellation;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.Embedders;
import io.arkestra.embedding.EmbeddingPurpose;
import io.arkestra.embedding.EmbeddingRole;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Real models that tell which passages they were asked for. */
final class RecordingEmbedders implements Embedders {
    private final Embedders models;
    private final Queue<String> passages = new ConcurrentLinkedQueue<>();

    RecordingEmbedders(Embedders models) {
        this.models = models;
    }

    /** All passages so far. */
    List<String> passages() {
        return List.copyOf(passages);
    }

    @Override
    public Optional<Embedder> find(EmbeddingPurpose purpose) {
        return models.find(purpose).map(Recording::new);
    }

    @Override
    public List<String> describe() {
        return models.describe();
    }

    @Override
    public void close() {
        models.close();
    }

    private final class Recording extends PassingEmbedder {
        Recording(Embedder model) {
            super(model);
        }

        @Override
        public List<float[]> embed(List<String> texts, EmbeddingRole role, Cancellation cancel) {
            if (role == EmbeddingRole.PASSAGE) {
                passages.addAll(texts);
            }
            return super.embed(texts, role, cancel);
        }
    }
}
