package io.arkestra.schedule.grammar.internal;

import io.arkestra.schedule.grammar.internal.ParseContext.Direction;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Places dates on the calendar, seen from a day. */
final class DateResolver {
    private static final int MAX_MONTHS = 48;
    private static final int MAX_YEARS = 12;

    private final LocalDate today;
    private final boolean past;
    private final TimeOfDay time;
    private final List<String> ambiguities;

    /**
     * @param today the day of the reference
     * @param direction the side preferred
     * @param time what was said about the time of day
     * @param ambiguities where decisions by convention are noted
     */
    DateResolver(LocalDate today, Direction direction, TimeOfDay time, List<String> ambiguities) {
        this.today = today;
        this.past = direction == Direction.PAST;
        this.time = time;
        this.ambiguities = ambiguities;
    }

    /** Whether the time of day that was said is still ahead today; {@code otherwise} if none was said. */
    @FunctionalInterface
    interface TimeOfDay {
        boolean isAheadToday(boolean otherwise);
    }

    /** A stretch of days; {@code last} is its last day. */
    record Days(LocalDate first, LocalDate last, Grain grain) {
        static Days of(LocalDate day) {
            return new Days(day, day, Grain.DAY);
        }
    }

    /** The days meant, or null if the calendar has none. */
    @Nullable
    Days resolve(DateSpec spec) {
        if (spec instanceof DateSpec.Relative day) {
            return Days.of(today.plusDays(day.days()));
        } else if (spec instanceof DateSpec.Weekday day) {
            return Days.of(weekday(day));
        } else if (spec instanceof DateSpec.WeekdayCount count) {
            return Days.of(weekdayCount(count));
        } else if (spec instanceof DateSpec.MonthDay day) {
            return monthDay(day);
        } else if (spec instanceof DateSpec.DayOfMonth day) {
            return dayOfMonth(day);
        } else if (spec instanceof DateSpec.WeekdayOfMonth day) {
            return weekdayOfMonth(day);
        } else if (spec instanceof DateSpec.Month month) {
            return month(month);
        } else if (spec instanceof DateSpec.Year year) {
            LocalDate first = LocalDate.of(year.year(), 1, 1);
            return new Days(first, first.plusYears(1).minusDays(1), Grain.YEAR);
        } else if (spec instanceof DateSpec.Quarter quarter) {
            LocalDate first =
                    LocalDate.of(quarter.year() == 0 ? today.getYear() : quarter.year(), 3 * quarter.quarter() - 2, 1);
            return new Days(first, first.plusMonths(3).minusDays(1), Grain.QUARTER);
        } else if (spec instanceof DateSpec.Period period) {
            return period(period.unit(), period.shift());
        } else if (spec instanceof DateSpec.Edge edge) {
            return edge(edge);
        } else if (spec instanceof DateSpec.Nth nth) {
            return nth(nth);
        } else if (spec instanceof DateSpec.Weekend weekend) {
            LocalDate saturday =
                    today.with(DayOfWeek.MONDAY).plusWeeks(weekend.shift()).with(DayOfWeek.SATURDAY);
            return new Days(saturday, saturday.plusDays(1), Grain.DAY);
        } else if (spec instanceof DateSpec.Anchored anchored) {
            Days base = resolve(anchored.base());
            return base == null ? null : Days.of(anchored.amount().addTo(base.first(), anchored.sign()));
        }
        throw new IllegalStateException("No resolution for " + spec);
    }

    private LocalDate weekday(DateSpec.Weekday said) {
        LocalDate inWeek = today.with(DayOfWeek.MONDAY).with(said.day());
        Integer week = said.week();
        if (week == null) {
            if (past) {
                return today.with(TemporalAdjusters.previous(said.day()));
            }
            boolean stays = said.day() == today.getDayOfWeek() && time.isAheadToday(false);
            return stays ? today : today.with(TemporalAdjusters.next(said.day()));
        }
        if (week == 0) {
            boolean gone = inWeek.isBefore(today) && !past;
            return gone ? inWeek.plusWeeks(1) : inWeek.isAfter(today) && past ? inWeek.minusWeeks(1) : inWeek;
        }
        LocalDate shifted = inWeek.plusWeeks(week);
        if (week == -1 && said.recent()) {
            return today.with(TemporalAdjusters.previous(said.day()));
        }
        if (Math.abs(ChronoUnit.DAYS.between(today, shifted)) > 7) {
            ambiguities.add("the " + said.day().toString().toLowerCase(Locale.ROOT)
                    + (week > 0 ? " of the next week, not the nearest one" : " of the last week, not the latest one"));
        }
        return shifted;
    }

    private LocalDate weekdayCount(DateSpec.WeekdayCount said) {
        if (said.count() > 0) {
            return today.with(TemporalAdjusters.next(said.day())).plusWeeks(said.count() - 1L);
        }
        return today.with(TemporalAdjusters.previous(said.day())).plusWeeks(said.count() + 1L);
    }

    private @Nullable Days monthDay(DateSpec.MonthDay said) {
        if (said.year() != 0) {
            return Days.of(LocalDate.of(said.year(), said.month(), said.day()));
        }
        for (int i = 0; i <= MAX_YEARS; i++) {
            YearMonth month = YearMonth.of(today.getYear() + (past ? -i : i), said.month());
            if (month.isValidDay(said.day()) && fits(month.atDay(said.day()))) {
                return Days.of(month.atDay(said.day()));
            }
        }
        return null;
    }

    /** Whether a day lies on the preferred side; today does unless its time has passed. */
    private boolean fits(LocalDate date) {
        if (past) {
            return !date.isAfter(today);
        }
        return date.isAfter(today) || date.equals(today) && time.isAheadToday(true);
    }

    private @Nullable Days dayOfMonth(DateSpec.DayOfMonth said) {
        YearMonth present = YearMonth.from(today);
        Integer months = said.months();
        if (months != null) {
            YearMonth month = present.plusMonths(months);
            return month.isValidDay(said.day()) ? Days.of(month.atDay(said.day())) : null;
        }
        for (int i = 0; i <= MAX_MONTHS; i++) {
            YearMonth month = present.plusMonths(past ? -i : i);
            if (month.isValidDay(said.day()) && fits(month.atDay(said.day()))) {
                return Days.of(month.atDay(said.day()));
            }
        }
        return null;
    }

    private @Nullable Days weekdayOfMonth(DateSpec.WeekdayOfMonth said) {
        YearMonth present = YearMonth.from(today);
        for (int i = 0; i <= MAX_MONTHS; i++) {
            YearMonth month = present.plusMonths(past ? -i : i);
            if (month.isValidDay(said.day())) {
                LocalDate date = month.atDay(said.day());
                if (date.getDayOfWeek() == said.weekday() && fits(date)) {
                    return Days.of(date);
                }
            }
        }
        return null;
    }

    private Days month(DateSpec.Month said) {
        int year = said.year();
        if (year == 0) {
            int months = said.month() - today.getMonthValue();
            year = today.getYear() + (past ? (months > 0 ? -1 : 0) : months < 0 ? 1 : 0);
        }
        YearMonth month = YearMonth.of(year, said.month());
        return new Days(month.atDay(1), month.atEndOfMonth(), Grain.MONTH);
    }

    Days period(Grain unit, int shift) {
        return switch (unit) {
            case WEEK -> {
                LocalDate monday = today.with(DayOfWeek.MONDAY).plusWeeks(shift);
                yield new Days(monday, monday.plusDays(6), unit);
            }
            case MONTH -> {
                LocalDate first = today.withDayOfMonth(1).plusMonths(shift);
                yield new Days(first, first.plusMonths(1).minusDays(1), unit);
            }
            case QUARTER -> {
                LocalDate first = today.with(IsoFields.DAY_OF_QUARTER, 1).plusMonths(3L * shift);
                yield new Days(first, first.plusMonths(3).minusDays(1), unit);
            }
            case YEAR -> {
                LocalDate first = today.withDayOfYear(1).plusYears(shift);
                yield new Days(first, first.plusYears(1).minusDays(1), unit);
            }
            default -> Days.of(today.plusDays(shift));
        };
    }

    private @Nullable Days edge(DateSpec.Edge said) {
        Days period = resolve(said.of());
        if (period == null || said.edge() < 0) {
            return period == null ? null : Days.of(period.first());
        }
        if (said.edge() == 0) {
            return Days.of(
                    switch (period.grain()) {
                        case WEEK -> period.first().plusDays(2);
                        case MONTH -> period.first().plusDays(14);
                        case YEAR -> period.first().plusMonths(6);
                        default -> period.first().plusDays(ChronoUnit.DAYS.between(period.first(), period.last()) / 2);
                    });
        }
        if (period.grain() == Grain.WEEK) {
            ambiguities.add("the end of the week is taken as Friday");
            return Days.of(period.first().with(DayOfWeek.FRIDAY));
        }
        return Days.of(period.last());
    }

    private @Nullable Days nth(DateSpec.Nth said) {
        Days within = resolve(said.of());
        if (within == null) {
            return null;
        }
        int ordinal = said.ordinal();
        DayOfWeek day = said.day();
        LocalDate found;
        if (within.grain() == Grain.YEAR && day == null && ordinal >= 1 && ordinal <= 12) {
            YearMonth month = YearMonth.of(within.first().getYear(), ordinal);
            return new Days(month.atDay(1), month.atEndOfMonth(), Grain.MONTH);
        } else if (day == null) {
            found = ordinal > 0
                    ? within.first().plusDays(ordinal - 1L)
                    : within.last().plusDays(ordinal + 1L);
        } else if (ordinal > 0) {
            found = within.first().with(TemporalAdjusters.nextOrSame(day)).plusWeeks(ordinal - 1L);
        } else {
            found = within.last().with(TemporalAdjusters.previousOrSame(day)).plusWeeks(ordinal + 1L);
        }
        boolean inside = !found.isBefore(within.first()) && !found.isAfter(within.last());
        boolean presentMonth = said.of().equals(new DateSpec.Period(Grain.MONTH, 0));
        if (inside && presentMonth && found.isBefore(today) && !past) {
            return nth(new DateSpec.Nth(ordinal, day, new DateSpec.Period(Grain.MONTH, 1)));
        }
        return inside ? Days.of(found) : null;
    }
}
