package io.arkestra.benchmarks.evaluate;

import io.arkestra.common.Cancellation;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.EmbedderInfo;
import io.arkestra.embedding.Embedders;
import io.arkestra.embedding.EmbeddingPurpose;
import io.arkestra.embedding.EmbeddingRole;
import io.arkestra.embedding.LanguageFit;
import io.arkestra.embedding.TextChunk;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A model that understands no language, so that the product finds everything by words and letters. */
final class LettersOnly implements Embedders, Embedder {
    private static final int DIMENSION = 8;
    private static final int MAX_TOKENS = 512;
    private static final int CHARACTERS_PER_TOKEN = 4;

    @Override
    public Optional<Embedder> find(EmbeddingPurpose purpose) {
        return Optional.of(this);
    }

    @Override
    public List<String> describe() {
        return List.of("no model: words and letters only");
    }

    @Override
    public EmbedderInfo info() {
        return EmbedderInfo.of("letters-only", "00", DIMENSION, MAX_TOKENS);
    }

    @Override
    public List<float[]> embed(List<String> texts, EmbeddingRole role, Cancellation cancel) {
        throw new IllegalStateException("A model that understands nothing was asked for vectors");
    }

    @Override
    public int countTokens(String text, EmbeddingRole role) {
        return 1 + text.length() / CHARACTERS_PER_TOKEN;
    }

    @Override
    public List<TextChunk> chunks(String text, int maxTokens, int overlap) {
        int most = CHARACTERS_PER_TOKEN * (Math.min(maxTokens, MAX_TOKENS) - 1);
        int step = Math.max(1, most - CHARACTERS_PER_TOKEN * overlap);
        List<TextChunk> chunks = new ArrayList<>();
        for (int start = 0; start < text.length() && !text.isBlank(); start += step) {
            int end = Math.min(text.length(), start + most);
            chunks.add(TextChunk.of(start, end, countTokens(text.substring(start, end), EmbeddingRole.PASSAGE)));
            if (end == text.length()) {
                break;
            }
        }
        return chunks;
    }

    @Override
    public LanguageFit language(Locale language) {
        return LanguageFit.of(language, false, 0);
    }

    @Override
    public boolean understands(String text) {
        return false;
    }

    @Override
    public CompletionStage<Void> ready() {
        return CompletableFuture.completedStage(null);
    }

    @Override
    public void close() {}
}
