package io.arkestra.memory;

import java.time.Instant;
import java.util.Optional;

/**
 * How two nodes belong together. Use the factory: components that later releases add get their default there.
 *
 * @param from id of a node
 * @param relation lower-case English words joined by dashes, for example {@code lives-in}
 * @param to id of a node
 * @param weight 0 to 1: grows when it comes up, fades with time
 * @param validFrom since when it is so
 * @param validTo until when it was so; empty while it is
 */
public record GraphEdge(
        String from, String relation, String to, double weight, Instant validFrom, Optional<Instant> validTo) {
    public static GraphEdge of(
            String from, String relation, String to, double weight, Instant validFrom, Optional<Instant> validTo) {
        return new GraphEdge(from, relation, to, weight, validFrom, validTo);
    }
}
