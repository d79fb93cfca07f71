package io.arkestra.memory;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the nightly work on memories did. Use the factory: components that later releases add get their default there.
 *
 * @param complete whether every step was done; else the next sleep goes on where this one stopped
 * @param counts how many were {@code sessions, summaries, facts, promoted, merged, expired, superseded, refused, embedded, damaged …}
 * @param entries what happened to which record and why, by id and without texts; at most 1,000
 */
public record SleepOutcome(boolean complete, Map<String, Long> counts, List<Entry> entries) {
    /** Action of an entry about a record that cannot be read: it was left out, everything else was done. */
    public static final String DAMAGED = "damaged";

    /**
     * One thing that was done or refused.
     *
     * @param action for example {@code promoted} or {@code refused}
     * @param id of the record or message
     * @param reason for people
     */
    public record Entry(String action, String id, String reason) {
        public static Entry of(String action, String id, String reason) {
            return new Entry(action, id, reason);
        }
    }

    public SleepOutcome {
        counts = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(counts));
        entries = List.copyOf(entries);
    }

    public static SleepOutcome of(boolean complete, Map<String, Long> counts, List<Entry> entries) {
        return new SleepOutcome(complete, counts, entries);
    }

    /** One of the counts, 0 when it is not there. */
    public long count(String name) {
        return counts.getOrDefault(name, 0L);
    }
}
