package io.arkestra.tool.select.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Cancellation;
import io.arkestra.common.Json;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.EmbeddingRole;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Vectors of descriptions of tools: made in the background, once for each definition and model, and kept in the store. A message never waits
 * for them; until they are there, words stand in for them. Thread-safe.
 */
final class ToolVectors {
    private static final Logger log = LoggerFactory.getLogger(ToolVectors.class);
    private static final int BATCH = 32;
    /** Counts how often what a vector is of has changed; vectors of before are made anew. */
    private static final int RECIPE = 3;
    /** What tools say of themselves that are for much; a message that no narrow tool fits is often meant for one of these. */
    private static final List<String> ANYTHING =
            List.of("Answers questions on any topic.", "A general assistant that can help with any task.");

    /** What their vector is kept under; no tool has such a name. */
    private static final Definition OF_ANYTHING =
            new Definition("(anything)", "1", Json.strings(ANYTHING).digest());

    private final Optional<Embedder> embedder;
    private final GuideStore store;
    private final WordVectors words;
    private final Executor executor;
    private final Map<Definition, Described> vectors = new ConcurrentHashMap<>();
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile boolean broken;
    private volatile float[] anything = {};

    ToolVectors(Optional<Embedder> embedder, GuideStore store, WordVectors words, Executor executor) {
        this.embedder = embedder;
        this.store = store;
        this.words = words;
        this.executor = executor;
    }

    boolean possible() {
        return embedder.isPresent() && !broken;
    }

    /**
     * What a description means.
     *
     * @param vector of it
     * @param breadth how near it comes to that of a tool for anything
     */
    record Described(float[] vector, double breadth) {}

    Optional<Described> of(Definition definition) {
        return Optional.ofNullable(vectors.get(definition));
    }

    /** Whether a message can be embedded without waiting for the model to load. */
    boolean ready() {
        return possible()
                && embedder.orElseThrow().ready().toCompletableFuture().isDone()
                && !embedder.orElseThrow().ready().toCompletableFuture().isCompletedExceptionally();
    }

    /** Whether the model says anything about this text. */
    boolean understands(String text) {
        return possible() && embedder.orElseThrow().understands(text);
    }

    /** Vectors of what is asked. */
    List<float[]> asked(List<String> texts, Cancellation cancel) {
        Embedder model = embedder.orElseThrow();
        return model.embed(
                texts.stream()
                        .map(text -> head(model, text, EmbeddingRole.QUERY))
                        .toList(),
                EmbeddingRole.QUERY,
                cancel);
    }

    /** How near the words of a message come to those of the tools; empty while vectors of words are made for the first time. */
    Optional<LikeWords.Likeness> likeness(List<IndexedTool> tools, String message, Cancellation cancel) {
        return words.likeness(embedder.orElseThrow(), tools, message, cancel);
    }

    /** Begins to make those that are missing, unless that is being done already. */
    void want(Collection<IndexedTool> tools) {
        if (!possible()
                || (tools.stream().allMatch(tool -> vectors.containsKey(tool.definition())) && words.has(tools))) {
            return;
        }
        List<IndexedTool> all = List.copyOf(tools);
        if (busy.compareAndSet(false, true)) {
            try {
                executor.execute(() -> {
                    try {
                        make(all, Cancellation.none());
                    } catch (ArkestraException e) {
                        broken = true;
                        if (e.code().endsWith(".closed")) {
                            // The engine ended before they were all made; the next one goes on with the rest.
                            log.debug("Vectors of tools are left for the next start: {}", e.getMessage());
                        } else {
                            log.warn("Tools are chosen by words alone: {}", e.getMessage());
                        }
                    } finally {
                        busy.set(false);
                    }
                });
            } catch (RejectedExecutionException e) {
                busy.set(false);
            }
        }
    }

    /** Makes those that are missing and waits for them. */
    void make(Collection<IndexedTool> tools, Cancellation cancel) {
        if (embedder.isEmpty()) {
            return;
        }
        Embedder model = embedder.get();
        vectors.keySet()
                .retainAll(tools.stream().map(IndexedTool::definition).toList().stream()
                        .collect(java.util.stream.Collectors.toSet()));
        if (anything.length == 0) {
            anything = anything(model, cancel);
        }
        List<IndexedTool> missing = missing(tools);
        store.vectors(missing.stream().map(IndexedTool::definition).toList(), kept(model))
                .forEach(this::put);
        missing = missing(missing);
        for (int from = 0; from < missing.size(); from += BATCH) {
            List<IndexedTool> batch = missing.subList(from, Math.min(missing.size(), from + BATCH));
            List<String> texts = new ArrayList<>();
            batch.forEach(tool ->
                    tool.text().embedded().forEach(text -> texts.add(head(model, text, EmbeddingRole.PASSAGE))));
            Iterator<float[]> made =
                    model.embed(texts, EmbeddingRole.PASSAGE, cancel).iterator();
            for (IndexedTool tool : batch) {
                float[] vector = mean(tool.text().embedded().size(), made);
                put(tool.definition(), vector);
                store.keep(tool.definition(), kept(model), vector);
            }
        }
        words.make(model, tools, cancel);
    }

    private float[] anything(Embedder model, Cancellation cancel) {
        Optional<float[]> known = Optional.ofNullable(
                store.vectors(List.of(OF_ANYTHING), kept(model)).get(OF_ANYTHING));
        if (known.isPresent()) {
            return known.get();
        }
        float[] made = mean(
                ANYTHING.size(),
                model.embed(ANYTHING, EmbeddingRole.PASSAGE, cancel).iterator());
        store.keep(OF_ANYTHING, kept(model), made);
        return made;
    }

    private void put(Definition definition, float[] vector) {
        vectors.put(definition, new Described(vector, product(vector, anything)));
    }

    static double product(float[] one, float[] other) {
        float sum = 0;
        for (int d = 0; d < one.length; d++) {
            sum += one[d] * other[d];
        }
        return sum;
    }

    /** What vectors are kept as: by the model and by what they are of. */
    private static String kept(Embedder model) {
        return model.info().id() + "/" + RECIPE;
    }

    /** The mean of the next vectors; not of length 1, so that a product with it is the mean of theirs. */
    private static float[] mean(int count, Iterator<float[]> made) {
        float[] sum = made.next().clone();
        for (int next = 1; next < count; next++) {
            float[] other = made.next();
            for (int d = 0; d < sum.length; d++) {
                sum[d] += other[d];
            }
        }
        for (int d = 0; d < sum.length; d++) {
            sum[d] /= count;
        }
        return sum;
    }

    private List<IndexedTool> missing(Collection<IndexedTool> tools) {
        return tools.stream()
                .filter(tool -> !vectors.containsKey(tool.definition()))
                .toList();
    }

    /** As much of a text as the model takes: the beginning of a description or message says what it is about. */
    private static String head(Embedder model, String text, EmbeddingRole role) {
        int limit = model.info().maxTokens();
        String given = text.isBlank() ? "-" : text;
        return model.countTokens(given, role) <= limit
                ? given
                : model.chunks(given, limit - 8, 0).get(0).in(given);
    }
}
