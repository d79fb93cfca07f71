package io.arkestra.llm.llamacpp.server.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancelledException;
import io.arkestra.common.Subscription;
import io.arkestra.llm.BackendCrashed;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.LlmTimeout;
import io.arkestra.llm.TokenCount;
import io.arkestra.llm.llamacpp.GgufHeader;
import io.arkestra.llm.llamacpp.LlamaServerClient;
import io.arkestra.llm.llamacpp.jni.internal.CrashLimit;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A GGUF model in a llama-server that this client starts with the first call, starts again after a crash, and ends when it is closed.
 * Thread-safe.
 */
public final class ManagedServerClient implements LlmClient {
    private static final Duration PROBE = Duration.ofMinutes(2);
    private static final Duration USUAL_WAIT = Duration.ofMinutes(10);
    private static final Duration DYING = Duration.ofSeconds(2);

    /** A server that has loaded its model. */
    private record Running(LlamaServerProcess process, LlamaServerClient client) {}

    private final ServerArguments arguments;
    private final @Nullable RunningChildren children;
    private final GgufHeader header;
    private final LlmCapabilities expected;
    private final CrashLimit crashes;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable CompletableFuture<Running> current;
    private volatile @Nullable LlamaServerProcess process;
    private volatile boolean closed;

    /**
     * Checks the model file; starts nothing yet.
     *
     * @param children where children are written down; null for nowhere
     * @throws io.arkestra.llm.llamacpp.GgufException when the file cannot be used
     */
    public ManagedServerClient(ServerArguments arguments, @Nullable RunningChildren children, Clock clock) {
        this.arguments = arguments;
        this.children = children;
        header = GgufHeader.read(arguments.model());
        crashes = new CrashLimit(clock);
        // What every llama-server can; there is no call behind it.
        try (LlamaServerClient any =
                LlamaServerClient.builder().url(URI.create("http://127.0.0.1")).build()) {
            expected = any.capabilities().toBuilder()
                    .contextTokens(arguments.contextTokens())
                    .parallelism(arguments.slots())
                    .build();
        }
    }

    @Override
    public LlmCapabilities capabilities() {
        return loaded().map(running -> running.client().capabilities()).orElse(expected);
    }

    private Optional<Running> loaded() {
        lock.lock();
        try {
            return current != null && current.isDone() && !current.isCompletedExceptionally()
                    ? Optional.of(current.join())
                    : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Starts the server when it does not run. */
    @Override
    public LlmHealth probe() {
        try {
            return ready().get(PROBE.toSeconds(), TimeUnit.SECONDS).client().probe();
        } catch (ExecutionException e) {
            return LlmHealth.down(String.valueOf(e.getCause().getMessage()));
        } catch (TimeoutException e) {
            LlamaServerProcess loading = process;
            return LlmHealth.loading(header.name().orElse(""), loading == null ? "starting" : loading.progress());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return LlmHealth.loading(header.name().orElse(""), "loading");
        }
    }

    @Override
    public LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
        cancel.throwIfCancelled();
        long begin = System.nanoTime();
        Running running = await(request, cancel);
        LlmRequest rest = request.deadline()
                .map(total -> total.minusNanos(System.nanoTime() - begin))
                .map(left -> request.toBuilder()
                        .deadline(left.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : left)
                        .build())
                .orElse(request);
        try {
            return running.client().generate(rest, listener, cancel);
        } catch (LlmException e) {
            if (e.reason() == LlmException.Reason.UNAVAILABLE
                    && !closed
                    && running.process().gone(DYING)) {
                BackendCrashed crash = running.process().crash();
                crash.addSuppressed(e);
                throw crash;
            }
            throw e;
        }
    }

    private Running await(LlmRequest request, Cancellation cancel) {
        CompletableFuture<Running> waiting = ready().copy();
        Duration limit = request.deadline().orElse(USUAL_WAIT);
        try (Subscription subscription = cancel.onCancel(() -> waiting.completeExceptionally(
                new CancelledException(cancel.reason().orElse("requested"))))) {
            return waiting.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw timeout(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted");
        }
    }

    private LlmTimeout timeout(Duration limit) {
        LlamaServerProcess loading = process;
        return new LlmTimeout(
                LlmTimeout.Phase.TOTAL,
                limit,
                "llama-server has not loaded its model within " + limit.toMillis() + " ms: "
                        + (loading == null ? "starting" : loading.progress()),
                null);
    }

    private CompletableFuture<Running> ready() {
        lock.lock();
        try {
            CompletableFuture<Running> known = current;
            if (closed) {
                return CompletableFuture.failedFuture(closed());
            }
            if (known != null && (!known.isDone() || !known.isCompletedExceptionally() && alive(known.join()))) {
                return known;
            }
            Optional<Duration> pause = crashes.pause();
            if (pause.isPresent()) {
                return CompletableFuture.failedFuture(new LlmException(
                        LlmException.Reason.UNAVAILABLE,
                        "The llama-server that runs '" + arguments.model()
                                + "' crashed again and again; it is started again in "
                                + pause.get().toSeconds() + " s at the earliest. Check the model file",
                        null,
                        pause.get()));
            }
            CompletableFuture<Running> next = new CompletableFuture<>();
            current = next;
            Thread starter = new Thread(() -> start(next), "arkestra-llama-server-start");
            starter.setDaemon(true);
            starter.start();
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** A server that has ended without being told to is a crash, found out once: the next look finds another future. */
    private boolean alive(Running running) {
        if (running.process().alive()) {
            return true;
        }
        crashes.crashed();
        running.process().close();
        current = null;
        return false;
    }

    private void start(CompletableFuture<Running> next) {
        LlamaServerProcess started = null;
        boolean loaded = false;
        try {
            GgufHeader.read(arguments.model());
            if (children != null) {
                children.reap();
            }
            started = new LlamaServerProcess(arguments, children);
            process = started;
            if (closed) {
                throw closed();
            }
            Running running = new Running(started, started.load(header.controlTokens()));
            loaded = true;
            next.complete(running);
        } catch (BackendCrashed e) {
            if (!closed) {
                crashes.crashed();
            }
            next.completeExceptionally(closed ? closed() : e);
        } catch (RuntimeException e) {
            next.completeExceptionally(e);
        } catch (IOException e) {
            next.completeExceptionally(new LlmException(
                    LlmException.Reason.UNAVAILABLE, "llama-server cannot be started: " + e.getMessage(), e, null));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            next.completeExceptionally(closed());
        } finally {
            if (!loaded && started != null) {
                started.close();
            }
        }
    }

    private static LlmException closed() {
        return new LlmException(LlmException.Reason.UNAVAILABLE, "The language model is closed; open another client");
    }

    @Override
    public TokenCount countTokens(LlmRequest request) {
        Optional<Running> running = loaded();
        if (running.isPresent()) {
            return running.get().client().countTokens(request);
        }
        StringBuilder text = new StringBuilder();
        request.messages().forEach(message -> text.append(message.rendered()).append('\n'));
        return TokenCount.estimate(text.toString());
    }

    @Override
    public void warmUp(LlmRequest request, Cancellation cancel) {
        await(request, cancel).client().warmUp(request, cancel);
    }

    /** The process, if there is one now. */
    Optional<ProcessHandle> handle() {
        return Optional.ofNullable(process).filter(LlamaServerProcess::alive).map(LlamaServerProcess::handle);
    }

    /** Ends the server and waits until it is gone; calls that run end as cancelled. Idempotent. */
    @Override
    public void close() {
        closed = true;
        LlamaServerProcess last = process;
        if (last != null) {
            last.close();
        }
        lock.lock();
        CompletableFuture<Running> starting = current;
        lock.unlock();
        if (starting != null) {
            starting.completeExceptionally(new CancelledException("the language model was closed"));
        }
    }
}
