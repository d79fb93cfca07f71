package io.arkestra.langchain4j;

import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Daemon threads that come when they are needed, up to a limit, and go when they are not. Thread-safe. */
final class WorkThreads implements AutoCloseable {
    private final ThreadPoolExecutor executor;

    WorkThreads(String name, int limit) {
        AtomicInteger number = new AtomicInteger();
        executor = new ThreadPoolExecutor(0, limit, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    int limit() {
        return executor.getMaximumPoolSize();
    }

    /** @throws RejectedExecutionException when all are busy, or after {@link #close()} */
    Future<?> start(Runnable work) {
        return executor.submit(work);
    }

    /** On a thread of its own, or on this one when there is none. */
    void startOrRun(Runnable work) {
        try {
            executor.execute(work);
        } catch (RejectedExecutionException e) {
            work.run();
        }
    }

    /** Interrupts what runs. Idempotent. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
