package io.arkestra.turn.internal;

import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;

/** Runs the turns of each session one after another, those of different sessions side by side. Thread-safe. */
public final class SessionQueues {
    private record Key(UserId user, SessionId session) {}

    private final Executor executor;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, Deque<Runnable>> waiting = new HashMap<>();

    public SessionQueues(Executor executor) {
        this.executor = executor;
    }

    /** Runs the task after those of the session that were submitted before. It must not throw. */
    public void submit(UserId user, SessionId session, Runnable task) {
        Key key = new Key(user, session);
        lock.lock();
        try {
            Deque<Runnable> queue = waiting.get(key);
            if (queue != null) {
                queue.addLast(task);
                return;
            }
            waiting.put(key, new ArrayDeque<>());
        } finally {
            lock.unlock();
        }
        start(key, task);
    }

    private void start(Key key, Runnable task) {
        executor.execute(() -> {
            try {
                task.run();
            } finally {
                next(key);
            }
        });
    }

    private void next(Key key) {
        Runnable task;
        lock.lock();
        try {
            Deque<Runnable> queue = waiting.get(key);
            task = queue == null ? null : queue.pollFirst();
            if (task == null) {
                waiting.remove(key);
                return;
            }
        } finally {
            lock.unlock();
        }
        start(key, task);
    }
}
