package io.arkestra.embedding;

import io.arkestra.common.Cancellation;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;

/**
 * A model that turns texts into vectors. Deterministic: a text has the same vector whatever other texts are embedded with it. Thread-safe.
 * Loading happens in the background or with the first use; {@link #ready} tells when it is over.
 */
public interface Embedder extends AutoCloseable {
    EmbedderInfo info();

    /**
     * One vector per text, in order, each of {@link EmbedderInfo#dimension()} and of length 1 (so the dot product is the cosine). Texts
     * in the role of a query go before texts that are being taken in.
     *
     * @throws EmbeddingException with code {@code embedding.too-long} when a text has more tokens than the model takes: nothing is ever
     *     cut silently, {@link #chunks} cuts it
     * @throws io.arkestra.common.CancelledException when cancelled between two texts
     */
    List<float[]> embed(List<String> texts, EmbeddingRole role, Cancellation cancel);

    /** How many tokens a text has for this model in this role, special tokens and the role's prefix included. */
    int countTokens(String text, EmbeddingRole role);

    /**
     * Cuts a text into parts of at most {@code maxTokens} as passages, at the ends of paragraphs, sentences or words where there are any,
     * each beginning at most {@code overlap} tokens before the end of the one before. A text that fits is one chunk; a blank text has none.
     *
     * @param maxTokens special tokens and the prefix included; more than the model takes means as many as it takes
     */
    List<TextChunk> chunks(String text, int maxTokens, int overlap);

    /** How well it understands a language, by a self-test that is made once per model. */
    LanguageFit language(Locale language);

    /**
     * Whether it understands the language of this text. When not, its vector says nothing and must not be used; other ways of finding
     * have to do.
     */
    boolean understands(String text);

    /** Completes when the model is loaded and warm, exceptionally with {@link EmbeddingException} when it cannot be. */
    CompletionStage<Void> ready();

    /** Waits for running texts and releases the model. Idempotent. */
    @Override
    void close();
}
