package io.arkestra;

import io.arkestra.common.Cancellation;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.EmbedderInfo;
import io.arkestra.embedding.Embedders;
import io.arkestra.embedding.EmbeddingPurpose;
import io.arkestra.embedding.EmbeddingRole;
import io.arkestra.embedding.LanguageFit;
import io.arkestra.embedding.TextChunk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A model without weights: each word has a direction, a text the sum of those of its words. */
public final class HashedWords implements Embedder, Embedders {
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");
    private static final int DIMENSION = 32;

    @Override
    public Optional<Embedder> find(EmbeddingPurpose purpose) {
        return Optional.of(this);
    }

    @Override
    public List<String> describe() {
        return List.of("hashed words");
    }

    @Override
    public EmbedderInfo info() {
        return EmbedderInfo.of("hashed-words", "0123456789abcdef", DIMENSION, 64);
    }

    @Override
    public List<float[]> embed(List<String> texts, EmbeddingRole role, Cancellation cancel) {
        return texts.stream().map(HashedWords::vector).toList();
    }

    private static float[] vector(String text) {
        double[] sum = new double[DIMENSION];
        sum[0] = 1e-6;
        WORD.matcher(text.toLowerCase(Locale.ROOT))
                .results()
                .map(MatchResult::group)
                .forEach(word -> {
                    SplittableRandom random = new SplittableRandom(word.hashCode());
                    for (int i = 0; i < DIMENSION; i++) {
                        sum[i] += random.nextDouble(-1, 1);
                    }
                });
        double length = Math.sqrt(Arrays.stream(sum).map(value -> value * value).sum());
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) (sum[i] / length);
        }
        return vector;
    }

    @Override
    public int countTokens(String text, EmbeddingRole role) {
        return (int) WORD.matcher(text).results().count();
    }

    @Override
    public List<TextChunk> chunks(String text, int maxTokens, int overlap) {
        List<MatchResult> words = WORD.matcher(text).results().toList();
        int most = Math.min(maxTokens, info().maxTokens());
        List<TextChunk> chunks = new ArrayList<>();
        for (int from = 0; from < words.size(); from += Math.max(1, most - overlap)) {
            int to = Math.min(words.size(), from + most);
            chunks.add(TextChunk.of(words.get(from).start(), words.get(to - 1).end(), to - from));
            if (to == words.size()) {
                break;
            }
        }
        return chunks;
    }

    @Override
    public LanguageFit language(Locale language) {
        return LanguageFit.of(language, true, 4);
    }

    @Override
    public boolean understands(String text) {
        return true;
    }

    @Override
    public CompletionStage<Void> ready() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {}
}
