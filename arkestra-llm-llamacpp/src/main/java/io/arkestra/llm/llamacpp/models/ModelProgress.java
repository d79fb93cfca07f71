package io.arkestra.llm.llamacpp.models;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** Hears how far a download is; at the start, a few times a second, and at the end. Called on the thread that pulls; must be quick. */
@FunctionalInterface
public interface ModelProgress {
    /** What is there so far. */
    void onProgress(State state);

    /** Hears nothing. */
    static ModelProgress none() {
        return state -> {};
    }

    /**
     * @param id of the model
     * @param bytes on disk, with those of an earlier attempt
     * @param total when known
     * @param bytesPerSecond of this attempt; 0 when it is too young to tell
     * @param remaining time at that rate
     */
    record State(String id, long bytes, OptionalLong total, double bytesPerSecond, Optional<Duration> remaining) {}
}
