package io.arkestra.common;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The side of a {@link Cancellation} that may request it. Thread-safe; {@link #cancel} is idempotent. */
public final class CancellationSource implements Cancellation {
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Runnable> actions = new ArrayList<>();
    private volatile @Nullable String reason;

    /**
     * Requests cancellation and runs the registered actions on this thread, newest first, so that what was opened last stops first.
     *
     * @return false when it had been requested before; the first reason stays
     */
    public boolean cancel(String why) {
        Objects.requireNonNull(why, "why");
        List<Runnable> toRun;
        lock.lock();
        try {
            if (reason != null) {
                return false;
            }
            reason = why;
            toRun = new ArrayList<>(actions);
            actions.clear();
        } finally {
            lock.unlock();
        }
        RuntimeException failure = null;
        for (int i = toRun.size() - 1; i >= 0; i--) {
            try {
                toRun.get(i).run();
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
        return true;
    }

    @Override
    public boolean isCancelled() {
        return reason != null;
    }

    @Override
    public Optional<String> reason() {
        return Optional.ofNullable(reason);
    }

    @Override
    public Subscription onCancel(Runnable action) {
        // An object of its own each time: the same action may be registered twice and each is withdrawn by itself.
        Runnable once = new Runnable() {
            @Override
            public void run() {
                action.run();
            }
        };
        lock.lock();
        try {
            if (reason == null) {
                actions.add(once);
                return () -> withdraw(once);
            }
        } finally {
            lock.unlock();
        }
        action.run();
        return () -> {};
    }

    private void withdraw(Runnable action) {
        lock.lock();
        try {
            actions.remove(action);
        } finally {
            lock.unlock();
        }
    }
}
