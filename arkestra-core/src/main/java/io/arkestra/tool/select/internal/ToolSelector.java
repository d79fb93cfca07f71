package io.arkestra.tool.select.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Scope;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.EmbeddingException;
import io.arkestra.embedding.RerankCandidate;
import io.arkestra.embedding.RerankScore;
import io.arkestra.embedding.Reranker;
import io.arkestra.policy.Policy;
import io.arkestra.store.DocStore;
import io.arkestra.store.Owner;
import io.arkestra.tool.ToolChoice;
import io.arkestra.tool.ToolSelection;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tool.internal.AvailableTools;
import io.arkestra.tool.internal.ToolRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the tools that fit a message: leaves out what the policy denies whatever the arguments, ranks the rest by words
 * and by vectors, fuses both, has a reranker judge the best when there is one, and lets how calls went decide between those that are nearly
 * equal. Thread-safe.
 */
public final class ToolSelector {
    private static final Logger log = LoggerFactory.getLogger(ToolSelector.class);
    private static final int RERANKED = 20;
    private static final Duration RERANK_TIME = Duration.ofSeconds(1);

    private final ToolRegistry registry;
    private final AvailableTools available;
    private final ToolVectors vectors;
    private final Optional<Reranker> reranker;
    private final ToolTelemetry telemetry;
    private volatile @Nullable ToolIndex index;

    /**
     * @param embedder embeds descriptions and messages; without one words alone decide
     * @param reranker judges the best once more, if the host wants that
     * @param executor embeds descriptions in the background
     */
    public ToolSelector(
            ToolRegistry registry,
            Policy policy,
            Optional<Embedder> embedder,
            Optional<Reranker> reranker,
            ToolTelemetry telemetry,
            DocStore store,
            Executor executor) {
        this.registry = registry;
        this.available = new AvailableTools(registry, policy);
        this.vectors = new ToolVectors(embedder, new GuideStore(store), new WordVectors(store), executor);
        this.reranker = reranker;
        this.telemetry = telemetry;
    }

    /** The tools that a call could be made of in this scope, by name. */
    public List<ToolSpec> available(Scope actor) {
        return available.in(actor);
    }

    /**
     * The tools of a scope that fit best.
     *
     * @param most how many at most, 1 to 100
     * @throws InvalidInputException when the query is blank or {@code most} is out of range
     */
    public ToolSelection select(Scope scope, String query, int most, Cancellation cancel) {
        if (query.isBlank()) {
            throw new InvalidInputException("The query is blank; expected what the tools are to be used for");
        }
        if (most < 1 || most > 100) {
            throw new InvalidInputException("The number of tools is " + most + "; expected 1 to 100");
        }
        return rank(available(scope), scope, query, most, cancel);
    }

    /** Makes all vectors that are missing and waits for them: for evaluations, which must not depend on how far that is. */
    public void prepare(Cancellation cancel) {
        vectors.make(index().tools(), cancel);
    }

    private ToolIndex index() {
        ToolRegistry.Snapshot snapshot = registry.snapshot();
        ToolIndex now = index;
        if (now == null || now.version() != snapshot.version()) {
            now = ToolIndex.of(snapshot, now);
            index = now;
        }
        return now;
    }

    /** Orders tools by how well they fit. */
    public ToolSelection rank(Collection<ToolSpec> allowed, Scope scope, String query, int most, Cancellation cancel) {
        ToolIndex tools = index();
        List<Integer> candidates = allowed.stream()
                .map(spec -> tools.place(spec.name()))
                .filter(place -> place >= 0)
                .toList();
        List<String> notes = new ArrayList<>();
        Evidence evidence = evidence(tools, query, notes, cancel);
        double[] scores = evidence.fused().clone();
        double[] priors = new double[scores.length];
        for (int i : candidates) {
            priors[i] = prior(scope, tools.tools().get(i).spec());
        }
        Ties.settle(scores, evidence, candidates, preferred(priors, tools));
        for (int i : candidates) {
            scores[i] += priors[i];
        }
        List<Integer> order = candidates.stream()
                .sorted(Comparator.comparingDouble((Integer i) -> -scores[i]))
                .toList();
        order = reranked(query, order, tools.tools(), notes, cancel);
        List<ToolChoice> choices = new ArrayList<>();
        for (int i : order.subList(0, Math.min(most, order.size()))) {
            choices.add(new ToolChoice(
                    tools.tools().get(i).spec().name(),
                    Math.max(0, Math.min(1, scores[i])),
                    evidence.reasons(i, priors[i])));
        }
        Abstention.Fit fit = evidence.fit(candidates);
        return new ToolSelection(choices, fit.fits(), fit.confidence(), notes);
    }

    private Evidence evidence(ToolIndex tools, String query, List<String> notes, Cancellation cancel) {
        List<String> clauses = Clauses.of(query);
        List<String> texts = Stream.concat(Stream.of(query), clauses.stream()).toList();
        List<Optional<ToolVectors.Described>> described = described(tools.tools());
        List<float[]> asked = asked(texts, described, notes, cancel);
        List<double[]> words = new ArrayList<>();
        List<double[]> cosines = new ArrayList<>();
        for (int text = 0; text < texts.size(); text++) {
            words.add(tools.words().scores(ToolWords.of(texts.get(text))));
            if (!asked.isEmpty()) {
                cosines.add(StandIns.filled(words.get(text), cosines(asked.get(text), described)));
            }
        }
        return new Evidence(
                query,
                tools.tools(),
                clauses,
                words,
                cosines,
                described,
                likeness(tools, query, cosines, notes, cancel));
    }

    /** By words of like meaning; empty when there are no vectors. */
    private Optional<LikeWords.Likeness> likeness(
            ToolIndex tools, String query, List<double[]> cosines, List<String> notes, Cancellation cancel) {
        if (cosines.isEmpty()) {
            return Optional.empty();
        }
        try {
            return vectors.likeness(tools.tools(), query, cancel);
        } catch (EmbeddingException e) {
            log.warn("The words of a message could not be embedded: {}", e.getMessage());
            notes.add("without words of like meaning: " + e.code());
            return Optional.empty();
        }
    }

    /** Vectors of the tools, as far as they are there; the others are being made from now on. */
    private List<Optional<ToolVectors.Described>> described(List<IndexedTool> tools) {
        vectors.want(tools);
        return tools.stream().map(tool -> vectors.of(tool.definition())).toList();
    }

    /** Vectors of the texts; none when no tool has one, the model is not there, or it does not understand the language. */
    private List<float[]> asked(
            List<String> texts,
            List<Optional<ToolVectors.Described>> described,
            List<String> notes,
            Cancellation cancel) {
        if (!vectors.possible()) {
            notes.add("by words alone: there is no embedding model");
            return List.of();
        }
        long missing = described.stream().filter(Optional::isEmpty).count();
        if (missing == described.size()) {
            notes.add("by words alone: no tool has a vector yet");
            return List.of();
        }
        if (!vectors.ready()) {
            notes.add("by words alone: the embedding model is being loaded");
            return List.of();
        }
        if (!vectors.understands(texts.get(0))) {
            notes.add("by words alone: the embedding model does not know the language");
            return List.of();
        }
        if (missing > 0) {
            notes.add(missing + " of " + described.size() + " tools have no vector yet; words stand in for theirs");
        }
        try {
            return vectors.asked(texts, cancel);
        } catch (EmbeddingException e) {
            log.warn("A message could not be embedded, tools are chosen by words: {}", e.getMessage());
            notes.add("by words alone: " + e.code());
            return List.of();
        }
    }

    /** How near each tool comes; not a number for one that has no vector. */
    private static double[] cosines(float[] asked, List<Optional<ToolVectors.Described>> described) {
        double[] cosines = new double[described.size()];
        for (int i = 0; i < cosines.length; i++) {
            cosines[i] = described
                    .get(i)
                    .map(tool -> ToolVectors.product(asked, tool.vector()))
                    .orElse(Double.NaN);
        }
        return cosines;
    }

    /** Of tools that fit alike, those whose calls went better and that cost less first. */
    private static Comparator<Integer> preferred(double[] priors, ToolIndex tools) {
        return Comparator.comparingDouble((Integer i) -> -priors[i])
                .thenComparing(i -> tools.tools().get(i).spec().cost());
    }

    private double prior(Scope scope, ToolSpec spec) {
        return Prior.of(telemetry.figures(Owner.of(scope.user()), spec.name(), spec.version()), spec.cost());
    }

    private List<Integer> reranked(
            String query, List<Integer> order, List<IndexedTool> candidates, List<String> notes, Cancellation cancel) {
        if (reranker.isEmpty() || order.isEmpty() || !reranker.get().understands(query)) {
            return order;
        }
        List<Integer> head = order.subList(0, Math.min(RERANKED, order.size()));
        List<RerankCandidate> judged = head.stream()
                .map(i -> RerankCandidate.of(
                        String.valueOf(i), candidates.get(i).text().whole(), head.size() - head.indexOf(i)))
                .toList();
        try {
            List<Integer> result = new ArrayList<>(reranker.get().rerank(query, judged, RERANK_TIME, cancel).stream()
                    .sorted(Comparator.comparingDouble(RerankScore::score).reversed())
                    .map(score -> Integer.valueOf(score.id()))
                    .toList());
            order.stream().filter(i -> !result.contains(i)).forEach(result::add);
            notes.add(judged.size() + " were ordered once more by "
                    + reranker.get().id());
            return result;
        } catch (EmbeddingException e) {
            notes.add("not reranked: " + e.code());
            return order;
        }
    }
}
