package io.arkestra.memory;

import java.util.List;

/**
 * What was recalled. Use the factory: components that later releases add get their default there.
 *
 * @param passages best first
 * @param notes what limited the recall, in sentences for people: an index that was being rebuilt, a part that timed out
 */
public record Recall(List<Passage> passages, List<String> notes) {
    public Recall {
        passages = List.copyOf(passages);
        notes = List.copyOf(notes);
    }

    public static Recall of(List<Passage> passages, List<String> notes) {
        return new Recall(passages, notes);
    }

    public static Recall empty() {
        return new Recall(List.of(), List.of());
    }
}
