package io.arkestra.embedding.onnx.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.embedding.EmbeddingException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The threads on which models run, one run each. Queries overtake bulk work. A caller never has more than a few runs waiting, so that the
 * queue stays short however much is taken in. Thread-safe.
 */
final class WorkPool implements AutoCloseable {
    private static final int AHEAD = 4;

    private final ThreadPoolExecutor threads;
    private final AtomicLong numbers = new AtomicLong();
    private final int size;
    private final Thread atExit;

    WorkPool(int size) {
        this.size = size;
        AtomicLong names = new AtomicLong();
        threads = new ThreadPoolExecutor(size, size, 30, TimeUnit.SECONDS, new PriorityBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "arkestra-embedding-" + names.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        threads.allowCoreThreadTimeOut(true);
        // A process that ends while native code runs in it crashes.
        atExit = new Thread(this::drain, "arkestra-embedding-drain");
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    private static final class Run<T> extends FutureTask<T> implements Comparable<Run<?>> {
        private final boolean urgent;
        private final long number;

        Run(Callable<T> work, boolean urgent, long number) {
            super(work);
            this.urgent = urgent;
            this.number = number;
        }

        @Override
        public int compareTo(Run<?> other) {
            return urgent != other.urgent ? (urgent ? -1 : 1) : Long.compare(number, other.number);
        }

        // Equal only to itself, although two runs may compare as neither before the other never happens: numbers
        // differ.
        @Override
        public boolean equals(@org.jspecify.annotations.Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** Runs everything and returns the results in order; when one fails or the work is cancelled, the rest is withdrawn. */
    <T> List<T> all(List<? extends Callable<T>> work, boolean urgent, Cancellation cancel) {
        List<Run<T>> started = new ArrayList<>(work.size());
        List<T> results = new ArrayList<>(work.size());
        try {
            for (int i = 0; i < work.size(); i++) {
                cancel.throwIfCancelled();
                while (started.size() < work.size() && started.size() < i + AHEAD * size) {
                    Run<T> run = new Run<>(work.get(started.size()), urgent, numbers.incrementAndGet());
                    threads.execute(run);
                    started.add(run);
                }
                results.add(started.get(i).get());
            }
            return results;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw new EmbeddingException("failed", "A model run failed: " + e.getCause(), e.getCause());
        } catch (RejectedExecutionException | CancellationException e) {
            throw new EmbeddingException("closed", "The embedding models are closed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new io.arkestra.common.CancelledException("interrupted");
        } finally {
            for (int i = results.size(); i < started.size(); i++) {
                Run<T> run = started.get(i);
                run.cancel(false);
                threads.remove(run);
            }
        }
    }

    /** Starts something in the background. */
    void start(Runnable work) {
        threads.execute(new Run<>(
                () -> {
                    work.run();
                    return true;
                },
                true,
                numbers.incrementAndGet()));
    }

    /** Withdraws what waits and waits for what runs: the process must not end under a run. */
    @Override
    public void close() {
        drain();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The process is ending; the hook finds nothing left to do.
            return;
        }
    }

    private void drain() {
        threads.shutdown();
        for (Runnable waiting = threads.getQueue().poll();
                waiting != null;
                waiting = threads.getQueue().poll()) {
            ((FutureTask<?>) waiting).cancel(false);
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    if (threads.awaitTermination(1, TimeUnit.MINUTES)) {
                        return;
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
