package io.arkestra.memory.record.internal;

import io.arkestra.memory.SleepOutcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one part of a nightly step did; it is committed.
 *
 * @param next where to go on; empty when the step is complete
 * @param counts by what was done, for example {@code promoted}
 * @param entries one for each record that was changed, with the reason
 */
public record Tidied(Optional<String> next, Map<String, Long> counts, List<SleepOutcome.Entry> entries) {
    public Tidied {
        counts = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(counts));
        entries = List.copyOf(entries);
    }

    static Tidied of(Optional<String> next, List<SleepOutcome.Entry> entries) {
        Map<String, Long> counts = new LinkedHashMap<>();
        entries.forEach(entry -> counts.merge(entry.action(), 1L, Long::sum));
        return new Tidied(next, counts, new ArrayList<>(entries));
    }
}
