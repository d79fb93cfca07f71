package io.arkestra;

import java.time.LocalTime;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How memory works. Used inside {@link ArkestraBuilder#memory}. */
public final class MemoryConfig {
    private @Nullable LocalTime sleepAt;
    private @Nullable String provider;

    MemoryConfig() {}

    /** Does the nightly work at this time of day, in the engine's zone. Without it only {@link Arkestra#sleep()} does. */
    public MemoryConfig sleepAt(LocalTime time) {
        sleepAt = Objects.requireNonNull(time, "time");
        return this;
    }

    /** Names the memory provider, when several are on the class path. */
    public MemoryConfig provider(String id) {
        provider = Objects.requireNonNull(id, "id");
        return this;
    }

    Optional<LocalTime> sleepTime() {
        return Optional.ofNullable(sleepAt);
    }

    Optional<String> providerId() {
        return Optional.ofNullable(provider);
    }
}
