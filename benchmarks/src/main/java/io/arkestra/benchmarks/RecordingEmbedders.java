package io.arkestra.benchmarks;

import io.arkestra.common.Cancellation;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.EmbedderInfo;
import io.arkestra.embedding.Embedders;
import io.arkestra.embedding.EmbeddingPurpose;
import io.arkestra.embedding.EmbeddingRole;
import io.arkestra.embedding.LanguageFit;
import io.arkestra.embedding.TextChunk;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
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

    private final class Recording implements Embedder {
        private final Embedder model;

        Recording(Embedder model) {
            this.model = model;
        }

        @Override
        public List<float[]> embed(List<String> texts, EmbeddingRole role, Cancellation cancel) {
            if (role == EmbeddingRole.PASSAGE) {
                passages.addAll(texts);
            }
            return model.embed(texts, role, cancel);
        }

        @Override
        public EmbedderInfo info() {
            return model.info();
        }

        @Override
        public int countTokens(String text, EmbeddingRole role) {
            return model.countTokens(text, role);
        }

        @Override
        public List<TextChunk> chunks(String text, int maxTokens, int overlap) {
            return model.chunks(text, maxTokens, overlap);
        }

        @Override
        public LanguageFit language(Locale language) {
            return model.language(language);
        }

        @Override
        public boolean understands(String text) {
            return model.understands(text);
        }

        @Override
        public CompletionStage<Void> ready() {
            return model.ready();
        }

        @Override
        public void close() {
            model.close();
        }
    }
}
