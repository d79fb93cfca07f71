package io.arkestra.schedule;

import java.time.Instant;

/**
 * A stretch of time that a text speaks of. Use the factory: components that later releases add get their default there.
 *
 * @param from its first moment
 * @param to the moment after its last one
 * @param start offset of the words in the text
 * @param end offset after them
 */
public record TimeSpan(Instant from, Instant to, int start, int end) {
    public static TimeSpan of(Instant from, Instant to, int start, int end) {
        return new TimeSpan(from, to, start, end);
    }
}
