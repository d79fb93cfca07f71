package io.arkestra.memory.recall.internal;

import io.arkestra.common.Scope;
import io.arkestra.embedding.Reranker;
import io.arkestra.memory.Graph;
import io.arkestra.memory.GraphNode;
import io.arkestra.schedule.TimePhrases;
import io.arkestra.spi.ProviderContext;
import java.time.ZoneId;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** Who helps with recall where they are there: a reader of times, a reranker, the graph, and who is told what was used. */
public final class RecallCompany {
    /** The setting that names a second stage of the ranking. */
    public static final String SECOND_STAGE = "secondStage";
    /** Its value for {@link StoredVectorOrder}. */
    public static final String STORED_VECTORS = "stored-vectors";

    private static final int NEIGHBOURS = 5;
    private static final int MENTIONS = 20;
    private static final int LONGEST_NAME = 3;

    private final Optional<TimePhrases> times;
    private final Optional<Rerank> rerank;
    private final Optional<Graph> graph;
    private final BiConsumer<Scope, Collection<String>> used;
    private final ZoneId zone;
    private final boolean storedVectors;

    private RecallCompany(
            Optional<TimePhrases> times,
            Optional<Rerank> rerank,
            Optional<Graph> graph,
            BiConsumer<Scope, Collection<String>> used,
            ZoneId zone,
            boolean storedVectors) {
        this.times = times;
        this.rerank = rerank;
        this.graph = graph;
        this.used = used;
        this.zone = zone;
        this.storedVectors = storedVectors;
    }

    /** Those that the context has; no graph, and nobody is told. */
    public static RecallCompany of(ProviderContext context) {
        return new RecallCompany(
                context.find(TimePhrases.class),
                context.find(Reranker.class).map(Rerank::new),
                Optional.empty(),
                (scope, ids) -> {},
                context.clock().getZone(),
                context.settings()
                        .string(SECOND_STAGE)
                        .filter(STORED_VECTORS::equals)
                        .isPresent());
    }

    /** The same with a graph. */
    public RecallCompany graph(Graph value) {
        return new RecallCompany(times, rerank, Optional.of(value), used, zone, storedVectors);
    }

    /** The same, telling somebody in batches, not at once, which memories were recalled. */
    public RecallCompany used(BiConsumer<Scope, Collection<String>> listener) {
        return new RecallCompany(times, rerank, graph, listener, zone, storedVectors);
    }

    Optional<TimePhrases> times() {
        return times;
    }

    Optional<Rerank> rerank() {
        return rerank;
    }

    /** Whether the stored vectors order once more what was found. */
    boolean storedVectors() {
        return storedVectors;
    }

    BiConsumer<Scope, Collection<String>> used() {
        return used;
    }

    ZoneId zone() {
        return zone;
    }

    /** Messages and memories in which somebody or something near to what the question names came up, by id. */
    Set<String> closeTo(Scope scope, Question question) {
        Set<String> ids = new HashSet<>();
        if (graph.isEmpty()) {
            return ids;
        }
        Graph known = graph.get();
        String[] words = question.text().split("[^\\p{L}\\p{N}'-]+");
        for (int from = 0; from < words.length; from++) {
            for (int to = from + 1; to <= Math.min(words.length, from + LONGEST_NAME); to++) {
                String name = String.join(" ", List.of(words).subList(from, to));
                Optional<GraphNode> node = name.isBlank() ? Optional.empty() : known.find(scope, name);
                node.ifPresent(found -> {
                    ids.addAll(known.mentions(scope, found.id(), MENTIONS));
                    for (GraphNode near : known.neighbours(scope, found.id(), 1, NEIGHBOURS)) {
                        ids.addAll(known.mentions(scope, near.id(), MENTIONS));
                    }
                });
            }
        }
        return ids;
    }
}
