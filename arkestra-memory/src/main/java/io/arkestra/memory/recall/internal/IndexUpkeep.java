package io.arkestra.memory.recall.internal;

import io.arkestra.keyword.KeywordIndexException;
import io.arkestra.store.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Brings the index up to date before it is used, and mends it when it is damaged. A caller does a bounded share of the work; what
 * is left after opening is done in the background. Thread-safe.
 */
final class IndexUpkeep implements AutoCloseable {
    /** Steps that one caller does at most; some thousands of messages. */
    private static final int SHARE = 16;

    private static final String FULL = "keyword.full";

    private final FeedFollower follower;
    private final Executor executor;
    private final Consumer<String> warnings;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicBoolean behind = new AtomicBoolean(true);
    private volatile boolean closing;

    IndexUpkeep(FeedFollower follower, Executor executor, Consumer<String> warnings) {
        this.follower = follower;
        this.executor = executor;
        this.warnings = warnings;
    }

    /** Takes up the index after opening. */
    void start() {
        lock.lock();
        try {
            try {
                follower.resume();
            } catch (KeywordIndexException e) {
                if (isFull(e)) {
                    follower.recede();
                } else {
                    mend(e);
                }
            }
        } finally {
            lock.unlock();
        }
        if (!begin()) {
            executor.execute(this::continueInBackground);
        }
    }

    /** Returns whether nothing is left that could be done now. */
    private boolean begin() {
        try {
            return advance(SHARE);
        } catch (KeywordIndexException e) {
            if (!isFull(e)) {
                throw e;
            }
            warnings.accept("The search index of the memory could not follow: " + e.getMessage());
            return true;
        }
    }

    private void continueInBackground() {
        try {
            boolean complete = false;
            while (!closing && !complete) {
                complete = advance(1);
            }
        } catch (RuntimeException e) {
            if (!closing) {
                warnings.accept("The search index of the memory could not be completed in the background: "
                        + e.getMessage() + "; the next recall goes on with it");
            }
        }
    }

    /** The store has changed. */
    void changed() {
        behind.set(true);
    }

    boolean isBehind() {
        return behind.get();
    }

    void warn(String message) {
        warnings.accept(message);
    }

    private static boolean isFull(Throwable failure) {
        return failure instanceof KeywordIndexException e && e.code().equals(FULL);
    }

    private void recede() {
        lock.lock();
        try {
            follower.recede();
            behind.set(true);
        } finally {
            lock.unlock();
        }
    }

    /** What can be searched although the index could not follow. */
    private <T> T starved(List<String> notes, Supplier<T> search) {
        recede();
        notes.add("The disk is full, so the search index could not follow: what was told last may be missing."
                + " Free some space.");
        return search.get();
    }

    /** Runs a search on an index that is up to date, as far as one share of the work gets it there. */
    <T> T current(List<String> notes, Supplier<T> search) {
        try {
            boolean complete = advance(SHARE);
            T result = search.get();
            if (!complete) {
                notes.add("The search index is still being built; something may be missing.");
            }
            return result;
        } catch (KeywordIndexException e) {
            if (isFull(e)) {
                return starved(notes, search);
            }
            if (!e.code().equals("keyword.damaged")) {
                throw e;
            }
            remake(e);
            notes.add("The search index was damaged and has been built anew.");
            if (!advance(SHARE)) {
                notes.add("The search index is still being built; something may be missing.");
            }
            return search.get();
        }
    }

    /** Brings the index up to date however long it takes, and commits it. */
    void complete() {
        try {
            finish();
        } catch (KeywordIndexException e) {
            if (isFull(e)) {
                recede();
            }
            if (!e.code().equals("keyword.damaged")) {
                throw e;
            }
            remake(e);
            finish();
        }
    }

    private void finish() {
        while (!advance(SHARE)) {
            if (Thread.currentThread().isInterrupted()) {
                break;
            }
        }
        lock.lock();
        try {
            follower.commit();
        } finally {
            lock.unlock();
        }
    }

    /** Does so many steps at most. Returns whether everything is done. */
    private boolean advance(int steps) {
        // Taken even when nothing seems to be left: somebody else may just be applying what this caller has committed.
        lock.lock();
        try {
            if (!behind.get()) {
                return true;
            }
            for (int i = 0; i < steps; i++) {
                // Before the read: a commit that comes during it sets the mark again.
                behind.set(false);
                try {
                    if (!follower.step()) {
                        return true;
                    }
                } catch (RuntimeException | Error e) {
                    behind.set(true);
                    if (isFull(e)) {
                        follower.recede();
                    }
                    throw e;
                }
                behind.set(true);
                if (Thread.currentThread().isInterrupted()) {
                    return false;
                }
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Drops an owner, between two steps, so that none brings back what it read before. */
    void erase(Owner owner) {
        lock.lock();
        try {
            follower.erase(owner);
        } catch (KeywordIndexException e) {
            if (isFull(e)) {
                recede();
            }
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private void remake(KeywordIndexException cause) {
        lock.lock();
        try {
            mend(cause);
        } finally {
            lock.unlock();
        }
    }

    private void mend(KeywordIndexException cause) {
        warnings.accept("The search index of the memory is built anew: " + cause.getMessage());
        follower.startOver();
        behind.set(true);
    }

    List<String> describe() {
        lock.lock();
        try {
            List<String> lines = new ArrayList<>();
            FeedPosition position = follower.position();
            lines.add("search index: messages to #" + position.messages() + ", memories to #" + position.memories()
                    + (behind.get() ? ", catching up at the next recall" : ", up to date"));
            return lines;
        } finally {
            lock.unlock();
        }
    }

    /** Commits what was applied. */
    @Override
    public void close() {
        closing = true;
        lock.lock();
        try {
            follower.commit();
        } catch (KeywordIndexException e) {
            // The next start finds an older state and catches up from there.
            warnings.accept("The search index of the memory could not be committed: " + e.getMessage());
        } finally {
            lock.unlock();
        }
    }
}
