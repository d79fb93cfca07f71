package io.arkestra;

import io.arkestra.memory.SleepOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the nightly work did. Use the factory: components that later releases add get their default there.
 *
 * @param expired documents whose time had run out
 * @param bytesBefore size of the home directory before, 0 in memory
 * @param bytesAfter size of the home directory after, 0 in memory
 * @param took how long it took
 * @param memory what was done to memories, and what was refused and why
 */
public record SleepReport(long expired, long bytesBefore, long bytesAfter, Duration took, SleepOutcome memory) {
    private static final Map<String, String> WORDS = Map.of(
            "sessions", "conversations taken in",
            "summaries", "summaries",
            "facts", "facts learned",
            "promoted", "promoted",
            "merged", "merged",
            "superseded", "superseded",
            "refused", "refused",
            "modelCalls", "model calls",
            "exported", "data sets written");

    public static SleepReport of(long expired, long bytesBefore, long bytesAfter, Duration took, SleepOutcome memory) {
        return new SleepReport(expired, bytesBefore, bytesAfter, took, memory);
    }

    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        memory.counts().forEach((what, count) -> {
            if (!what.equals("expired")) {
                parts.add(count + " " + WORDS.getOrDefault(what, what));
            }
        });
        parts.add(expired + memory.count("expired") + " expired");
        parts.add(bytesBefore / 1024 + " KiB before, " + bytesAfter / 1024 + " KiB after");
        return "Slept for " + took.toMillis() + " ms: " + String.join(", ", parts)
                + (memory.complete() ? "" : "; there is more to do, which the next sleep goes on with");
    }
}
