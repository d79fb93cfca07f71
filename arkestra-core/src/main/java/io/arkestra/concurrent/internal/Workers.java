package io.arkestra.concurrent.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Cancellation;
import io.arkestra.common.CancelledException;
import io.arkestra.common.Subscription;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * A bounded pool for work of others (models, tools) that the caller must be able to leave behind: the caller waits, and when it is
 * cancelled or out of time the worker is interrupted and its result thrown away. Thread-safe.
 */
public final class Workers implements Executor, AutoCloseable {
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

    private final ThreadPoolExecutor pool;

    /** @param most threads at a time; more work waits */
    public Workers(String name, int most) {
        pool = new ThreadPoolExecutor(
                most, most, IDLE.toMillis(), TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), Threads.factory(name));
        pool.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable task) {
        pool.execute(task);
    }

    /**
     * Runs the work on a thread of the pool and waits for it.
     *
     * @param limit how long to wait at most
     * @param late what to throw when that is over
     * @throws CancelledException at once when cancelled, whatever the work does
     */
    public <T> T call(
            Callable<T> work, Cancellation cancel, Duration limit, Supplier<? extends ArkestraException> late) {
        cancel.throwIfCancelled();
        CompletableFuture<T> result = new CompletableFuture<>();
        Future<?> running = pool.submit(() -> {
            try {
                result.complete(work.call());
            } catch (Throwable e) { // everything goes to the caller, who is the one to judge it
                result.completeExceptionally(e);
            }
        });
        try (Subscription registration = cancel.onCancel(() -> result.completeExceptionally(
                new CancelledException(cancel.reason().orElse("requested"))))) {
            return result.get(TimeUnit.NANOSECONDS.convert(limit), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            running.cancel(true);
            throw late.get();
        } catch (InterruptedException e) {
            running.cancel(true);
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted");
        } catch (ExecutionException e) {
            running.cancel(true);
            throw rethrown(java.util.Objects.requireNonNullElse(e.getCause(), e));
        }
    }

    private static RuntimeException rethrown(Throwable cause) {
        if (cause instanceof RuntimeException runtime) {
            return runtime;
        }
        // Errors too: a tool whose jar misses a class, or a model that recurses without end, must not take the turn's
        // thread down.
        return new ArkestraException("engine.failed", "Unexpected failure: " + cause, cause);
    }

    @Override
    public void close() {
        pool.shutdownNow();
        try {
            pool.awaitTermination(CLOSE_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
