package io.arkestra.benchmarks;

import io.arkestra.common.Cancellation;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.EmbedderInfo;
import io.arkestra.embedding.EmbeddingRole;
import io.arkestra.embedding.LanguageFit;
import io.arkestra.embedding.TextChunk;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;

/** Passes everything on to a model; for what wants to change a part of that. */
abstract class PassingEmbedder implements Embedder {
    private final Embedder model;

    PassingEmbedder(Embedder model) {
        this.model = model;
    }

    @Override
    public List<float[]> embed(List<String> texts, EmbeddingRole role, Cancellation cancel) {
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
