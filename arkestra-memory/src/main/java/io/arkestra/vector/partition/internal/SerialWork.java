package io.arkestra.vector.partition.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Runs a partition's short file work one piece after the other on the shared threads. */
final class SerialWork {
    private final VectorThreads threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final Deque<Runnable> queue = new ArrayDeque<>();
    private boolean running;

    SerialWork(VectorThreads threads) {
        this.threads = threads;
    }

    /** @throws io.arkestra.vector.VectorIndexException with code {@code vector.closed} when the threads have ended */
    void submit(Runnable work) {
        lock.lock();
        try {
            queue.add(work);
            if (!running) {
                running = true;
                try {
                    threads.file(this::drain);
                } catch (RuntimeException e) {
                    running = false;
                    queue.remove(work);
                    throw e;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void drain() {
        while (true) {
            Runnable work;
            lock.lock();
            try {
                work = queue.poll();
                if (work == null) {
                    running = false;
                    idle.signalAll();
                    return;
                }
            } finally {
                lock.unlock();
            }
            work.run();
        }
    }

    /** Waits until nothing is running or queued. Never on one of the threads themselves. */
    void awaitIdle() {
        lock.lock();
        try {
            while (running) {
                idle.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }
}
