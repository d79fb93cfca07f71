package io.arkestra.memory.graph.internal;

import io.arkestra.common.Json;
import io.arkestra.memory.GraphNode;
import io.arkestra.memory.Message;
import io.arkestra.memory.record.internal.MemoryCollection;
import io.arkestra.memory.record.internal.Messages;
import io.arkestra.store.Change;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Brings an owner's graph to what the store holds, a batch of the feed in one transaction. The result depends on the messages and
 * memories alone: each change takes away what its item had said and adds what it says now.
 */
final class GraphUpdate {
    private static final int BATCH = 100;
    /** Mentions of a node or a session that are looked at; the newest. */
    private static final int LOOKED_AT = 300;
    /** The most names of one session that are tied to each other. */
    private static final int TOGETHER = 10;

    private static final String CURSOR = "cursor";
    static final String WITH = "with";

    private final DocStore store;
    private final Consumer<String> warnings;

    GraphUpdate(DocStore store, Consumer<String> warnings) {
        this.store = store;
        this.warnings = warnings;
    }

    /** How far both feeds were followed. */
    record Position(long messages, long memories) {}

    Position position(Owner owner) {
        return store.inTransaction(tx -> position(tx.get(GraphCollections.STATE.name(), owner, CURSOR)));
    }

    private static Position position(Optional<Doc> doc) {
        return doc.map(Doc::body)
                .map(body -> new Position(
                        body.integer("messages").orElse(0L),
                        body.integer("memories").orElse(0L)))
                .orElse(new Position(0, 0));
    }

    /** Applies the next batch. Returns whether there was anything. */
    boolean step(Owner owner) {
        Position position = position(owner);
        List<Change> messages = store.changes(Message.COLLECTION.name(), owner, position.messages(), BATCH);
        List<Change> memories = store.changes(MemoryCollection.NAME, owner, position.memories(), BATCH);
        if (messages.isEmpty() && memories.isEmpty()) {
            return false;
        }
        Map<String, Optional<GraphItem>> items = new LinkedHashMap<>();
        messages.forEach(change -> items.put(GraphItem.messageKey(change.id()), Optional.empty()));
        memories.forEach(change -> items.put(GraphItem.memoryKey(change.id()), Optional.empty()));
        for (Doc doc : store.fetch(Message.COLLECTION.name(), messages)) {
            Messages.readable(doc, warnings)
                    .forEach(message -> items.put(GraphItem.messageKey(doc.id()), GraphItem.of(message)));
        }
        for (Doc doc : store.fetch(MemoryCollection.NAME, memories)) {
            MemoryCollection.readable(doc, warnings)
                    .forEach(memory -> items.put(GraphItem.memoryKey(doc.id()), GraphItem.of(memory)));
        }
        Json next = Json.object()
                .put("messages", last(messages, position.messages()))
                .put("memories", last(memories, position.memories()))
                .build();
        store.inTransaction(tx -> {
            apply(tx, owner, items);
            return tx.put(GraphCollections.STATE.name(), DocWrite.of(owner, CURSOR, next));
        });
        return true;
    }

    private static long last(List<Change> changes, long before) {
        return changes.isEmpty() ? before : changes.get(changes.size() - 1).sequence();
    }

    /** Items by key; empty ones have nothing to say any more. */
    void apply(DocTransaction tx, Owner owner, Map<String, Optional<GraphItem>> items) {
        Set<String> nodes = new LinkedHashSet<>();
        Set<String> sessions = new LinkedHashSet<>();
        items.forEach((key, item) -> {
            for (Doc mention : find(tx, GraphCollections.MENTIONS.name(), owner, "item", key)) {
                nodes.add(mention.body().text("node"));
                sessions.add(mention.body().text("session"));
                tx.delete(GraphCollections.MENTIONS.name(), owner, mention.id());
            }
            find(tx, GraphCollections.EDGES.name(), owner, "item", key)
                    .forEach(edge -> tx.delete(GraphCollections.EDGES.name(), owner, edge.id()));
            item.ifPresent(said -> write(tx, owner, said, nodes, sessions));
        });
        for (String node : nodes) {
            if (renew(tx, owner, node)) {
                // It became a name, or no longer is one: that matters wherever it came up.
                mentions(tx, owner, node).forEach(doc -> sessions.add(doc.body().text("session")));
            }
        }
        sessions.forEach(session -> tie(tx, owner, session));
    }

    private static void write(DocTransaction tx, Owner owner, GraphItem item, Set<String> nodes, Set<String> sessions) {
        for (Mention mention : item.mentions()) {
            String node = mention.node();
            Json body = Json.object()
                    .put("item", item.key())
                    .put("node", node)
                    .put("session", item.session())
                    .put("at", item.at())
                    .put("name", mention.name())
                    .put("type", mention.type().name())
                    .put("weight", (long) mention.weight())
                    .put("strong", mention.strong())
                    .build();
            tx.put(
                    GraphCollections.MENTIONS.name(),
                    DocWrite.of(owner, GraphCollections.id("", item.key(), node), body));
            nodes.add(node);
        }
        sessions.add(item.session());
        item.link().ifPresent(link -> {
            Json.ObjectBuilder body = Json.object()
                    .put("item", item.key())
                    .put("from", link.subject().node())
                    .put("relation", link.relation())
                    .put("to", link.value().node())
                    .put("at", item.at())
                    .put("validFrom", item.validFrom());
            item.validTo().ifPresent(until -> body.put("validTo", until));
            tx.put(
                    GraphCollections.EDGES.name(),
                    DocWrite.of(owner, GraphCollections.id("", item.key()), body.build()));
        });
    }

    private static List<Doc> mentions(DocTransaction tx, Owner owner, String node) {
        return tx.find(
                        GraphCollections.MENTIONS.name(),
                        owner,
                        DocQuery.where(Filter.eq("node", node)).descending("at").limit(LOOKED_AT))
                .docs();
    }

    /** Makes a node anew from its mentions. Returns whether it came or went. */
    private static boolean renew(DocTransaction tx, Owner owner, String node) {
        List<Doc> mentions = mentions(tx, owner, node);
        boolean was = tx.get(GraphCollections.NODES.name(), owner, node).isPresent();
        boolean known =
                mentions.stream().anyMatch(doc -> doc.body().bool("strong").orElse(false));
        if (!known) {
            tx.delete(GraphCollections.NODES.name(), owner, node);
            return was;
        }
        List<Instant> times = mentions.stream().map(GraphUpdate::at).toList();
        Instant last = times.stream().max(Comparator.naturalOrder()).orElse(Instant.EPOCH);
        Json body = Json.object()
                .put("name", name(mentions))
                .put("type", type(mentions).name())
                .put("strength", Fading.sum(times, last))
                .put("mentions", (long) mentions.size())
                .put("lastAt", last)
                .build();
        tx.put(GraphCollections.NODES.name(), DocWrite.of(owner, node, body));
        return !was;
    }

    /** The most frequent way to write it, of these the shortest. */
    private static String name(List<Doc> mentions) {
        Map<String, Integer> counts = new TreeMap<>();
        mentions.forEach(doc -> counts.merge(doc.body().text("name"), 1, Integer::sum));
        return counts.entrySet().stream()
                .min(Comparator.comparing((Map.Entry<String, Integer> entry) -> -entry.getValue())
                        .thenComparing(entry -> entry.getKey().length())
                        .thenComparing(Map.Entry::getKey))
                .orElseThrow()
                .getKey();
    }

    private static GraphNode.Type type(List<Doc> mentions) {
        Map<GraphNode.Type, Long> votes = new EnumMap<>(GraphNode.Type.class);
        mentions.forEach(doc -> votes.merge(
                GraphNode.Type.valueOf(doc.body().text("type")),
                doc.body().integer("weight").orElse(0L),
                Long::sum));
        return votes.entrySet().stream()
                .filter(vote -> vote.getValue() > 0)
                .max(Map.Entry.<GraphNode.Type, Long>comparingByValue()
                        .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
                .map(Map.Entry::getKey)
                .orElse(GraphNode.Type.THING);
    }

    /** Ties to each other what came up in one session. */
    private static void tie(DocTransaction tx, Owner owner, String session) {
        find(tx, GraphCollections.EDGES.name(), owner, "item", session).stream()
                .filter(doc -> doc.body().text("relation").equals(WITH))
                .forEach(doc -> tx.delete(GraphCollections.EDGES.name(), owner, doc.id()));
        Map<String, Integer> counts = new TreeMap<>();
        Instant last = Instant.EPOCH;
        Instant first = Instant.MAX;
        for (Doc mention : find(tx, GraphCollections.MENTIONS.name(), owner, "session", session)) {
            counts.merge(mention.body().text("node"), 1, Integer::sum);
            last = at(mention).isAfter(last) ? at(mention) : last;
            first = at(mention).isBefore(first) ? at(mention) : first;
        }
        List<String> nodes = counts.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(NameKey.node(FactLink.USER)))
                .filter(entry -> tx.get(GraphCollections.NODES.name(), owner, entry.getKey())
                        .isPresent())
                .sorted(Comparator.comparing((Map.Entry<String, Integer> entry) -> -entry.getValue())
                        .thenComparing(Map.Entry::getKey))
                .limit(TOGETHER)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        for (int i = 0; i < nodes.size(); i++) {
            for (int j = i + 1; j < nodes.size(); j++) {
                Json body = Json.object()
                        .put("item", session)
                        .put("from", nodes.get(i))
                        .put("relation", WITH)
                        .put("to", nodes.get(j))
                        .put("at", last)
                        .put("validFrom", first)
                        .build();
                tx.put(
                        GraphCollections.EDGES.name(),
                        DocWrite.of(owner, GraphCollections.id("", session, WITH, nodes.get(i), nodes.get(j)), body));
            }
        }
    }

    private static Instant at(Doc doc) {
        return doc.body().instant("at").orElse(Instant.EPOCH);
    }

    private static List<Doc> find(DocTransaction tx, String collection, Owner owner, String field, String value) {
        return new ArrayList<>(tx.find(
                        collection,
                        owner,
                        DocQuery.where(Filter.eq(field, value)).limit(DocQuery.MAX_LIMIT))
                .docs());
    }
}
