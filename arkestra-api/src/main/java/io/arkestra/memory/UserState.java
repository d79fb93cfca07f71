package io.arkestra.memory;

import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A portrait of a user that opens the next conversation. Derived from messages and memories; forgetting these changes it. Use the
 * factory: components that later releases add get their default there.
 *
 * @param lastSummary what the last conversation was about; empty before the first one ended
 * @param goals what the user is working towards, the newest first
 * @param moods how the user said to be, the newest first
 * @param preferences how the user wants to be answered, then what the user likes; each the newest first
 * @param pending what was promised or left open, the oldest first
 * @param updatedAt when it was made; empty when there is none
 * @param taints untrusted sources whose words went into it; not part of {@link #toJson}
 */
public record UserState(
        String lastSummary,
        List<String> goals,
        List<String> moods,
        List<String> preferences,
        List<String> pending,
        Optional<Instant> updatedAt,
        Set<Taint> taints) {
    public UserState {
        taints = Collections.unmodifiableSet(new TreeSet<>(taints));
        goals = List.copyOf(goals);
        moods = List.copyOf(moods);
        preferences = List.copyOf(preferences);
        pending = List.copyOf(pending);
    }

    public static UserState of(
            String lastSummary,
            List<String> goals,
            List<String> moods,
            List<String> preferences,
            List<String> pending,
            Optional<Instant> updatedAt) {
        return new UserState(lastSummary, goals, moods, preferences, pending, updatedAt, Set.of());
    }

    /** The same, made of words of these untrusted sources. */
    public UserState tainted(Set<Taint> sources) {
        return new UserState(lastSummary, goals, moods, preferences, pending, updatedAt, sources);
    }

    public static UserState empty() {
        return of("", List.of(), List.of(), List.of(), List.of(), Optional.empty());
    }

    public boolean isEmpty() {
        return lastSummary.isEmpty()
                && goals.isEmpty()
                && moods.isEmpty()
                && preferences.isEmpty()
                && pending.isEmpty();
    }

    public Json toJson() {
        return Json.object()
                .put("lastSummary", lastSummary)
                .put("goals", Json.strings(goals))
                .put("moods", Json.strings(moods))
                .put("preferences", Json.strings(preferences))
                .put("pending", Json.strings(pending))
                .putIfPresent("updatedAt", updatedAt.map(Instant::toString))
                .build();
    }
}
