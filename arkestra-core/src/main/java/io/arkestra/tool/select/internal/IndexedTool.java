package io.arkestra.tool.select.internal;

import io.arkestra.tool.ToolSpec;

/**
 * A tool with what is made of its description once.
 *
 * @param spec its description
 * @param definition which one that is
 * @param text what is searched
 * @param words the same as words
 * @param numbers how many numbers it cannot do without
 */
record IndexedTool(ToolSpec spec, Definition definition, ToolText text, WordIndex.Words words, int numbers) {
    static IndexedTool of(ToolSpec spec) {
        ToolText text = ToolText.of(spec);
        return new IndexedTool(
                spec, Definition.of(spec), text, WordIndex.Words.of(text), Numbers.requiredBy(spec.arguments()));
    }
}
