package io.arkestra.llm.gateway.internal;

import io.arkestra.common.TurnId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Sees to it that a turn asks a better model at most once, whatever the role. Thread-safe. */
public final class Escalations {
    private static final int REMEMBERED = 1_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<TurnId, String> turns = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<TurnId, String> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** Whether the turn asked a better model for this role before, so that its later calls may go there as well. */
    boolean goesOn(Optional<TurnId> turn, String role) {
        lock.lock();
        try {
            return turn.isPresent() && role.equals(turns.get(turn.get()));
        } finally {
            lock.unlock();
        }
    }

    /** Whether this is the first time for the turn. Work outside any turn is bound by the caller, once per call. */
    boolean first(Optional<TurnId> turn, String role) {
        if (turn.isEmpty()) {
            return true;
        }
        lock.lock();
        try {
            return turns.putIfAbsent(turn.get(), role) == null;
        } finally {
            lock.unlock();
        }
    }
}
