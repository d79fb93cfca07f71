package io.arkestra.memory;

import io.arkestra.common.Scope;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Who and what a user's memories are about and how it belongs together. Derived from memories and messages. Thread-safe. */
public interface Graph {
    /** The most present nodes first; of all types when none is named. */
    List<GraphNode> nodes(Scope scope, Set<GraphNode.Type> types, int limit);

    /** The node with this name or id, whatever its case. */
    Optional<GraphNode> find(Scope scope, String name);

    /** Edges of a node in both directions, the heaviest first; ended ones only when asked for. */
    List<GraphEdge> edges(Scope scope, String node, boolean ended, int limit);

    /** Nodes within so many edges of one, nearest and heaviest first, itself left out. */
    List<GraphNode> neighbours(Scope scope, String node, int distance, int limit);

    /** Memories and messages in which a node came up, the newest first, by id. */
    List<String> mentions(Scope scope, String node, int limit);

    /** A picture of the most present nodes in the DOT language of Graphviz. */
    String toDot(Scope scope, int limit);

    /** The same picture as an SVG document that needs no other program. */
    String toSvg(Scope scope, int limit);
}
