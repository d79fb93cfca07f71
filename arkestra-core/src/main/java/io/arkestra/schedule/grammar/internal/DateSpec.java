package io.arkestra.schedule.grammar.internal;

import java.time.DayOfWeek;
import org.jspecify.annotations.Nullable;

/** A date as said, before it is placed on a calendar. */
sealed interface DateSpec {

    /** So many days from today. */
    record Relative(int days) implements DateSpec {}

    /**
     * A day of the week.
     *
     * @param week weeks from the present one, {@code null} for the nearest such day
     * @param recent whether {@code week = -1} means the most recent such day rather than that of the previous week
     */
    record Weekday(DayOfWeek day, @Nullable Integer week, boolean recent) implements DateSpec {}

    /** The n-th such weekday from now on, or back from now when negative. */
    record WeekdayCount(DayOfWeek day, int count) implements DateSpec {}

    /** A day of a month, of the given year or of the nearest when 0. */
    record MonthDay(int month, int day, int year) implements DateSpec {}

    /** A day of the nearest month that has it, or of a month counted from the present one. */
    record DayOfMonth(int day, @Nullable Integer months) implements DateSpec {}

    /** A weekday that falls on a day of some month: "friday 13th". */
    record WeekdayOfMonth(DayOfWeek weekday, int day) implements DateSpec {}

    /** A month, of the given year or of the nearest when 0. */
    record Month(int month, int year) implements DateSpec {}

    /** A year. */
    record Year(int year) implements DateSpec {}

    /** A quarter of the given year, or of the present one when 0. */
    record Quarter(int quarter, int year) implements DateSpec {}

    /** A calendar unit counted from the present one. */
    record Period(Grain unit, int shift) implements DateSpec {}

    /** Begin (-1), middle (0) or end (1) of a period. */
    record Edge(int edge, DateSpec of) implements DateSpec {}

    /** The n-th weekday, or day when {@code day} is null, of a period; negative counts from the end. */
    record Nth(int ordinal, @Nullable DayOfWeek day, DateSpec of) implements DateSpec {}

    /** Saturday and Sunday, so many weeks from the present one. */
    record Weekend(int shift) implements DateSpec {}

    /** An amount before or after another date. */
    record Anchored(Amount amount, int sign, DateSpec base) implements DateSpec {}
}
