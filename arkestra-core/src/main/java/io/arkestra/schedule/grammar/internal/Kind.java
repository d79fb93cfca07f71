package io.arkestra.schedule.grammar.internal;

/** The meanings a word can have; most carry a number. A word may have several: "may", "second", "дня". */
enum Kind {
    /** 1 Monday to 7 Sunday. */
    WEEKDAY,
    /** A weekday in a form that means every one: "mondays", "понедельникам". */
    WEEKDAYS,
    /** 1 to 12. */
    MONTH,
    /** See {@link Lexicon#unit}. */
    UNIT,
    /** A word for a whole number. */
    CARDINAL,
    /** A word for a position. */
    ORDINAL,
    /** An amount that is not whole, in quarters: half 2, полтора 6. */
    QUARTERS,
    /** Days from today. */
    DAY,
    /** {@link DayPart} ordinal. */
    PART,
    /** A part of the day in a form that follows a clock time: "утра", "ночи". */
    PART_OF,
    /** Periods from the present one: this 0, next 1, last -1. */
    SHIFT,
    /** The nearest one ahead: "coming", "ближайший". */
    COMING,
    /** am 0, pm 1. */
    MERIDIEM,
    /** "every", "каждый". */
    EVERY,
    /** A repetition in one word, {@link RecurrenceRule.Frequency} ordinal: "daily". */
    FREQUENCY,
    /** Monday to Friday in one word. */
    WORKDAYS,
    /** Saturday and Sunday in one word. */
    WEEKEND,
    /** A clock time in one word, in hours: noon 12. */
    CLOCK,
    /** Begin -1, middle 0, end 1 of a period. */
    EDGE,
    /** A direction after an amount: ago -1, later 1. */
    DIRECTION,
    /** A feast on a fixed day, month * 100 + day. */
    FEAST,
    /** A time zone abbreviation, offset in minutes. */
    ZONE,
    /** A preposition of time, dropped together with the expression it leads. */
    PREPOSITION,
    /** Only a word of time when something else near it says so: "sat", "sun", "may". */
    WEAK,
    /** A word before a number that makes it a label: "version 9.0", "рейс 1045". */
    LABEL,
    /** A word after a number that makes it a count: "6 percent", "9 раз". */
    COUNTED
}
