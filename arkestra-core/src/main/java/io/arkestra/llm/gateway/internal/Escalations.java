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
    private final Map<TurnId, Boolean> turns = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<TurnId, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** Whether this is the first time for the turn. Work outside any turn is bound by the caller, once per call. */
    boolean first(Optional<TurnId> turn) {
        if (turn.isEmpty()) {
            return true;
        }
        lock.lock();
        try {
            return turns.put(turn.get(), Boolean.TRUE) == null;
        } finally {
            lock.unlock();
        }
    }
}
