package io.arkestra.tool.select.internal;

import io.arkestra.tool.ToolSpec;
import java.util.List;

/**
 * A tool with what is made of its description once.
 *
 * @param spec its description
 * @param definition which one that is
 * @param text what is searched
 * @param words the same as words
 * @param spoken each word once, as it is said
 * @param numbers how many numbers it cannot do without
 */
record IndexedTool(
        ToolSpec spec, Definition definition, ToolText text, WordIndex.Words words, List<String> spoken, int numbers) {
    static IndexedTool of(ToolSpec spec) {
        ToolText text = ToolText.of(spec);
        return new IndexedTool(
                spec,
                Definition.of(spec),
                text,
                WordIndex.Words.of(text),
                LikeWords.of(text.words()),
                Numbers.requiredBy(spec.arguments()));
    }
}
