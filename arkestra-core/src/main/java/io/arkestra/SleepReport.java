package io.arkestra;

import io.arkestra.memory.SleepOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the nightly work did. Use the factory: components that later releases add get their default there.
 *
 * @param expired records of any kind whose time had run out; memories that were forgotten are counted in {@code memory}
 * @param bytesBefore size of the home directory before, 0 in memory
 * @param bytesAfter size of the home directory after, 0 in memory
 * @param took how long it took
 * @param memory what was done to memories, and what was refused and why
 */
public record SleepReport(long expired, long bytesBefore, long bytesAfter, Duration took, SleepOutcome memory) {
    /** For each count the words for one and for several. */
    private static final Map<String, List<String>> WORDS = Map.ofEntries(
            Map.entry("sessions", List.of("conversation taken in", "conversations taken in")),
            Map.entry("summaries", List.of("summary written", "summaries written")),
            Map.entry("facts", List.of("fact learned", "facts learned")),
            Map.entry("promoted", List.of("memory kept for good", "memories kept for good")),
            Map.entry("moved", List.of("memory moved on", "memories moved on")),
            Map.entry("merged", List.of("duplicate merged", "duplicates merged")),
            Map.entry("superseded", List.of("fact replaced by a newer one", "facts replaced by newer ones")),
            Map.entry("conflict", List.of("contradiction left standing", "contradictions left standing")),
            Map.entry("expired", List.of("memory forgotten as never used", "memories forgotten as never used")),
            Map.entry("refused", List.of("claim refused", "claims refused")),
            Map.entry("states", List.of("portrait renewed", "portraits renewed")),
            Map.entry("moods", List.of("mood brought back to its base", "moods brought back to their base")),
            Map.entry("orphans", List.of("trace of a deleted conversation", "traces of deleted conversations")),
            Map.entry("modelCalls", List.of("model call", "model calls")),
            Map.entry("exported", List.of("line of data sets written", "lines of data sets written")),
            Map.entry(
                    "damaged", List.of("record that cannot be read left out", "records that cannot be read left out")),
            Map.entry("failed", List.of("step failed", "steps failed")));

    public static SleepReport of(long expired, long bytesBefore, long bytesAfter, Duration took, SleepOutcome memory) {
        return new SleepReport(expired, bytesBefore, bytesAfter, took, memory);
    }

    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        memory.counts().forEach((what, count) -> {
            List<String> words = WORDS.getOrDefault(what, List.of(what, what));
            parts.add(count + " " + words.get(count == 1 ? 0 : 1));
        });
        if (expired > 0) {
            parts.add(expired
                    + (expired == 1 ? " record whose time was up" : " records whose time was up")
                    + " (explanations of answers, tool calls, past deliveries) removed");
        }
        if (parts.isEmpty()) {
            parts.add("there was nothing to do");
        }
        if (bytesBefore > 0) {
            parts.add(bytesBefore / 1024 + " KiB before, " + bytesAfter / 1024 + " KiB after");
        }
        return "Slept for " + took.toMillis() + " ms: " + String.join(", ", parts)
                + (memory.complete() ? "" : "; there is more to do, which the next sleep goes on with");
    }
}
