package io.arkestra.memory;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What was recalled. Use the factory: components that later releases add get their default there.
 *
 * @param passages best first, of all kinds; no kind crowds out another one
 * @param notes what limited the recall, in sentences for people: an index that was being rebuilt, a part that timed out
 * @param sections the best of each kind, also those for which there was no room among the passages
 */
public record Recall(List<Passage> passages, List<String> notes, Map<Passage.Kind, List<Passage>> sections) {
    public Recall {
        passages = List.copyOf(passages);
        notes = List.copyOf(notes);
        Map<Passage.Kind, List<Passage>> copy = new EnumMap<>(Passage.Kind.class);
        sections.forEach((kind, list) -> copy.put(kind, List.copyOf(list)));
        sections = java.util.Collections.unmodifiableMap(copy);
    }

    /** The sections are the passages by kind. */
    public static Recall of(List<Passage> passages, List<String> notes) {
        Map<Passage.Kind, List<Passage>> sections = new EnumMap<>(Passage.Kind.class);
        for (Passage passage : passages) {
            sections.computeIfAbsent(passage.kind(), kind -> new ArrayList<>()).add(passage);
        }
        return new Recall(passages, notes, sections);
    }

    public static Recall of(List<Passage> passages, List<String> notes, Map<Passage.Kind, List<Passage>> sections) {
        return new Recall(passages, notes, sections);
    }

    public static Recall empty() {
        return of(List.of(), List.of());
    }

    /** The best of one kind. */
    public List<Passage> section(Passage.Kind kind) {
        return sections.getOrDefault(kind, List.of());
    }
}
