package io.arkestra.vector.partition.internal;

import io.arkestra.vector.VectorIndexException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that touch files and build graphs. Turns are cancelled by interrupting their threads, and an interrupt during file access
 * closes the channel; so no caller's thread ever touches one, and waiting for these threads is not cut short by an interrupt either.
 * What waits in a queue is bounded by the number of partitions: each has at most one piece of work of a kind at a time.
 */
final class VectorThreads implements AutoCloseable {
    /** How long closing waits for builds that were cancelled. */
    private static final Duration BUILD_END = Duration.ofSeconds(30);

    private final ThreadPoolExecutor files = pool("files", 2);
    private final ThreadPoolExecutor loads = pool("load", 2);
    private final ThreadPoolExecutor builds;
    private final ForkJoinPool graphs;

    /**
     * @param builds how many merges may run at once in all partitions together
     * @param workers that build graphs, for all of them together
     */
    VectorThreads(int builds, int workers) {
        this.builds = pool("build", builds);
        this.graphs = new ForkJoinPool(
                workers,
                pool -> {
                    ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
                    thread.setName("arkestra-vector-graph-" + thread.getPoolIndex());
                    return thread;
                },
                null,
                false);
    }

    /** Its workers end by themselves when there is nothing to do. */
    ForkJoinPool graphPool() {
        return graphs;
    }

    /** Opening, sealing, committing: short. Waits for the result however often the caller is interrupted; the interrupt stays pending. */
    <T> T call(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        try {
            files.execute(task);
        } catch (RejectedExecutionException e) {
            throw closed(e);
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw translate(e.getCause() == null ? e : e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** @throws VectorIndexException with code {@code vector.closed} when the threads have ended; so for the other two */
    void file(Runnable work) {
        execute(files, work);
    }

    /** Reading what was mapped into the heap and checking it. */
    void load(Runnable work) {
        execute(loads, work);
    }

    /** Merging and building graphs: long, processor-bound. */
    void build(Runnable work) {
        execute(builds, work);
    }

    private static void execute(ThreadPoolExecutor executor, Runnable work) {
        try {
            executor.execute(work);
        } catch (RejectedExecutionException e) {
            throw closed(e);
        }
    }

    static RuntimeException translate(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause instanceof IOException) {
            return new VectorIndexException("io", "The vector index cannot use its files: " + cause, cause);
        }
        return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
    }

    private static VectorIndexException closed(Throwable cause) {
        return new VectorIndexException(
                "closed", "The vector indexes are closed; they close together with their engine", cause);
    }

    private static ThreadPoolExecutor pool(String name, int size) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(size, size, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "arkestra-vector-" + name + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /**
     * Runs what was handed in before, then ends the threads. Waits for the short file work, and for builds, which were cancelled before,
     * to let go of their files: afterwards nothing writes in the home any more. A build that does not hear of its end in
     * {@link #BUILD_END} is left to itself; what it leaves, the next opening removes.
     */
    @Override
    public void close() {
        files.shutdown();
        loads.shutdown();
        builds.shutdown();
        await(builds, BUILD_END);
        graphs.shutdown();
        while (!files.isTerminated()) {
            await(files, BUILD_END);
        }
    }

    /** Waits at most so long for the end of threads that were shut down, however often the caller is interrupted. */
    private static void await(ThreadPoolExecutor pool, Duration most) {
        long until = System.nanoTime() + most.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    pool.awaitTermination(until - System.nanoTime(), TimeUnit.NANOSECONDS);
                    return;
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
