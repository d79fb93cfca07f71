package io.arkestra.schedule.grammar.internal;

/** The smallest calendar unit that an expression fixes: "tomorrow" fixes a {@link #DAY}, "at 9:00" a {@link #MINUTE}. */
public enum Grain {
    SECOND,
    MINUTE,
    HOUR,
    DAY,
    WEEK,
    MONTH,
    QUARTER,
    YEAR;

    /** Whether this unit is a day or longer, so that an expression of this grain leaves the time of day open. */
    public boolean isDateBased() {
        return compareTo(DAY) >= 0;
    }
}
