package io.arkestra.memory.graph.internal;

import io.arkestra.memory.GraphNode;

/**
 * A name in a text.
 *
 * @param name as it was written
 * @param type what the words around it suggest
 * @param weight how strongly: 0 not at all, 1 by a neighbouring word, 4 by a fact
 * @param strong false for a word that may be written so only because it begins a sentence: it counts when the name is known
 */
record Mention(String name, GraphNode.Type type, int weight, boolean strong) {
    static final int LONGEST = 80;

    String node() {
        return NameKey.node(name);
    }

    static String cut(String name) {
        String clean = name.strip().replaceAll("\\s+", " ");
        return clean.codePointCount(0, clean.length()) <= LONGEST
                ? clean
                : clean.substring(0, clean.offsetByCodePoints(0, LONGEST - 1)) + "…";
    }
}
