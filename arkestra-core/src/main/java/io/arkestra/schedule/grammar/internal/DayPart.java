package io.arkestra.schedule.grammar.internal;

import java.time.LocalTime;

/** A named part of the day. */
enum DayPart {
    MORNING(4, 12),
    AFTERNOON(12, 18),
    EVENING(18, 24),
    NIGHT(21, 30),
    /** The evening that runs into the night: "tonight". */
    TONIGHT(18, 30);

    /** First hour of the part, and the first after it counted from the same midnight. */
    final int from;

    final int to;

    DayPart(int from, int to) {
        this.from = from;
        this.to = to;
    }

    LocalTime clock(ParseContext.DayParts times) {
        return switch (this) {
            case MORNING -> times.morning();
            case AFTERNOON -> times.afternoon();
            case EVENING, TONIGHT -> times.evening();
            case NIGHT -> times.night();
        };
    }
}
