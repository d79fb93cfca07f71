package io.arkestra.schedule.grammar.internal;

import io.arkestra.schedule.grammar.internal.RecurrenceRule.ByDay;
import io.arkestra.schedule.grammar.internal.RecurrenceRule.Until;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Expands a rule from a start: on floating dates for days and longer units, on the time line for shorter ones. */
final class RecurrenceExpansion {
    /** More days than the 400 years after which the Gregorian calendar repeats: then a rule never fires. */
    private static final int MAX_EMPTY_PERIODS = 150_000;

    private static final int LAST_YEAR = 9999;
    private static final Instant END_OF_TIME = Instant.parse("9999-12-31T00:00:00Z");

    private final RecurrenceRule rule;
    private final LocalDateTime start;
    private final ZoneId zone;

    private RecurrenceExpansion(RecurrenceRule rule, LocalDateTime start, ZoneId zone) {
        this.rule = rule;
        this.start = start;
        this.zone = zone;
    }

    static RecurrenceExpansion of(RecurrenceRule rule, LocalDateTime start, ZoneId zone) {
        return new RecurrenceExpansion(rule, start, zone);
    }

    Optional<ZonedDateTime> next(Instant after) {
        if (after.isAfter(END_OF_TIME)) {
            return Optional.empty();
        }
        if (rule.frequency().isTimeBased()) {
            return nextOnTimeLine(after);
        }
        Iterator<ZonedDateTime> iterator = new FloatingIterator(firstPeriodFor(after));
        while (iterator.hasNext()) {
            ZonedDateTime candidate = iterator.next();
            if (candidate.toInstant().isAfter(after)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    Stream<ZonedDateTime> occurrences() {
        if (rule.frequency().isTimeBased()) {
            return Stream.iterate(
                            nextOnTimeLine(Instant.MIN),
                            Optional::isPresent,
                            time -> nextOnTimeLine(time.orElseThrow().toInstant()))
                    .map(Optional::orElseThrow);
        }
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(new FloatingIterator(0), Spliterator.ORDERED | Spliterator.NONNULL),
                false);
    }

    private Optional<ZonedDateTime> nextOnTimeLine(Instant after) {
        ZonedDateTime first = ZonedDateTime.ofLocal(start, zone, null);
        Duration step = switch (rule.frequency()) {
            case SECONDLY -> Duration.ofSeconds(rule.interval());
            case MINUTELY -> Duration.ofMinutes(rule.interval());
            default -> Duration.ofHours(rule.interval());
        };
        long index = 0;
        if (!first.toInstant().isAfter(after)) {
            long elapsed = Duration.between(first.toInstant(), after).getSeconds();
            index = elapsed / step.getSeconds() + 1;
        }
        if (rule.count() > 0 && index >= rule.count()) {
            return Optional.empty();
        }
        ZonedDateTime candidate = first.toInstant()
                .plusSeconds(Math.multiplyExact(index, step.getSeconds()))
                .atZone(zone);
        Until until = rule.until();
        return until == null || until.allows(candidate) ? Optional.of(candidate) : Optional.empty();
    }

    /** With COUNT every occurrence has to be counted from the start; else expansion may begin near {@code after}. */
    private long firstPeriodFor(Instant after) {
        if (rule.count() > 0 || after.isBefore(start.atZone(zone).toInstant())) {
            return 0;
        }
        LocalDate date = LocalDate.ofInstant(after, zone);
        long periods = unit().between(periodStart(0), date) / rule.interval();
        return Math.max(0, periods - 1);
    }

    private ChronoUnit unit() {
        return switch (rule.frequency()) {
            case WEEKLY -> ChronoUnit.WEEKS;
            case MONTHLY -> ChronoUnit.MONTHS;
            case YEARLY -> ChronoUnit.YEARS;
            default -> ChronoUnit.DAYS;
        };
    }

    private LocalDate periodStart(long period) {
        LocalDate date = start.toLocalDate();
        LocalDate first = switch (rule.frequency()) {
            case WEEKLY -> date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case MONTHLY -> date.withDayOfMonth(1);
            case YEARLY -> date.withDayOfYear(1);
            default -> date;
        };
        return first.plus(period * rule.interval(), unit());
    }

    private TreeSet<LocalDate> datesOf(LocalDate period) {
        TreeSet<LocalDate> dates = new TreeSet<>();
        switch (rule.frequency()) {
            case DAILY -> {
                if (allowsMonth(period) && allowsMonthDay(period) && allowsDay(period)) {
                    dates.add(period);
                }
            }
            case WEEKLY -> {
                for (int i = 0; i < 7; i++) {
                    LocalDate date = period.plusDays(i);
                    boolean day = rule.days().isEmpty() ? date.getDayOfWeek() == start.getDayOfWeek() : allowsDay(date);
                    if (day && allowsMonth(date)) {
                        dates.add(date);
                    }
                }
            }
            case MONTHLY -> {
                if (allowsMonth(period)) {
                    addMonth(dates, YearMonth.from(period));
                }
            }
            default -> addYear(dates, period.getYear());
        }
        return dates;
    }

    private void addYear(TreeSet<LocalDate> dates, int year) {
        if (!rule.days().isEmpty()
                && rule.months().isEmpty()
                && rule.monthDays().isEmpty()) {
            LocalDate first = LocalDate.of(year, 1, 1);
            rule.days().forEach(day -> addWeekdays(dates, day, first, first.plusYears(1)));
            return;
        }
        boolean everyMonth = rule.months().isEmpty() && !rule.monthDays().isEmpty();
        for (int month = 1; month <= 12; month++) {
            boolean wanted = everyMonth
                    || (rule.months().isEmpty()
                            ? month == start.getMonthValue()
                            : rule.months().contains(month));
            if (wanted) {
                addMonth(dates, YearMonth.of(year, month));
            }
        }
    }

    private void addMonth(TreeSet<LocalDate> dates, YearMonth month) {
        if (rule.days().isEmpty()) {
            List<Integer> monthDays = rule.monthDays().isEmpty() ? List.of(start.getDayOfMonth()) : rule.monthDays();
            for (int day : monthDays) {
                addMonthDay(dates, month, day);
            }
            return;
        }
        TreeSet<LocalDate> weekdays = new TreeSet<>();
        rule.days()
                .forEach(day -> addWeekdays(
                        weekdays, day, month.atDay(1), month.plusMonths(1).atDay(1)));
        weekdays.stream().filter(this::allowsMonthDay).forEach(dates::add);
    }

    private void addMonthDay(TreeSet<LocalDate> dates, YearMonth month, int day) {
        int length = month.lengthOfMonth();
        int resolved = day > 0 ? day : length + 1 + day;
        if (resolved > length && rule.skipBackward()) {
            resolved = length;
        }
        if (resolved >= 1 && resolved <= length) {
            dates.add(month.atDay(resolved));
        }
    }

    private static void addWeekdays(TreeSet<LocalDate> dates, ByDay day, LocalDate from, LocalDate to) {
        if (day.ordinal() >= 0) {
            LocalDate date =
                    from.with(TemporalAdjusters.nextOrSame(day.day())).plusWeeks(Math.max(0, day.ordinal() - 1));
            while (date.isBefore(to)) {
                dates.add(date);
                if (day.ordinal() > 0) {
                    return;
                }
                date = date.plusWeeks(1);
            }
        } else {
            LocalDate date = to.with(TemporalAdjusters.previous(day.day())).minusWeeks(-day.ordinal() - 1L);
            if (!date.isBefore(from)) {
                dates.add(date);
            }
        }
    }

    private boolean allowsMonth(LocalDate date) {
        return rule.months().isEmpty() || rule.months().contains(date.getMonthValue());
    }

    private boolean allowsMonthDay(LocalDate date) {
        return rule.monthDays().isEmpty()
                || rule.monthDays().contains(date.getDayOfMonth())
                || rule.monthDays().contains(date.getDayOfMonth() - date.lengthOfMonth() - 1);
    }

    private boolean allowsDay(LocalDate date) {
        return rule.days().isEmpty() || rule.days().stream().anyMatch(day -> day.day() == date.getDayOfWeek());
    }

    /** Walks the periods from the given one; holds the next occurrence ready. */
    private final class FloatingIterator implements Iterator<ZonedDateTime> {
        private long period;
        private Iterator<LocalDate> dates = List.<LocalDate>of().iterator();
        private int counted;
        private @Nullable ZonedDateTime ready;

        FloatingIterator(long firstPeriod) {
            period = firstPeriod;
            advance();
        }

        private void advance() {
            ready = null;
            int empty = 0;
            while (rule.count() == 0 || counted < rule.count()) {
                while (dates.hasNext()) {
                    LocalDateTime local = dates.next().atTime(start.toLocalTime());
                    if (!local.isBefore(start)) {
                        counted++;
                        ZonedDateTime time = ZonedDateTime.ofLocal(local, zone, null);
                        ready = rule.until() == null || rule.until().allows(time) ? time : null;
                        return;
                    }
                }
                LocalDate next = periodStart(period++);
                boolean ended = rule.until() != null && rule.until().isBefore(next.atStartOfDay(), zone);
                if (ended || ++empty > MAX_EMPTY_PERIODS || next.getYear() > LAST_YEAR) {
                    return;
                }
                dates = datesOf(next).iterator();
            }
        }

        @Override
        public boolean hasNext() {
            return ready != null;
        }

        @Override
        public ZonedDateTime next() {
            ZonedDateTime time = ready;
            if (time == null) {
                throw new NoSuchElementException("The recurrence has ended");
            }
            advance();
            return time;
        }
    }
}
