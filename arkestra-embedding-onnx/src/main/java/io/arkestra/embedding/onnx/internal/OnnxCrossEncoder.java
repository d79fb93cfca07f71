package io.arkestra.embedding.onnx.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.embedding.EmbeddingException;
import io.arkestra.embedding.LanguageFit;
import io.arkestra.embedding.LanguageTest;
import io.arkestra.embedding.RerankCandidate;
import io.arkestra.embedding.RerankScore;
import io.arkestra.embedding.Reranker;
import io.arkestra.embedding.Script;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** A reranker from a user's ONNX file: one pair per run, the best of the first stage first, until the deadline. */
final class OnnxCrossEncoder implements Reranker {
    private final ModelSpec spec;
    private final String id;
    private final Clock clock;
    private final WorkPool pool;
    private final Consumer<String> warnings;
    private final CompletableFuture<CrossEncoder> loaded = new CompletableFuture<>();
    private final Map<Locale, LanguageFit> fits = new ConcurrentHashMap<>();

    private OnnxCrossEncoder(ModelSpec spec, String id, Clock clock, WorkPool pool, Consumer<String> warnings) {
        this.spec = spec;
        this.id = id;
        this.clock = clock;
        this.pool = pool;
        this.warnings = warnings;
    }

    /** Loads the model in the background; whoever needs it before waits. */
    static OnnxCrossEncoder open(ModelSpec spec, int threads, Clock clock, Consumer<String> warnings) {
        String id = spec.name() + "-" + ModelIdentity.fingerprint(spec).substring(0, 12);
        OnnxCrossEncoder reranker = new OnnxCrossEncoder(spec, id, clock, new WorkPool(threads), warnings);
        reranker.pool.start(() -> {
            try {
                CrossEncoder model = CrossEncoder.open(spec);
                if (!reranker.loaded.complete(model)) {
                    model.close();
                }
            } catch (RuntimeException | LinkageError e) {
                EmbeddingException failure = e instanceof EmbeddingException known
                        ? known
                        : new EmbeddingException("model", "The model " + spec.name() + " cannot be loaded: " + e, e);
                // First, so that whoever meets the failure can read about it.
                warnings.accept(String.valueOf(failure.getMessage()));
                reranker.loaded.completeExceptionally(failure);
            }
        });
        return reranker;
    }

    @Override
    public String id() {
        return id;
    }

    private CrossEncoder model() {
        try {
            return loaded.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof EmbeddingException failure) {
                throw failure;
            }
            throw e;
        }
    }

    private record Judged(int place, RerankScore score) {}

    @Override
    public List<RerankScore> rerank(
            String query, List<RerankCandidate> candidates, Duration deadline, Cancellation cancel) {
        Instant end = clock.instant().plus(deadline);
        CrossEncoder model = model();
        int[] question = model.query(query);
        List<RerankCandidate> order = new ArrayList<>(candidates);
        order.sort(Comparator.comparingDouble(RerankCandidate::score).reversed());
        List<Callable<List<Judged>>> runs = new ArrayList<>();
        for (int place = 0; place < order.size(); place++) {
            int at = place;
            runs.add(() -> {
                if (at > 0 && !clock.instant().isBefore(end)) {
                    return List.of();
                }
                cancel.throwIfCancelled();
                RerankCandidate candidate = order.get(at);
                double score = model.score(question, candidate.text(), cancel);
                return List.of(new Judged(at, RerankScore.of(candidate.id(), score)));
            });
        }
        List<Judged> judged = new ArrayList<>();
        pool.all(runs, true, cancel).forEach(judged::addAll);
        judged.sort(
                Comparator.comparingDouble((Judged one) -> -one.score().score()).thenComparingInt(Judged::place));
        return judged.stream().map(Judged::score).toList();
    }

    @Override
    public boolean understands(String text) {
        Script script = Script.of(text);
        CrossEncoder model = model();
        if (script.language().isPresent()) {
            return fit(model, script.language().get()).understood()
                    && TextCoverage.of(model.tokenizer(), text).enough();
        }
        return !spec.languages().isEmpty()
                && TextCoverage.of(model.tokenizer(), text).enough();
    }

    private LanguageFit fit(CrossEncoder model, Locale language) {
        return fits.computeIfAbsent(language, tested -> {
            double separation = model.separation(LanguageTest.questions(tested), LanguageTest.answers(tested));
            boolean understood = separation >= LanguageTest.LEAST;
            if (!understood) {
                warnings.accept(String.format(
                        Locale.ROOT,
                        "The reranker %s does not understand %s (d' = %.2f, at least %.1f is needed): what was found in it keeps its"
                                + " order. A multilingual model mends that: set rerank.model to its manifest",
                        spec.name(),
                        tested.getDisplayLanguage(Locale.ENGLISH),
                        separation,
                        LanguageTest.LEAST));
            }
            return LanguageFit.of(tested, understood, separation);
        });
    }

    @Override
    public void close() {
        pool.close();
        EmbeddingException closed =
                new EmbeddingException("closed", "The reranker " + spec.name() + " is closed", null);
        if (!loaded.completeExceptionally(closed) && !loaded.isCompletedExceptionally()) {
            loaded.join().close();
        }
    }

    @Override
    public String toString() {
        return id;
    }
}
