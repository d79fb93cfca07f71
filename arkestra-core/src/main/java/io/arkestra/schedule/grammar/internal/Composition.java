package io.arkestra.schedule.grammar.internal;

import io.arkestra.schedule.grammar.internal.DateSpec.DayOfMonth;
import io.arkestra.schedule.grammar.internal.DateSpec.Month;
import io.arkestra.schedule.grammar.internal.DateSpec.MonthDay;
import io.arkestra.schedule.grammar.internal.DateSpec.Nth;
import io.arkestra.schedule.grammar.internal.DateSpec.Period;
import io.arkestra.schedule.grammar.internal.DateSpec.Relative;
import io.arkestra.schedule.grammar.internal.DateSpec.Weekday;
import io.arkestra.schedule.grammar.internal.Fragment.Date;
import io.arkestra.schedule.grammar.internal.Fragment.DateSpan;
import io.arkestra.schedule.grammar.internal.Fragment.Length;
import io.arkestra.schedule.grammar.internal.Fragment.Offset;
import io.arkestra.schedule.grammar.internal.Fragment.Part;
import io.arkestra.schedule.grammar.internal.Fragment.Repeat;
import io.arkestra.schedule.grammar.internal.Fragment.Role;
import io.arkestra.schedule.grammar.internal.Fragment.Time;
import io.arkestra.schedule.grammar.internal.Fragment.TimeSpan;
import io.arkestra.schedule.grammar.internal.Fragment.Times;
import io.arkestra.schedule.grammar.internal.Fragment.Window;
import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the fragments of one expression; the first of a kind wins, what does not fit is left to the title. */
final class Composition {
    @Nullable
    Repeat repeat;

    @Nullable
    Date date;

    @Nullable
    Date until;

    @Nullable
    DateSpan dateSpan;

    @Nullable
    Time time;

    @Nullable
    TimeSpan timeSpan;

    @Nullable
    Part part;

    @Nullable
    Offset offset;

    @Nullable
    Window window;

    @Nullable
    Length length;

    @Nullable
    DayOfWeek weekday;

    int times;

    private final List<Scanner.Found> used = new ArrayList<>();

    private Composition() {}

    static Composition of(List<Scanner.Found> fragments) {
        Composition composition = new Composition();
        for (Scanner.Found found : fragments) {
            if (composition.add(found.fragment(), found.adjacent())) {
                composition.used.add(found);
            }
        }
        composition.settle();
        return composition;
    }

    /** The fragments that are part of the expression. */
    List<Scanner.Found> used() {
        return used;
    }

    boolean isEmpty() {
        return repeat == null
                && date == null
                && dateSpan == null
                && time == null
                && timeSpan == null
                && part == null
                && offset == null
                && window == null;
    }

    private boolean hasDay() {
        return date != null || dateSpan != null || window != null || offset != null;
    }

    private boolean add(Fragment fragment, boolean adjacent) {
        if (fragment instanceof Repeat more) {
            return addRepeat(more);
        } else if (fragment instanceof Date more) {
            return addDate(more, adjacent);
        } else if (fragment instanceof DateSpan more && !hasDay() && repeat == null) {
            dateSpan = more;
        } else if (fragment instanceof Time more && time == null && timeSpan == null && !hasExactOffset()) {
            time = more;
        } else if (fragment instanceof TimeSpan more && time == null && timeSpan == null && !hasExactOffset()) {
            timeSpan = more;
        } else if (fragment instanceof Part more && part == null) {
            part = more;
        } else if (fragment instanceof Offset more
                && offset == null
                && window == null
                && dateSpan == null
                && time == null) {
            return addOffset(more);
        } else if (fragment instanceof Offset more
                && offset == null
                && !hasDay()
                && more.amount().isDateBased()) {
            return addOffset(more);
        } else if (fragment instanceof Window more && !hasDay()) {
            window = more;
        } else if (fragment instanceof Length more && length == null) {
            length = more;
        } else if (fragment instanceof Times more && times == 0) {
            times = more.count();
        } else {
            return false;
        }
        return true;
    }

    private boolean hasExactOffset() {
        return offset != null && !offset.amount().isDateBased();
    }

    private boolean addOffset(Offset more) {
        boolean today = date != null && date.spec().equals(new Relative(0));
        boolean week = date != null && date.spec() instanceof Weekday day && day.week() == null;
        if (date != null && !today && !(week && more.amount().isDateBased())) {
            return false;
        }
        if (week && date != null && date.spec() instanceof Weekday day) {
            weekday = day.day();
        }
        date = null;
        offset = more;
        return true;
    }

    private boolean addRepeat(Repeat more) {
        if (repeat == null) {
            repeat = more;
            return true;
        }
        Repeat first = repeat;
        boolean firstPlain = first.days().isEmpty() && first.monthDay() == 0;
        boolean morePlain = more.days().isEmpty() && more.monthDay() == 0;
        boolean timeBased = first.frequency().isTimeBased() || more.frequency().isTimeBased();
        if (timeBased || !firstPlain && !morePlain && first.frequency() != more.frequency()) {
            return false;
        }
        Repeat base = firstPlain && !morePlain ? more : first;
        List<RecurrenceRule.ByDay> days = new ArrayList<>(first.days());
        more.days().stream().filter(day -> !days.contains(day)).forEach(days::add);
        repeat = new Repeat(
                base.frequency(),
                Math.max(first.interval(), more.interval()),
                days,
                base.monthDay(),
                base.month(),
                first.part() == null ? more.part() : first.part());
        return true;
    }

    private boolean addDate(Date more, boolean adjacent) {
        if (repeat != null && more.role() == Role.BY && until == null) {
            until = more;
            return true;
        }
        if (offset != null
                && more.spec() instanceof Weekday day
                && adjacent
                && offset.amount().isDateBased()) {
            weekday = day.day();
            return true;
        }
        if (!hasDay()) {
            date = more;
            return true;
        }
        Date first = date;
        DateSpec merged = first == null || !adjacent ? null : merge(first.spec(), more.spec());
        if (first == null || merged == null) {
            return false;
        }
        date = new Date(merged, first.role());
        return true;
    }

    /** One date out of two that stand side by side: "Sunday, December 7", "tuesday next week", "friday the 26th". */
    private static @Nullable DateSpec merge(DateSpec a, DateSpec b) {
        if (b instanceof Weekday && !(a instanceof Weekday)) {
            return merge(b, a);
        }
        if (a instanceof Weekday day) {
            if (b instanceof Period period && period.unit() == Grain.WEEK) {
                return new Weekday(day.day(), period.shift(), false);
            }
            if (b instanceof DayOfMonth number && number.months() == null) {
                return new DateSpec.WeekdayOfMonth(day.day(), number.day());
            }
            return b instanceof Weekday || b instanceof Month ? null : b;
        }
        if (a instanceof Month month && b instanceof DayOfMonth day) {
            return new MonthDay(month.month(), day.day(), month.year());
        }
        if (a instanceof DayOfMonth day && b instanceof Period period && period.unit() == Grain.MONTH) {
            return new DayOfMonth(day.day(), period.shift());
        }
        if (a instanceof MonthDay day && day.year() == 0 && b instanceof DateSpec.Year year) {
            return new MonthDay(day.month(), day.day(), year.year());
        }
        return null;
    }

    /** Settles what could only be told at the end of the text. */
    private void settle() {
        if (length != null
                && length.clock() != null
                && time == null
                && timeSpan == null
                && (hasDay() || repeat != null)) {
            time = new Time(length.clock(), Role.AT);
            length = null;
        }
        if (offset != null && offset.alternating() && (time != null || timeSpan != null) && repeat == null) {
            repeat = Repeat.every(RecurrenceRule.Frequency.DAILY, 2);
            offset = null;
        }
        if (isEmpty() && length != null && length.within()) {
            offset = new Offset(length.amount(), 1, false);
            length = null;
        }
        if (isEmpty() || length != null && time == null && !hasDay() && timeSpan == null && repeat == null) {
            length = null;
            used.removeIf(found -> found.fragment() instanceof Length && offset == null);
        }
        if (repeat == null) {
            times = 0;
            used.removeIf(found -> found.fragment() instanceof Times);
        } else if (date != null) {
            repeatOnDate(repeat, date.spec());
        }
    }

    /** "каждый месяц 15-го", "every year on March 8", "weekly on monday": the date is a part of the repetition. */
    private void repeatOnDate(Repeat every, DateSpec spec) {
        Repeat merged = null;
        boolean plain = every.days().isEmpty() && every.monthDay() == 0;
        if (every.frequency() == RecurrenceRule.Frequency.MONTHLY && plain) {
            if (spec instanceof DayOfMonth day) {
                merged = new Repeat(every.frequency(), every.interval(), List.of(), day.day(), 0, every.part());
            } else if (spec instanceof Nth nth && nth.of().equals(new Period(Grain.MONTH, 0))) {
                List<RecurrenceRule.ByDay> days =
                        nth.day() == null ? List.of() : List.of(new RecurrenceRule.ByDay(nth.ordinal(), nth.day()));
                int monthDay = nth.day() == null ? nth.ordinal() : 0;
                merged = new Repeat(every.frequency(), every.interval(), days, monthDay, 0, every.part());
            } else if (spec instanceof DateSpec.Edge edge && edge.edge() != 0) {
                int monthDay = edge.edge();
                merged = new Repeat(every.frequency(), every.interval(), List.of(), monthDay, 0, every.part());
            }
        } else if (every.frequency() == RecurrenceRule.Frequency.YEARLY && plain) {
            if (spec instanceof MonthDay day && day.year() == 0) {
                merged = new Repeat(
                        every.frequency(), every.interval(), List.of(), day.day(), day.month(), every.part());
            }
        } else if (every.frequency() == RecurrenceRule.Frequency.WEEKLY && plain && spec instanceof Weekday day) {
            List<RecurrenceRule.ByDay> days = List.of(new RecurrenceRule.ByDay(0, day.day()));
            merged = new Repeat(every.frequency(), every.interval(), days, 0, 0, every.part());
        }
        if (merged != null) {
            repeat = merged;
            date = null;
        }
    }
}
