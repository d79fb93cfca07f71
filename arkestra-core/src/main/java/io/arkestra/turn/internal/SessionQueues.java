package io.arkestra.turn.internal;

import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the turns of each session one after another, those of different sessions side by side. Thread-safe. */
public final class SessionQueues {
    private static final Logger log = LoggerFactory.getLogger(SessionQueues.class);

    private record Key(UserId user, SessionId session) {}

    private final Executor executor;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, Deque<Runnable>> waiting = new HashMap<>();

    public SessionQueues(Executor executor) {
        this.executor = executor;
    }

    /**
     * Runs the task after those of the session that were submitted before. It must not throw.
     *
     * @throws RejectedExecutionException when the executor takes nothing more; the task never runs then
     */
    public void submit(UserId user, SessionId session, Runnable task) {
        Key key = new Key(user, session);
        lock.lock();
        try {
            Deque<Runnable> queue = waiting.get(key);
            if (queue != null) {
                queue.addLast(task);
                return;
            }
            // Started under the lock: a task that came in between would wait for ever behind one that was rejected.
            waiting.put(key, new ArrayDeque<>());
            start(key, task);
        } finally {
            lock.unlock();
        }
    }

    private void start(Key key, Runnable task) {
        try {
            executor.execute(() -> {
                try {
                    task.run();
                } finally {
                    next(key);
                }
            });
        } catch (RejectedExecutionException e) {
            abandon(key);
            throw e;
        }
    }

    private void abandon(Key key) {
        lock.lock();
        try {
            waiting.remove(key);
        } finally {
            lock.unlock();
        }
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
        try {
            start(key, task);
        } catch (RejectedExecutionException e) {
            // The engine is closing; whoever closes it ends the turns that still wait.
            log.debug("Turns that wait in session {} are not run any more", key.session(), e);
        }
    }
}
