package io.arkestra.memory.semantic.internal;

import io.arkestra.common.CancellationSource;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The thread that embeds. The queue is the store's feed: it survives the process and needs no memory; who brings in a lot at once waits
 * until not too much of it is left to do.
 */
final class EmbeddingThread implements AutoCloseable {
    private static final Duration LAST_TEXT = Duration.ofSeconds(30);

    private final EmbeddingWork work;
    private final long room;
    private final Runnable settled;
    private final Consumer<String> warnings;
    private final CancellationSource stop = new CancellationSource();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final Thread thread;
    private boolean woken = true;
    private volatile @Nullable String failure;

    /**
     * @param room changes that may wait before {@link #awaitRoom} lets nobody pass
     * @param settled runs on the thread each time everything was embedded
     */
    EmbeddingThread(EmbeddingWork work, long room, Runnable settled, Consumer<String> warnings) {
        this.work = work;
        this.room = room;
        this.settled = settled;
        this.warnings = warnings;
        this.thread = new Thread(this::run, "arkestra-embedding");
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** There may be something to embed. */
    void wake() {
        lock.lock();
        try {
            woken = true;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (awaitWork()) {
            try {
                boolean more = true;
                while (more) {
                    more = work.step(stop);
                    signal();
                }
                failure = null;
                if (!stop.isCancelled()) {
                    settled.run();
                }
            } catch (RuntimeException | Error e) {
                // Also a native library that does not fit this machine, or memory that ran out: without vectors there
                // are still
                // words, and nobody must wait for a thread that has ended.
                fail(e);
            }
            signal();
        }
    }

    /** Says once that and why nothing can be embedded; the next change tries again. */
    void fail(Throwable cause) {
        if (stop.isCancelled()) {
            return;
        }
        String message = "New texts cannot be embedded, so they are found by words only: "
                + (cause instanceof RuntimeException ? cause.getMessage() : cause.toString());
        if (!message.equals(failure)) {
            warnings.accept(message);
        }
        failure = message;
    }

    private boolean awaitWork() {
        lock.lock();
        try {
            while (!woken && !stop.isCancelled()) {
                moved.awaitUninterruptibly();
            }
            woken = false;
            return !stop.isCancelled();
        } finally {
            lock.unlock();
        }
    }

    private void signal() {
        lock.lock();
        try {
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Why nothing can be embedded at the moment; null when nothing is wrong. */
    @Nullable
    String failure() {
        return failure;
    }

    CancellationSource stop() {
        return stop;
    }

    /** Waits while more than there is room for is still to be embedded. Returns at once when nothing can be. */
    void awaitRoom() throws InterruptedException {
        while (!stop.isCancelled() && failure == null && work.backlog() > room) {
            wake();
            lock.lock();
            try {
                // Bounded: a step that ended between the look and the wait has signalled nobody.
                moved.await(100, TimeUnit.MILLISECONDS);
            } finally {
                lock.unlock();
            }
        }
    }

    /** Lets the running text end; the rest stays for the next start. */
    @Override
    public void close() {
        stop.cancel("the memory is closing");
        signal();
        boolean interrupted = false;
        long deadline = System.nanoTime() + LAST_TEXT.toNanos();
        while (thread.isAlive() && System.nanoTime() < deadline) {
            try {
                thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (thread.isAlive()) {
            warnings.accept(
                    "A text is still being embedded " + LAST_TEXT.toSeconds() + " s after the memory was closed");
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
