package io.arkestra.schedule.grammar.internal;

import java.time.DayOfWeek;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of a time expression, as the composition rules find it. */
sealed interface Fragment {

    /** How a date or time is led: at it, not later than it, from it on, up to it. */
    enum Role {
        AT,
        BY,
        SINCE
    }

    /** A date, possibly with the role that its preposition gives it. */
    record Date(DateSpec spec, Role role) implements Fragment {
        Date(DateSpec spec) {
            this(spec, Role.AT);
        }
    }

    /** From one date to another, both included. */
    record DateSpan(DateSpec from, DateSpec to) implements Fragment {}

    /** A time of day. */
    record Time(Clock clock, Role role) implements Fragment {}

    /** From one time of day to another. */
    record TimeSpan(Clock from, Clock to) implements Fragment {}

    /** A part of the day, on the day so many days from today when {@code days} is set. */
    record Part(DayPart part, @Nullable Integer days) implements Fragment {}

    /**
     * An amount before or after the reference.
     *
     * @param alternating "через день": with a time of day it means every other day
     */
    record Offset(Amount amount, int sign, boolean alternating) implements Fragment {}

    /** The next or last so many units, counted in whole units when looking back or ahead from the present one. */
    record Window(int count, Grain unit, int sign) implements Fragment {}

    /**
     * How long it takes.
     *
     * @param clock set when the words may also name a time of day ("на 2 часа")
     * @param within whether the words alone mean the end of that time ("в течение часа")
     */
    record Length(Amount amount, @Nullable Clock clock, boolean within) implements Fragment {}

    /** A repetition or a part of one; parts are merged. */
    record Repeat(
            RecurrenceRule.Frequency frequency,
            int interval,
            List<RecurrenceRule.ByDay> days,
            int monthDay,
            int month,
            @Nullable DayPart part)
            implements Fragment {

        static Repeat every(RecurrenceRule.Frequency frequency, int interval) {
            return new Repeat(frequency, interval, List.of(), 0, 0, null);
        }

        static Repeat weekly(int interval, List<DayOfWeek> days) {
            return new Repeat(
                    RecurrenceRule.Frequency.WEEKLY,
                    interval,
                    days.stream()
                            .distinct()
                            .sorted()
                            .map(day -> new RecurrenceRule.ByDay(0, day))
                            .toList(),
                    0,
                    0,
                    null);
        }

        static Repeat monthlyOn(int day) {
            return new Repeat(RecurrenceRule.Frequency.MONTHLY, 1, List.of(), day, 0, null);
        }

        static Repeat monthlyOn(int ordinal, DayOfWeek day) {
            return new Repeat(
                    RecurrenceRule.Frequency.MONTHLY, 1, List.of(new RecurrenceRule.ByDay(ordinal, day)), 0, 0, null);
        }

        static Repeat yearlyOn(int month, int day) {
            return new Repeat(RecurrenceRule.Frequency.YEARLY, 1, List.of(), day, month, null);
        }

        Repeat in(DayPart newPart) {
            return new Repeat(frequency, interval, days, monthDay, month, newPart);
        }
    }

    /** A number of times. */
    record Times(int count) implements Fragment {}
}
