package io.arkestra.llm.llamacpp.jni.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/** Lets one in at a time, in order of arrival, and who waits can walk away. Thread-safe. */
final class OneAtATime {
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<CompletableFuture<Void>> waiting = new ArrayDeque<>();
    private boolean busy;

    /** Completes when it is one's turn; then {@link #leave()} has to be called, or {@link #giveUp} before or after that. */
    CompletableFuture<Void> enter() {
        CompletableFuture<Void> turn = new CompletableFuture<>();
        lock.lock();
        try {
            if (busy) {
                waiting.add(turn);
                return turn;
            }
            busy = true;
        } finally {
            lock.unlock();
        }
        turn.complete(null);
        return turn;
    }

    void leave() {
        while (true) {
            CompletableFuture<Void> next;
            lock.lock();
            try {
                next = waiting.poll();
                busy = next != null;
            } finally {
                lock.unlock();
            }
            if (next == null || next.complete(null)) {
                return;
            }
        }
    }

    /** Takes the place in the queue back, or leaves when it was one's turn already. */
    void giveUp(CompletableFuture<Void> turn) {
        if (!turn.cancel(false)) {
            leave();
        }
    }
}
