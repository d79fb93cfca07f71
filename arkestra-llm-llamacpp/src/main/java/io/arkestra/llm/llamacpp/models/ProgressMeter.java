package io.arkestra.llm.llamacpp.models;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** Turns counts into rates for the listener. Confined to the thread that pulls. */
final class ProgressMeter {
    private static final long EVERY_NANOS = Duration.ofMillis(250).toNanos();

    private final String id;
    private final ModelProgress listener;
    private long begun;
    private long first;
    private long told;
    private OptionalLong total = OptionalLong.empty();

    ProgressMeter(String id, ModelProgress listener) {
        this.id = id;
        this.listener = listener;
    }

    void start(long bytes, OptionalLong all) {
        begun = System.nanoTime();
        first = bytes;
        total = all;
        tell(bytes, begun);
    }

    void at(long bytes) {
        long now = System.nanoTime();
        if (now - told >= EVERY_NANOS) {
            tell(bytes, now);
        }
    }

    void end(long bytes) {
        tell(bytes, System.nanoTime());
    }

    private void tell(long bytes, long now) {
        told = now;
        double seconds = (now - begun) / 1e9;
        double rate = seconds < 0.05 ? 0 : (bytes - first) / seconds;
        Optional<Duration> remaining = rate <= 0 || total.isEmpty()
                ? Optional.empty()
                : Optional.of(Duration.ofSeconds((long) Math.ceil((total.getAsLong() - bytes) / rate)));
        listener.onProgress(new ModelProgress.State(id, bytes, total, rate, remaining));
    }
}
