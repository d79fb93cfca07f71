package io.arkestra;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;

/** The turns that wait or run, by user. Thread-safe. */
final class RunningTurns {
    private static final Duration STOP_WAIT = Duration.ofSeconds(10);

    private final Map<EngineTurn, UserId> turns = new ConcurrentHashMap<>();
    private final Set<UserId> barred = ConcurrentHashMap.newKeySet();

    void add(EngineTurn turn, UserId user) {
        turns.put(turn, user);
        // After the turn is listed: whoever bars the user either sees the turn or is seen here.
        if (barred.contains(user)) {
            turns.remove(turn);
            throw new ArkestraException(
                    "people.forgetting",
                    "The user is being forgotten at this moment; ask again when that is over",
                    true,
                    null);
        }
    }

    void remove(EngineTurn turn) {
        turns.remove(turn);
    }

    Set<EngineTurn> all() {
        return turns.keySet();
    }

    /** Stops the user's turns, lets none begin, and does something meanwhile that is told how many were stopped. */
    <R> R without(UserId user, IntFunction<R> work) {
        if (!barred.add(user)) {
            throw new ArkestraException(
                    "people.forgetting", "The user is being forgotten already; wait until that is over", true, null);
        }
        try {
            List<EngineTurn> stopped = turns.entrySet().stream()
                    .filter(entry -> entry.getValue().equals(user))
                    .map(Map.Entry::getKey)
                    .toList();
            stopped.forEach(EngineTurn::cancel);
            await(stopped, STOP_WAIT);
            return work.apply(stopped.size());
        } finally {
            barred.remove(user);
        }
    }

    static void await(Iterable<EngineTurn> turns, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        for (EngineTurn turn : turns) {
            turn.await(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        }
    }
}
