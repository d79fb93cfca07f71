package io.arkestra.memory.graph.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Scope;
import io.arkestra.memory.Graph;
import io.arkestra.memory.GraphEdge;
import io.arkestra.memory.GraphNode;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The graph over a store: follows the feeds before it answers. Thread-safe. */
public final class GraphPart implements Graph {
    private static final int KEPT_VIEWS = 32;
    /** Batches that a question brings the graph forward at most; sleep does the rest. */
    private static final int SHARE = 20;

    private static final int FARTHEST = 4;
    private static final int MOST = 1_000;
    private static final int BOOSTED_NODES = 24;
    private static final int BOOSTED_MENTIONS = 40;

    private final DocStore store;
    private final Clock clock;
    private final GraphUpdate update;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Owner, Seen> views = new LinkedHashMap<>(16, 0.75f, true);

    private record Seen(GraphUpdate.Position position, GraphView view) {}

    public GraphPart(DocStore store, Clock clock, Consumer<String> warnings) {
        this.store = store;
        this.clock = clock;
        this.update = new GraphUpdate(store, warnings);
        store.define(GraphCollections.MENTIONS);
        store.define(GraphCollections.EDGES);
        store.define(GraphCollections.NODES);
        store.define(GraphCollections.STATE);
    }

    /**
     * Brings a user's graph to what the store holds; a step of sleep. Each batch is committed with how far it came, so it can be cut
     * off anywhere; doing it again changes nothing.
     *
     * @return how many batches there were
     */
    public int update(Owner owner, Cancellation cancel) {
        int done = 0;
        while (step(owner)) {
            done++;
            cancel.throwIfCancelled();
        }
        return done;
    }

    /** Applies one batch of changes; false when there was none. */
    public boolean step(Owner owner) {
        lock.lock();
        try {
            return update.step(owner);
        } finally {
            lock.unlock();
        }
    }

    /** Drops what is kept in memory of an owner whose documents are erased. */
    public void erase(Owner owner) {
        lock.lock();
        try {
            views.remove(owner);
        } finally {
            lock.unlock();
        }
    }

    private GraphView view(Owner owner) {
        for (int i = 0; i < SHARE && step(owner); i++) {
            Thread.onSpinWait();
        }
        lock.lock();
        try {
            GraphUpdate.Position position = update.position(owner);
            Seen seen = views.get(owner);
            if (seen == null || !seen.position().equals(position)) {
                seen = new Seen(position, store.inTransaction(tx -> GraphView.load(tx, owner)));
                views.put(owner, seen);
                if (views.size() > KEPT_VIEWS) {
                    views.remove(views.keySet().iterator().next());
                }
            }
            return seen.view();
        } finally {
            lock.unlock();
        }
    }

    private GraphView view(Scope scope) {
        return view(Owner.of(scope.user()));
    }

    private Instant now() {
        return clock.instant();
    }

    @Override
    public List<GraphNode> nodes(Scope scope, Set<GraphNode.Type> types, int limit) {
        return view(scope).nodes(types, checked(limit), now());
    }

    @Override
    public Optional<GraphNode> find(Scope scope, String name) {
        return view(scope).find(name, now());
    }

    @Override
    public List<GraphEdge> edges(Scope scope, String node, boolean ended, int limit) {
        GraphView view = view(scope);
        Instant now = now();
        return view.find(node, now)
                .map(found -> view.edges(found.id(), ended, checked(limit), now))
                .orElse(List.of());
    }

    @Override
    public List<GraphNode> neighbours(Scope scope, String node, int distance, int limit) {
        if (distance < 1 || distance > FARTHEST) {
            throw new InvalidInputException("The distance is " + distance + "; expected 1 to " + FARTHEST);
        }
        checked(limit);
        GraphView view = view(scope);
        Instant now = now();
        Optional<GraphNode> start = view.find(node, now);
        if (start.isEmpty()) {
            return List.of();
        }
        return view.spread(Set.of(start.get().id()), distance, now).entrySet().stream()
                .filter(reached -> !reached.getKey().equals(start.get().id()))
                .sorted(Map.Entry.<String, Double>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(limit)
                .flatMap(reached -> view.find(reached.getKey(), now).stream())
                .toList();
    }

    @Override
    public List<String> mentions(Scope scope, String node, int limit) {
        checked(limit);
        return view(scope)
                .find(node, now())
                .map(found -> items(Owner.of(scope.user()), found.id(), limit).stream()
                        .map(item -> item.substring(2))
                        .toList())
                .orElse(List.of());
    }

    /** Keys of the items in which a node came up, the newest first. */
    private List<String> items(Owner owner, String node, int limit) {
        DocQuery query =
                DocQuery.where(Filter.eq("node", node)).descending("at").limit(limit);
        return store.inTransaction(tx -> tx.find(GraphCollections.MENTIONS.name(), owner, query)).docs().stream()
                .map(doc -> doc.body().text("item"))
                .distinct()
                .toList();
    }

    /**
     * Items that the graph brings to mind for a question, with a weight from 0 to 1: those in which the names of the question came up
     * and, weaker, those in which their neighbours did. A name that is everywhere brings little to mind.
     *
     * @return by item key, {@code m:} and the id of a message or {@code k:} and the id of a memory
     */
    public Map<String, Double> boosts(Owner owner, String question) {
        GraphView view = view(owner);
        Set<String> named = view.named(new HashSet<>(NameKey.words(question)));
        named.remove(NameKey.node(FactLink.USER));
        if (named.isEmpty()) {
            return Map.of();
        }
        Map<String, Double> boosts = new HashMap<>();
        view.spread(named, 1, now()).entrySet().stream()
                .filter(reached -> !reached.getKey().equals(NameKey.node(FactLink.USER)))
                .sorted(Map.Entry.<String, Double>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(BOOSTED_NODES)
                .forEach(reached -> {
                    List<String> items = items(owner, reached.getKey(), BOOSTED_MENTIONS);
                    double each = reached.getValue() / Math.log(Math.E + items.size() - 1.0);
                    items.forEach(item -> boosts.merge(item, each, Double::sum));
                });
        double most =
                boosts.values().stream().mapToDouble(Double::doubleValue).max().orElse(1);
        boosts.replaceAll((item, weight) -> weight / most);
        return Map.copyOf(boosts);
    }

    @Override
    public String toDot(Scope scope, int limit) {
        return DotPicture.of(picture(scope, limit));
    }

    @Override
    public String toSvg(Scope scope, int limit) {
        return SvgPicture.of(picture(scope, limit));
    }

    /**
     * What is drawn.
     *
     * @param nodes the most present first
     * @param edges those that hold now among the nodes, the heaviest first
     */
    record Picture(List<GraphNode> nodes, List<GraphEdge> edges) {}

    private Picture picture(Scope scope, int limit) {
        if (limit < 1 || limit > SvgPicture.MOST) {
            throw new InvalidInputException(
                    "A picture of " + limit + " nodes cannot be drawn; expected 1 to " + SvgPicture.MOST);
        }
        GraphView view = view(scope);
        Instant now = now();
        List<GraphNode> nodes = view.nodes(Set.of(), limit, now).stream()
                .sorted(Comparator.comparingDouble(GraphNode::weight).reversed().thenComparing(GraphNode::id))
                .toList();
        Set<String> ids = nodes.stream().map(GraphNode::id).collect(Collectors.toSet());
        return new Picture(nodes, view.edgesAmong(ids, now));
    }

    private static int checked(int limit) {
        if (limit < 1 || limit > MOST) {
            throw new InvalidInputException("The limit is " + limit + "; expected 1 to " + MOST);
        }
        return limit;
    }
}
