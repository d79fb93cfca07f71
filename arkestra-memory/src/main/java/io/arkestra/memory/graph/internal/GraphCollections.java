package io.arkestra.memory.graph.internal;

import io.arkestra.store.CollectionSpec;
import io.arkestra.store.FieldType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * How the graph is kept. Mentions and edges each belong to one item (a message, a memory, or a session for what came up together in
 * it) and go with it; nodes are what the mentions add up to. All of it is derived.
 */
final class GraphCollections {
    /** A node in an item: fields, the words in which it was mentioned, the type these suggest. */
    static final CollectionSpec MENTIONS = CollectionSpec.builder("graph_mentions")
            .field("item", FieldType.STRING)
            .field("node", FieldType.STRING)
            .field("session", FieldType.STRING)
            .field("at", FieldType.INSTANT)
            .orderedIndex("item")
            .orderedIndex("node", "at")
            .orderedIndex("session")
            .derived()
            .build();

    static final CollectionSpec EDGES = CollectionSpec.builder("graph_edges")
            .field("item", FieldType.STRING)
            .orderedIndex("item")
            .derived()
            .build();

    static final CollectionSpec NODES =
            CollectionSpec.builder("graph_nodes").derived().build();

    /** How far the feeds were followed. */
    static final CollectionSpec STATE =
            CollectionSpec.builder("graph_state").derived().build();

    private GraphCollections() {}

    /** An id that is the same for the same parts. */
    static String id(String prefix, String... parts) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
            return prefix + HexFormat.of().formatHex(hash, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
