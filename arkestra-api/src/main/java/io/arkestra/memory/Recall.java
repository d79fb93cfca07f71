package io.arkestra.memory;

import java.util.List;

/**
 * What was recalled.
 *
 * @param passages best first
 * @param notes what limited the recall, in sentences for people: an index that was being rebuilt, a part that timed out
 */
public record Recall(List<Passage> passages, List<String> notes) {
    public Recall {
        passages = List.copyOf(passages);
        notes = List.copyOf(notes);
    }

    public static Recall empty() {
        return new Recall(List.of(), List.of());
    }
}
