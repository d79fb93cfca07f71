package io.arkestra.llm.llamacpp.jni.internal;

import io.arkestra.common.Json;
import io.arkestra.llm.BackendCrashed;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.llamacpp.GgufHeader;
import io.arkestra.llm.llamacpp.worker.internal.Worker;
import io.arkestra.llm.llamacpp.worker.internal.WorkerCall;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one worker with the model loaded: starts it when it is needed, another one after a crash, none when they crash too often.
 * Thread-safe.
 */
final class WorkerSupervisor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerSupervisor.class);
    private static final Duration HELLO = Duration.ofSeconds(60);
    private static final Duration GONE = Duration.ofSeconds(15);
    private static final Duration LOAD = Duration.ofMinutes(10);

    private final JniSettings settings;
    private final CrashLimit crashes;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable CompletableFuture<Worker> current;
    private volatile @Nullable Worker process;
    private volatile boolean closed;

    WorkerSupervisor(JniSettings settings, Clock clock) {
        this.settings = settings;
        this.crashes = new CrashLimit(clock);
    }

    /** A worker that has loaded the model; fails with an {@link LlmException} when there is none. */
    CompletableFuture<Worker> ready() {
        lock.lock();
        try {
            if (closed) {
                return CompletableFuture.failedFuture(LlamaJniClient.closed());
            }
            CompletableFuture<Worker> known = current;
            if (known != null && !over(known)) {
                return known;
            }
            Optional<Duration> pause = crashes.pause();
            if (pause.isPresent()) {
                return CompletableFuture.failedFuture(new LlmException(
                        LlmException.Reason.UNAVAILABLE,
                        "The process that runs '" + settings.model()
                                + "' crashed again and again; it is started again in "
                                + pause.get().toSeconds()
                                + " s at the earliest. Check the model file, or run another one",
                        null,
                        pause.get()));
            }
            CompletableFuture<Worker> next = new CompletableFuture<>();
            current = next;
            Thread starter = new Thread(() -> start(next), "arkestra-llama-start");
            starter.setDaemon(true);
            starter.start();
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the last crash back: it was the request that ended the process. */
    void forgive() {
        crashes.forgive();
    }

    /** The process, if there is one now. */
    Optional<Worker> process() {
        return Optional.ofNullable(process).filter(Worker::alive);
    }

    /** Ends the worker and waits until it is gone. Idempotent. */
    @Override
    public void close() {
        @Nullable CompletableFuture<Worker> last;
        lock.lock();
        try {
            closed = true;
            last = current;
        } finally {
            lock.unlock();
        }
        closeProcess();
        if (last != null) {
            await(last);
            closeProcess();
        }
    }

    /** Whether another worker has to be started. */
    private boolean over(CompletableFuture<Worker> known) {
        if (!known.isDone()) {
            return false;
        }
        if (known.isCompletedExceptionally()) {
            return true;
        }
        Worker worker = known.join();
        if (worker.alive()) {
            return false;
        }
        // What a dead process leaves to do takes milliseconds, and counting its crash is part of it.
        worker.ended()
                .copy()
                .orTimeout(GONE.toSeconds(), TimeUnit.SECONDS)
                .exceptionally(late -> null)
                .join();
        return true;
    }

    private void ended(Worker worker) {
        if (!worker.endWanted()) {
            crashes.crashed();
        }
    }

    private void start(CompletableFuture<Worker> started) {
        try {
            started.complete(loaded());
        } catch (RuntimeException e) {
            started.completeExceptionally(e);
        } catch (IOException e) {
            started.completeExceptionally(new LlmException(
                    LlmException.Reason.UNAVAILABLE,
                    "The process that runs '" + settings.model() + "' cannot be started: " + e.getMessage(),
                    e,
                    null));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            started.completeExceptionally(LlamaJniClient.closed());
        }
    }

    private Worker loaded() throws IOException, InterruptedException {
        if (!Files.exists(settings.model())) {
            throw new LlmException(
                    LlmException.Reason.UNAVAILABLE, "The model file '" + settings.model() + "' is gone; put it back");
        }
        GgufHeader.read(settings.model());
        Worker worker = launched();
        process = worker;
        boolean loaded = false;
        try {
            if (closed) {
                throw LlamaJniClient.closed();
            }
            load(worker);
            loaded = true;
            LOG.debug("llama.cpp worker {} has loaded {}", worker.pid(), settings.model());
            return worker;
        } finally {
            if (!loaded) {
                worker.close();
            }
        }
    }

    private Worker launched() throws IOException {
        try {
            return Worker.start(HELLO, this::ended);
        } catch (BackendCrashed e) {
            crashes.crashed();
            throw e;
        }
    }

    private void load(Worker worker) throws InterruptedException {
        WorkerCall call = worker.send(
                "load",
                Json.object()
                        .put("model", settings.model().toAbsolutePath().toString())
                        .put("context", settings.contextTokens())
                        .put("threads", settings.threads())
                        .put("mode", "chat"));
        Json event = call.next(LOAD);
        if (event == null) {
            throw new LlmException(
                    LlmException.Reason.UNAVAILABLE,
                    "'" + settings.model() + "' was not loaded within " + LOAD.toMinutes() + " minutes");
        }
        switch (event.text("event")) {
            case "done" -> {}
            case "crashed" -> throw closed ? LlamaJniClient.closed() : worker.crash();
            default ->
                throw new LlmException(
                        LlmException.Reason.UNSUPPORTED,
                        "llama.cpp does not load '" + settings.model() + "': "
                                + event.get("result").orElseThrow().text("message"));
        }
    }

    private void closeProcess() {
        Worker worker = process;
        if (worker != null) {
            worker.close();
        }
    }

    private static void await(CompletableFuture<Worker> last) {
        try {
            last.get(HELLO.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("The last worker did not come up", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
