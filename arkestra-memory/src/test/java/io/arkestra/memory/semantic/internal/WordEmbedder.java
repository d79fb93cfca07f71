package io.arkestra.memory.semantic.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.EmbedderInfo;
import io.arkestra.embedding.Embedders;
import io.arkestra.embedding.EmbeddingException;
import io.arkestra.embedding.EmbeddingPurpose;
import io.arkestra.embedding.EmbeddingRole;
import io.arkestra.embedding.LanguageFit;
import io.arkestra.embedding.TextChunk;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model of English words without weights: every word has a direction of its own, and a few have the same one because they mean the
 * same. Writes down what it was asked. Understands no Cyrillic.
 */
public final class WordEmbedder implements Embedder {
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");
    private static final Map<String, String> SAME = Map.of("automobile", "car", "physician", "doctor", "feline", "cat");

    private final EmbedderInfo info;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> queried = new CopyOnWriteArrayList<>();
    private volatile Consumer<String> before = text -> {};

    public WordEmbedder(String name, int dimension, int maxTokens) {
        this.info = EmbedderInfo.of(
                name, String.format("%08x%04x%04x", name.hashCode(), dimension, maxTokens), dimension, maxTokens);
    }

    /** Passages that were embedded, in order. */
    public List<String> asked() {
        return List.copyOf(asked);
    }

    /** Queries that were embedded, in order. */
    public List<String> queried() {
        return List.copyOf(queried);
    }

    public void clear() {
        asked.clear();
        queried.clear();
    }

    /** Runs before each passage. */
    public void before(Consumer<String> action) {
        before = action;
    }

    /** One model for all purposes. */
    public Embedders everywhere() {
        return new Embedders() {
            @Override
            public Optional<Embedder> find(EmbeddingPurpose purpose) {
                return Optional.of(WordEmbedder.this);
            }

            @Override
            public List<String> describe() {
                return List.of();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public EmbedderInfo info() {
        return info;
    }

    @Override
    public List<float[]> embed(List<String> texts, EmbeddingRole role, Cancellation cancel) {
        List<float[]> vectors = new ArrayList<>();
        for (String text : texts) {
            cancel.throwIfCancelled();
            if (countTokens(text, role) > info.maxTokens()) {
                throw new EmbeddingException("too-long", "Too long: " + countTokens(text, role), null);
            }
            if (role == EmbeddingRole.PASSAGE) {
                before.accept(text);
                asked.add(text);
            } else {
                queried.add(text);
            }
            vectors.add(vector(text));
        }
        return vectors;
    }

    private float[] vector(String text) {
        float[] sum = new float[info.dimension()];
        Matcher words = WORD.matcher(text.toLowerCase(Locale.ROOT));
        while (words.find()) {
            String word = SAME.getOrDefault(words.group(), words.group());
            SplittableRandom random = new SplittableRandom(word.hashCode() * 0x9E3779B97F4A7C15L);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += (float) random.nextDouble(-1, 1);
            }
        }
        double square = 1e-12;
        for (float value : sum) {
            square += value * value;
        }
        sum[0] += 1e-6f;
        for (int i = 0; i < sum.length; i++) {
            sum[i] /= (float) Math.sqrt(square);
        }
        return sum;
    }

    @Override
    public int countTokens(String text, EmbeddingRole role) {
        return 2 + (int) WORD.matcher(text).results().count();
    }

    @Override
    public List<TextChunk> chunks(String text, int maxTokens, int overlap) {
        List<int[]> words = WORD.matcher(text)
                .results()
                .map(word -> new int[] {word.start(), word.end()})
                .toList();
        int most = Math.min(maxTokens, info.maxTokens()) - 2;
        List<TextChunk> chunks = new ArrayList<>();
        for (int from = 0; from < words.size(); from += Math.max(1, most - overlap)) {
            int to = Math.min(words.size(), from + most);
            chunks.add(TextChunk.of(words.get(from)[0], words.get(to - 1)[1], to - from + 2));
            if (to == words.size()) {
                break;
            }
        }
        return chunks;
    }

    @Override
    public LanguageFit language(Locale language) {
        boolean english = language.getLanguage().equals("en");
        return LanguageFit.of(language, english, english ? 4 : 0.2);
    }

    @Override
    public boolean understands(String text) {
        return text.codePoints()
                .noneMatch(point -> Character.UnicodeScript.of(point) == Character.UnicodeScript.CYRILLIC);
    }

    @Override
    public CompletionStage<Void> ready() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {}
}
