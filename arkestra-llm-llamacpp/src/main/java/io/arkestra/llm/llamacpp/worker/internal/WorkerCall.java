package io.arkestra.llm.llamacpp.worker.internal;

import io.arkestra.common.Json;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A request that a worker was given. Thread-safe. */
public final class WorkerCall {
    private static final Json WAKE_UP = Json.object().put("event", "wake").build();

    private final long id;
    private final LinkedBlockingQueue<Json> events = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> finished = new CompletableFuture<>();

    WorkerCall(long id) {
        this.id = id;
    }

    long id() {
        return id;
    }

    /**
     * What happened next: {@code text} (more of the answer), then {@code done} or {@code error} (with a {@code result}), or {@code
     * crashed}; {@code wake} after {@link #wake()}. Null when nothing happens in time.
     */
    public @Nullable Json next(Duration limit) throws InterruptedException {
        return events.poll(Math.max(0, limit.toNanos()), TimeUnit.NANOSECONDS);
    }

    /** Wakes the thread that waits for what happens next. */
    public void wake() {
        events.add(WAKE_UP);
    }

    /** Completes when the worker is done with it or gone. */
    public CompletableFuture<Void> finished() {
        return finished;
    }

    void happened(Json event) {
        events.add(event);
        if (!event.text("event").equals("text")) {
            finished.complete(null);
        }
    }
}
