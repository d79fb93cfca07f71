package io.arkestra.turn.internal;

import io.arkestra.common.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Collects what a turn did and why, while it runs. Confined to the turn's thread. */
final class Trace {
    private final Instant startedAt;
    private final List<Json> steps = new ArrayList<>();
    private long last = System.nanoTime();

    Trace(Instant startedAt) {
        this.startedAt = startedAt;
    }

    /** Adds a step that took the time since the one before. */
    void step(String stage, String summary, Json detail) {
        long now = System.nanoTime();
        steps.add(Json.object()
                .put("stage", stage)
                .put("summary", summary)
                .put("detail", detail)
                .put("nanos", now - last)
                .build());
        last = now;
    }

    void step(String stage, String summary) {
        step(stage, summary, Json.emptyObject());
    }

    Json toJson(String outcome) {
        return Json.object()
                .put("at", startedAt)
                .put("outcome", outcome)
                .put("steps", Json.array(steps))
                .build();
    }
}
