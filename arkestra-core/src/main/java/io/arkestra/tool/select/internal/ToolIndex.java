package io.arkestra.tool.select.internal;

import io.arkestra.tool.internal.ToolRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tools of one state of the registry, ready to be searched. The next state takes over what it made of tools that are still there, so that a
 * tool that comes or goes costs that tool. Immutable.
 */
final class ToolIndex {
    private final long version;
    private final List<IndexedTool> tools;
    private final Map<String, Integer> places = new HashMap<>();
    private final WordIndex words;

    private ToolIndex(long version, List<IndexedTool> tools) {
        this.version = version;
        this.tools = List.copyOf(tools);
        for (int i = 0; i < tools.size(); i++) {
            places.put(tools.get(i).spec().name(), i);
        }
        words = new WordIndex(tools.stream().map(IndexedTool::words).toList());
    }

    static ToolIndex of(ToolRegistry.Snapshot snapshot, @Nullable ToolIndex before) {
        List<IndexedTool> tools = new ArrayList<>();
        for (ToolRegistry.Entry entry : snapshot.entries().values()) {
            Integer place =
                    before == null ? null : before.places.get(entry.spec().name());
            IndexedTool known = place == null || before == null ? null : before.tools.get(place);
            tools.add(known != null && known.spec() == entry.spec() ? known : IndexedTool.of(entry.spec()));
        }
        return new ToolIndex(snapshot.version(), tools);
    }

    long version() {
        return version;
    }

    List<IndexedTool> tools() {
        return tools;
    }

    WordIndex words() {
        return words;
    }

    /** Where a tool stands in {@link #tools}; -1 when it is not there. */
    int place(String name) {
        return places.getOrDefault(name, -1);
    }
}
