package io.arkestra.embedding.onnx.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.EmbedderInfo;
import io.arkestra.embedding.EmbeddingException;
import io.arkestra.embedding.EmbeddingRole;
import io.arkestra.embedding.LanguageFit;
import io.arkestra.embedding.LanguageTest;
import io.arkestra.embedding.Script;
import io.arkestra.embedding.TextChunk;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** An embedding model on ONNX Runtime, loaded in the background as soon as somebody asked for it. */
final class OnnxEmbedder implements Embedder {
    private static final int WARM_UP = 20;

    private final ModelSpec spec;
    private final EmbedderInfo info;
    private final WorkPool pool;
    private final FitRecord fits;
    private final Consumer<String> warnings;
    private final CompletableFuture<LoadedEmbedder> loaded = new CompletableFuture<>();
    private final CompletableFuture<Void> warm = new CompletableFuture<>();
    private final Map<Locale, LanguageFit> known = new ConcurrentHashMap<>();

    /** @param warnings hears that the model cannot be loaded; whoever has a text that it does not understand says so */
    OnnxEmbedder(ModelSpec spec, EmbedderInfo info, WorkPool pool, FitRecord fits, Consumer<String> warnings) {
        this.spec = spec;
        this.info = info;
        this.pool = pool;
        this.fits = fits;
        this.warnings = warnings;
    }

    /** Loads the model on the pool. */
    OnnxEmbedder start() {
        pool.start(() -> {
            try {
                TextTokenizer tokenizer = TokenizerFile.open(spec.tokenizer());
                start(OnnxModel.open(spec.model(), spec.output()), tokenizer);
            } catch (RuntimeException | LinkageError e) {
                EmbeddingException failure = e instanceof EmbeddingException known
                        ? known
                        : new EmbeddingException("model", "The model " + spec.name() + " cannot be loaded: " + e, e);
                // First, so that whoever meets the failure can read about it.
                warnings.accept(String.valueOf(failure.getMessage()));
                loaded.completeExceptionally(failure);
                warm.completeExceptionally(failure);
            }
        });
        return this;
    }

    /** Takes a model that is loaded already, and closes it in the end. */
    OnnxEmbedder start(OnnxModel model, TextTokenizer tokenizer) {
        LoadedEmbedder taken = new LoadedEmbedder(spec, model, tokenizer, pool);
        if (!loaded.complete(taken)) {
            taken.close();
            return this;
        }
        Thread thread = new Thread(this::warmUp, "arkestra-embedding-warm-up");
        thread.setDaemon(true);
        thread.start();
        return this;
    }

    /** The first runs are ten times slower than later ones: better nobody waits for them. */
    private void warmUp() {
        try {
            for (int i = 0; i < WARM_UP; i++) {
                embed(List.of("warm up " + i), EmbeddingRole.QUERY, Cancellation.none());
            }
            warm.complete(null);
        } catch (RuntimeException e) {
            warm.completeExceptionally(e);
        }
    }

    private LoadedEmbedder model() {
        try {
            return loaded.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof EmbeddingException failure) {
                throw failure;
            }
            throw e;
        }
    }

    @Override
    public EmbedderInfo info() {
        return info;
    }

    @Override
    public List<float[]> embed(List<String> texts, EmbeddingRole role, Cancellation cancel) {
        return texts.isEmpty() ? List.of() : model().embed(texts, role, cancel);
    }

    @Override
    public int countTokens(String text, EmbeddingRole role) {
        TextTokenizer tokenizer = model().tokenizer();
        return tokenizer.pieces(model().prefix(role) + text).count() + tokenizer.singleOverhead();
    }

    @Override
    public List<TextChunk> chunks(String text, int maxTokens, int overlap) {
        TextTokenizer tokenizer = model().tokenizer();
        int overhead = tokenizer.singleOverhead()
                + tokenizer.pieces(spec.passagePrefix()).count();
        int most = Math.min(maxTokens, spec.maxTokens());
        return new Chunker(tokenizer, overhead)
                .chunks(text, most, Math.max(0, Math.min(overlap, (most - overhead) / 2)));
    }

    @Override
    public LanguageFit language(Locale language) {
        Locale plain = Locale.forLanguageTag(language.getLanguage());
        if (!LanguageTest.LANGUAGES.contains(plain)) {
            return LanguageFit.of(plain, spec.languages().contains(plain), 0);
        }
        return known.computeIfAbsent(plain, this::test);
    }

    private LanguageFit test(Locale language) {
        return fits.read(language).orElseGet(() -> {
            LanguageFit made = LanguageTest.run(
                    language,
                    (texts, query) ->
                            embed(texts, query ? EmbeddingRole.QUERY : EmbeddingRole.PASSAGE, Cancellation.none()));
            fits.write(made);
            return made;
        });
    }

    @Override
    public boolean understands(String text) {
        Script script = Script.of(text);
        if (script.language().isPresent() && !language(script.language().get()).understood()) {
            return false;
        }
        boolean believed = script.language().isPresent()
                || script.words() == 0
                || !spec.languages().isEmpty();
        return believed && TextCoverage.of(model().tokenizer(), text).enough();
    }

    /** What is known without waiting. */
    String described() {
        StringBuilder line = new StringBuilder(info.toString());
        if (loaded.isCompletedExceptionally()) {
            return line.append(", cannot be used").toString();
        }
        if (!loaded.isDone()) {
            line.append(", loading");
        }
        for (Locale language : LanguageTest.LANGUAGES) {
            LanguageFit fit = known.get(language);
            if (fit == null) {
                fit = fits.read(language).orElse(null);
            }
            if (fit != null) {
                line.append(String.format(
                        Locale.ROOT,
                        ", %s %s (d' %.2f)",
                        fit.understood() ? "understands" : "does not understand",
                        language.getDisplayLanguage(Locale.ENGLISH),
                        fit.separation()));
            }
        }
        return line.toString();
    }

    @Override
    public CompletionStage<Void> ready() {
        return warm.minimalCompletionStage();
    }

    @Override
    public void close() {
        EmbeddingException closed = new EmbeddingException("closed", "The model " + spec.name() + " is closed", null);
        if (!loaded.completeExceptionally(closed) && !loaded.isCompletedExceptionally()) {
            loaded.join().close();
        }
        warm.completeExceptionally(closed);
    }

    @Override
    public String toString() {
        return info.toString();
    }
}
