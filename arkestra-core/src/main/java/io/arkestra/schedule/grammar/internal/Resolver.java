package io.arkestra.schedule.grammar.internal;

import io.arkestra.schedule.grammar.internal.DateResolver.Days;
import io.arkestra.schedule.grammar.internal.Fragment.TimeSpan;
import io.arkestra.schedule.grammar.internal.ParseContext.Direction;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns a composition into moments; where the words leave a choice the conventions of the project decide. */
final class Resolver {
    private final Composition said;
    private final ParseContext context;
    private final ZonedDateTime now;
    private final List<String> ambiguities = new ArrayList<>();
    private final DateResolver dates;

    private Resolver(Composition said, ParseContext context) {
        this.said = said;
        this.context = context;
        this.now = context.reference();
        this.dates = new DateResolver(now.toLocalDate(), context.direction(), this::isLaterToday, ambiguities);
    }

    /** The moments meant, or null if the calendar has none. */
    static @Nullable Resolved resolve(Composition said, ParseContext context) {
        ZoneId zone = said.time == null ? null : said.time.clock().zone();
        if (zone == null && said.timeSpan != null) {
            zone = said.timeSpan.to().zone();
        }
        if (zone == null) {
            return new Resolver(said, context).resolve();
        }
        ParseContext there = context.withReference(context.reference().withZoneSameInstant(zone));
        Resolved resolved = new Resolver(said, there).resolve();
        if (resolved == null || resolved.recurrence() != null) {
            return resolved;
        }
        ZoneId home = context.reference().getZone();
        ZonedDateTime end = resolved.end() == null ? null : resolved.end().withZoneSameInstant(home);
        return new Resolved(
                resolved.start().withZoneSameInstant(home), resolved.grain(), end, null, resolved.ambiguities());
    }

    private @Nullable Resolved resolve() {
        if (said.repeat != null) {
            return repeat(said.repeat);
        }
        if (said.window != null) {
            return window(said.window);
        }
        if (said.offset != null) {
            return offset(said.offset);
        }
        if (said.dateSpan != null) {
            return dateSpan(said.dateSpan);
        }
        Days days = said.date == null ? null : dates.resolve(said.date.spec());
        if (said.date != null && days == null) {
            return null;
        }
        if (said.time != null || said.timeSpan != null) {
            return timed(days == null ? null : days.first());
        }
        if (said.part != null) {
            return partOfDay(said.part, days == null ? null : days.first());
        }
        return days == null ? null : wholeDays(days);
    }

    private Resolved result(ZonedDateTime start, Grain grain, @Nullable ZonedDateTime end) {
        ZonedDateTime until =
                end == null && said.length != null ? said.length.amount().addTo(start, 1) : end;
        return new Resolved(start, grain, until, null, ambiguities);
    }

    private ZonedDateTime at(LocalDate date, LocalTime time) {
        return ZonedDateTime.ofLocal(date.atTime(time), now.getZone(), null);
    }

    /** The clock of an expression in its part of the day. */
    private @Nullable Clock clock() {
        Clock clock = said.time != null
                ? said.time.clock()
                : said.timeSpan != null ? span(said.timeSpan).from() : null;
        return clock == null || said.part == null || said.timeSpan != null ? clock : clock.in(said.part.part());
    }

    private TimeSpan span(TimeSpan raw) {
        if (said.part == null) {
            return ClockRules.aligned(raw.from(), raw.to());
        }
        DayPart part = said.part.part();
        return ClockRules.aligned(raw.from().in(part), raw.to().in(part));
    }

    private boolean isLaterToday(boolean otherwise) {
        Clock clock = clock();
        if (clock != null) {
            return isAhead(now.toLocalDate(), clock)
                    || clock.reading() == Clock.Reading.OPEN && now.getHour() < 12 + clock.hour() % 12;
        }
        if (said.part != null) {
            return said.part.part().to > now.getHour();
        }
        return otherwise;
    }

    private boolean isAhead(LocalDate date, Clock clock) {
        return on(date, clock).isAfter(now);
    }

    private ZonedDateTime on(LocalDate date, Clock clock) {
        return clock.hour() == 24
                ? at(date.plusDays(1), LocalTime.of(0, clock.minute()))
                : at(date, LocalTime.of(clock.hour(), clock.minute(), clock.second()));
    }

    /** The moment of a clock time on a day, or on the nearest fitting day when none is said. */
    private ZonedDateTime moment(Clock clock, @Nullable LocalDate date) {
        LocalDate today = now.toLocalDate();
        LocalDate day = date;
        if (day == null && said.part != null && said.part.days() != null) {
            day = today.plusDays(said.part.days());
        }
        if (clock.reading() == Clock.Reading.OPEN) {
            ambiguities.add("the hour may be before or after noon");
            if (day == null || day.equals(today)) {
                return open(clock, day != null);
            }
            return on(day, clock.byDay());
        }
        if (day == null) {
            if (context.direction() == Direction.PAST) {
                return on(isAhead(today, clock) ? today.minusDays(1) : today, clock);
            }
            return on(isAhead(today, clock) ? today : today.plusDays(1), clock);
        }
        boolean night = clock.hour() <= 4 && day.equals(today) && !isAhead(today, clock);
        boolean saidForNight = clock.hour() == 0 || said.part != null || clock.reading() == Clock.Reading.CERTAIN;
        return on(night && saidForNight && context.direction() == Direction.FUTURE ? day.plusDays(1) : day, clock);
    }

    /** Today's reading of an open clock: the first of the two that is ahead. */
    private ZonedDateTime open(Clock clock, boolean dayIsSaid) {
        LocalDate today = now.toLocalDate();
        ZonedDateTime early = on(today, clock.meridiem(clock.hour() == 12));
        ZonedDateTime late = clock.hour() == 12 ? early.plusHours(12) : on(today, clock.meridiem(true));
        if (context.direction() == Direction.PAST) {
            return !late.isAfter(now) ? late : !early.isAfter(now) || dayIsSaid ? early : late.minusDays(1);
        }
        if (early.isAfter(now)) {
            return early;
        }
        return late.isAfter(now) || dayIsSaid ? late : early.plusDays(1);
    }

    private Resolved timed(@Nullable LocalDate date) {
        if (said.timeSpan != null) {
            TimeSpan span = span(said.timeSpan);
            ZonedDateTime start = moment(span.from(), date);
            ZonedDateTime end = on(start.toLocalDate(), span.to());
            end = end.isAfter(start) ? end : end.plusDays(1);
            return result(start, Grain.MINUTE, end);
        }
        Clock clock = clock();
        if (clock == null) {
            throw new IllegalStateException("A timed expression needs a clock");
        }
        return result(moment(clock, date), clock.grain(), null);
    }

    private Resolved partOfDay(Fragment.Part part, @Nullable LocalDate date) {
        LocalTime time = part.part().clock(context.dayParts());
        LocalDate today = now.toLocalDate();
        LocalDate day = date;
        if (day == null) {
            boolean past = context.direction() == Direction.PAST;
            boolean ahead = time.isAfter(now.toLocalTime());
            int shift = past ? (part.part().from > now.getHour() ? -1 : 0) : ahead ? 0 : 1;
            day = today.plusDays(part.days() == null ? shift : part.days());
        }
        ambiguities.add("no hour is said, only the part of the day");
        return result(at(day, time), Grain.HOUR, null);
    }

    private Resolved wholeDays(Days days) {
        boolean todayIsLate = days.first().equals(now.toLocalDate())
                && context.direction() == Direction.FUTURE
                && !at(days.first(), context.defaultTime()).isAfter(now)
                && days.grain() == Grain.DAY;
        ZonedDateTime start = at(days.first(), context.defaultTime());
        if (todayIsLate) {
            ZonedDateTime soon = now.plusHours(1).truncatedTo(ChronoUnit.HOURS);
            start = soon.toLocalDate().equals(days.first()) ? soon : now;
        }
        boolean many = days.grain() == Grain.DAY && days.last().isAfter(days.first());
        return result(start, days.grain(), many ? at(days.last(), context.defaultTime()) : null);
    }

    private @Nullable Resolved dateSpan(Fragment.DateSpan span) {
        Days from = dates.resolve(span.from());
        Days to = dates.resolve(span.to());
        if (from == null || to == null) {
            return null;
        }
        LocalDate last = to.last();
        LocalDate first = from.first();
        if (last.isBefore(first)) {
            boolean weekday = span.to() instanceof DateSpec.Weekday;
            last = weekday
                    ? last.plusWeeks(1)
                    : span.to() instanceof DateSpec.DayOfMonth ? last.plusMonths(1) : last.plusYears(1);
        }
        Clock clock = clock();
        if (clock != null) {
            return result(moment(clock, first), clock.grain(), on(last, clock.byDay()));
        }
        Grain grain = from.grain();
        LocalDate end = grain == Grain.DAY ? last : to.first().isBefore(first) ? last : to.first();
        return result(at(first, context.defaultTime()), grain, at(end, context.defaultTime()));
    }

    private Resolved window(Fragment.Window window) {
        int count = window.count();
        if (!window.unit().isDateBased()) {
            ZonedDateTime other = Amount.of(count, window.unit()).addTo(now, window.sign());
            return window.sign() > 0 ? result(now, window.unit(), other) : result(other, window.unit(), now);
        }
        int first = window.sign() > 0 ? 1 : -count;
        Days start = dates.period(window.unit(), first);
        Days end = dates.period(window.unit(), first + count - 1);
        return result(at(start.first(), context.defaultTime()), window.unit(), at(end.last(), context.defaultTime()));
    }

    private Resolved offset(Fragment.Offset offset) {
        ZonedDateTime shifted = offset.amount().addTo(now, offset.sign());
        if (!offset.amount().isDateBased()) {
            return result(shifted, offset.amount().seconds() % 60 == 0 ? Grain.MINUTE : Grain.SECOND, null);
        }
        LocalDate day = shifted.toLocalDate();
        DayOfWeek weekday = said.weekday;
        if (weekday != null) {
            day = day.with(DayOfWeek.MONDAY).with(weekday);
        }
        if (said.time != null || said.timeSpan != null) {
            return timed(day);
        }
        return said.part != null ? partOfDay(said.part, day) : result(at(day, context.defaultTime()), Grain.DAY, null);
    }

    private @Nullable Resolved repeat(Fragment.Repeat repeat) {
        DayPart part = repeat.part() != null ? repeat.part() : said.part != null ? said.part.part() : null;
        Clock clock = clock();
        LocalTime time = null;
        Grain grain = Grain.DAY;
        if (clock != null) {
            if (clock.reading() == Clock.Reading.OPEN && part == null) {
                ambiguities.add("the hour may be before or after noon");
            }
            Clock placed = (part == null ? clock : clock.in(part)).byDay();
            time = LocalTime.of(placed.hour() % 24, placed.minute(), placed.second());
            grain = placed.grain();
        } else if (part != null) {
            time = part.clock(context.dayParts());
            grain = Grain.HOUR;
        }
        Days from = said.date == null ? null : dates.resolve(said.date.spec());
        if (said.date != null && from == null) {
            return null;
        }
        Days until = said.until == null ? null : dates.resolve(said.until.spec());
        LocalDate last = until == null ? null : until.last();
        Amount length = said.length == null ? null : said.length.amount();
        boolean lasting = length != null && length.isDateBased();
        RepeatStart start = new RepeatStart(now, context.defaultTime(), repeat);
        LocalDate day = from == null ? null : from.first();
        LocalDate begin = start.recurrence(time, day, null, 0).start().toLocalDate();
        if (length != null && lasting && last == null) {
            last = length.addTo(begin, 1).minusDays(1);
        }
        if (last != null && last.isBefore(begin)) {
            return null;
        }
        Recurrence recurrence = start.recurrence(time, day, last, said.times);
        ZonedDateTime first = recurrence.next(now.toInstant()).orElse(null);
        if (first == null) {
            return null;
        }
        boolean exact = repeat.frequency().isTimeBased();
        ZonedDateTime end = null;
        if (said.timeSpan != null) {
            end = on(first.toLocalDate(), span(said.timeSpan).to());
        } else if (length != null && !lasting) {
            end = length.addTo(first, 1);
        }
        LocalDateTime local = first.toLocalDateTime();
        Recurrence anchored = exact ? recurrence : new Recurrence(recurrence.rrule(), local, now.getZone());
        return new Resolved(first, exact ? Grain.MINUTE : grain, end, anchored, ambiguities);
    }
}
