package io.arkestra.spi.internal;

import io.arkestra.common.ArkestraException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What is to be closed with the engine, newest first. Thread-safe. */
public final class ResourceStack implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<AutoCloseable> resources = new ArrayDeque<>();
    private boolean closed;

    /**
     * Takes over a resource. After the end it is closed at once, so that nothing leaks from an opening that came too late.
     *
     * @throws IllegalStateException when everything was closed before
     */
    public <T extends AutoCloseable> T push(T resource) {
        lock.lock();
        try {
            if (!closed) {
                resources.push(resource);
                return resource;
            }
        } finally {
            lock.unlock();
        }
        IllegalStateException late = new IllegalStateException("the engine is closed; " + resource + " was closed too");
        RuntimeException failure = closeOne(resource, null);
        if (failure != null) {
            late.addSuppressed(failure);
        }
        throw late;
    }

    /** Closes everything, also when something fails; then throws the first failure with the others as suppressed. Idempotent. */
    @Override
    public void close() {
        Deque<AutoCloseable> last;
        lock.lock();
        try {
            closed = true;
            last = new ArrayDeque<>(resources);
            resources.clear();
        } finally {
            lock.unlock();
        }
        RuntimeException failure = null;
        for (AutoCloseable resource : last) {
            failure = closeOne(resource, failure);
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static @Nullable RuntimeException closeOne(AutoCloseable resource, @Nullable RuntimeException before) {
        RuntimeException failure;
        try {
            resource.close();
            return before;
        } catch (RuntimeException e) {
            failure = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure = new ArkestraException("engine.close", "Closing " + resource + " was interrupted", e);
        } catch (Exception e) {
            failure = new ArkestraException("engine.close", "Closing " + resource + " failed: " + e.getMessage(), e);
        }
        if (before == null) {
            return failure;
        }
        before.addSuppressed(failure);
        return before;
    }
}
