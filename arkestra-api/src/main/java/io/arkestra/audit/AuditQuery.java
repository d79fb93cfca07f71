package io.arkestra.audit;

import io.arkestra.common.InvalidInputException;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;

/**
 * Which entries are wanted: those from one moment to before another, of these kinds, the newest first.
 *
 * @param from the first moment
 * @param to the moment after the last
 * @param kinds empty for all
 * @param limit how many at most, 1 to 10,000
 */
public record AuditQuery(Instant from, Instant to, Set<String> kinds, int limit) {
    public AuditQuery {
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
        kinds = Set.copyOf(kinds);
        if (limit < 1 || limit > 10_000) {
            throw new InvalidInputException("limit is " + limit + "; expected 1 to 10000");
        }
        if (to.isBefore(from)) {
            throw new InvalidInputException("The time ends at " + to + ", before it begins at " + from);
        }
    }

    /** The newest, whenever and of whatever kind. */
    public static AuditQuery latest(int limit) {
        return new AuditQuery(Instant.EPOCH, Instant.MAX, Set.of(), limit);
    }

    /** The same, only of these kinds. */
    public AuditQuery ofKinds(String... wanted) {
        return new AuditQuery(from, to, Set.of(wanted), limit);
    }

    /** The same, only of this time. */
    public AuditQuery between(Instant first, Instant end) {
        return new AuditQuery(first, end, kinds, limit);
    }
}
