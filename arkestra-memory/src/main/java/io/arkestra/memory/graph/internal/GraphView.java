package io.arkestra.memory.graph.internal;

import io.arkestra.common.Json;
import io.arkestra.memory.GraphEdge;
import io.arkestra.memory.GraphNode;
import io.arkestra.store.Doc;
import io.arkestra.store.DocPage;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.Owner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** One owner's graph in memory, as of one position of the feeds. Immutable; weights are told for the moment of the question. */
final class GraphView {
    private static final int PAGE = 1_000;
    /** More than anybody's life; beyond it the rest is left out. */
    private static final int MOST_EDGES = 100_000;

    private record Node(String id, GraphNode.Type type, String name, double strength, Instant lastAt) {}

    private record Key(String from, String relation, String to, boolean open) {}

    /** What several items say of one edge, summed up as of {@code lastAt}. */
    private record Tie(Key key, double strength, Instant lastAt, Instant validFrom, Optional<Instant> validTo) {}

    private final Map<String, Node> nodes = new TreeMap<>();
    private final List<Tie> ties;
    private final Map<String, List<Tie>> byNode = new HashMap<>();

    private GraphView(DocTransaction tx, Owner owner) {
        each(tx, owner, GraphCollections.NODES.name(), doc -> {
            Json body = doc.body();
            nodes.put(
                    doc.id(),
                    new Node(
                            doc.id(),
                            GraphNode.Type.valueOf(body.text("type")),
                            body.text("name"),
                            body.get("strength").map(Json::asDouble).orElse(0.0),
                            body.instant("lastAt").orElse(Instant.EPOCH)));
        });
        Map<Key, Tie> merged = new LinkedHashMap<>();
        each(tx, owner, GraphCollections.EDGES.name(), doc -> {
            Tie tie = tie(doc);
            if (nodes.containsKey(tie.key().from())
                    && nodes.containsKey(tie.key().to())) {
                merged.merge(tie.key(), tie, GraphView::merged);
            }
        });
        ties = List.copyOf(merged.values());
        for (Tie tie : ties) {
            byNode.computeIfAbsent(tie.key().from(), id -> new ArrayList<>()).add(tie);
            byNode.computeIfAbsent(tie.key().to(), id -> new ArrayList<>()).add(tie);
        }
    }

    static GraphView load(DocTransaction tx, Owner owner) {
        return new GraphView(tx, owner);
    }

    private static void each(DocTransaction tx, Owner owner, String collection, Consumer<Doc> action) {
        DocQuery query = DocQuery.all().limit(PAGE);
        DocPage page = tx.find(collection, owner, query);
        for (int seen = 0; ; seen += PAGE) {
            page.docs().forEach(action);
            if (page.next().isEmpty() || seen >= MOST_EDGES) {
                return;
            }
            page = tx.find(collection, owner, query.after(page.next().get()));
        }
    }

    private static Tie tie(Doc doc) {
        Json body = doc.body();
        Optional<Instant> until = body.instant("validTo");
        Instant at = body.instant("at").orElse(Instant.EPOCH);
        return new Tie(
                new Key(body.text("from"), body.text("relation"), body.text("to"), until.isEmpty()),
                1,
                at,
                body.instant("validFrom").orElse(at),
                until);
    }

    private static Tie merged(Tie a, Tie b) {
        Instant last = a.lastAt().isAfter(b.lastAt()) ? a.lastAt() : b.lastAt();
        double strength = a.strength() * Fading.left(a.lastAt(), last) + b.strength() * Fading.left(b.lastAt(), last);
        Instant from = a.validFrom().isBefore(b.validFrom()) ? a.validFrom() : b.validFrom();
        Optional<Instant> until = a.validTo().isPresent() && b.validTo().isPresent()
                ? Optional.of(
                        a.validTo().get().isAfter(b.validTo().get())
                                ? a.validTo().get()
                                : b.validTo().get())
                : Optional.empty();
        return new Tie(a.key(), strength, last, from, until);
    }

    private static GraphNode node(Node node, Instant now) {
        double weight = Fading.weight(node.strength() * Fading.left(node.lastAt(), now));
        return GraphNode.of(node.id(), node.type(), node.name(), weight, node.lastAt());
    }

    private static GraphEdge edge(Tie tie, Instant now) {
        Instant until = tie.validTo().filter(end -> end.isBefore(now)).orElse(now);
        double weight = Fading.weight(tie.strength() * Fading.left(tie.lastAt(), until.isBefore(now) ? now : until));
        return GraphEdge.of(
                tie.key().from(), tie.key().relation(), tie.key().to(), weight, tie.validFrom(), tie.validTo());
    }

    /** The most present first. */
    List<GraphNode> nodes(Set<GraphNode.Type> types, int limit, Instant now) {
        return nodes.values().stream()
                .filter(node -> types.isEmpty() || types.contains(node.type()))
                .map(node -> node(node, now))
                .sorted(Comparator.comparingDouble(GraphNode::weight).reversed().thenComparing(GraphNode::id))
                .limit(limit)
                .toList();
    }

    Optional<GraphNode> find(String nameOrId, Instant now) {
        Node node = nodes.get(nameOrId);
        if (node == null) {
            node = nodes.get(NameKey.node(nameOrId));
        }
        return Optional.ofNullable(node).map(found -> node(found, now));
    }

    /** The heaviest first. */
    List<GraphEdge> edges(String node, boolean ended, int limit, Instant now) {
        return byNode.getOrDefault(node, List.of()).stream()
                .filter(tie -> ended || tie.key().open())
                .map(tie -> edge(tie, now))
                .sorted(heaviest())
                .limit(limit)
                .toList();
    }

    /** Edges that hold now, among these nodes. */
    List<GraphEdge> edgesAmong(Set<String> ids, Instant now) {
        return ties.stream()
                .filter(tie -> tie.key().open()
                        && ids.contains(tie.key().from())
                        && ids.contains(tie.key().to()))
                .map(tie -> edge(tie, now))
                .sorted(heaviest())
                .toList();
    }

    private static Comparator<GraphEdge> heaviest() {
        return Comparator.comparingDouble(GraphEdge::weight)
                .reversed()
                .thenComparing(GraphEdge::from)
                .thenComparing(GraphEdge::relation)
                .thenComparing(GraphEdge::to);
    }

    /** How much of the attention on these nodes reaches each node within so many edges; the nodes themselves have 1. */
    Map<String, Double> spread(Set<String> start, int distance, Instant now) {
        Map<String, Double> reached = new LinkedHashMap<>();
        start.stream().sorted().filter(nodes::containsKey).forEach(id -> reached.put(id, 1.0));
        Map<String, Double> front = new LinkedHashMap<>(reached);
        for (int step = 0; step < distance; step++) {
            Map<String, Double> next = new TreeMap<>();
            front.forEach((id, attention) -> {
                for (Tie tie : byNode.getOrDefault(id, List.of())) {
                    String other = tie.key().from().equals(id)
                            ? tie.key().to()
                            : tie.key().from();
                    if (tie.key().open() && !reached.containsKey(other)) {
                        next.merge(
                                other, attention * 0.5 * (0.2 + edge(tie, now).weight()), Math::max);
                    }
                }
            });
            reached.putAll(next);
            front = next;
        }
        return reached;
    }

    /** Ids of nodes that these words name: all words of a name have to come up. */
    Set<String> named(Set<String> words) {
        Set<String> found = new java.util.TreeSet<>();
        for (Node node : nodes.values()) {
            List<String> name = NameKey.words(node.name());
            if (!name.isEmpty() && words.containsAll(name)) {
                found.add(node.id());
            }
        }
        return found;
    }
}
