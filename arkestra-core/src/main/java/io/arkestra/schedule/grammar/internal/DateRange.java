package io.arkestra.schedule.grammar.internal;

import java.time.ZonedDateTime;

/**
 * A half-open stretch of time.
 *
 * @param from first instant inside
 * @param to first instant after the stretch, later than {@code from}
 */
public record DateRange(ZonedDateTime from, ZonedDateTime to) {

    public DateRange {
        if (!to.isAfter(from)) {
            throw new IllegalArgumentException("A range must end after it starts, got [" + from + ", " + to + ")");
        }
    }
}
