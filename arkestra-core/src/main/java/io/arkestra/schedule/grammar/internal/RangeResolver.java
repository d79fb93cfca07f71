package io.arkestra.schedule.grammar.internal;

import io.arkestra.schedule.grammar.internal.Fragment.Role;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Widens a resolved expression to the stretch of time that a question about the past asks for. */
final class RangeResolver {
    private static final int TOLERANCE_MINUTES = 30;

    private final Composition said;
    private final ZonedDateTime now;

    private RangeResolver(Composition said, ZonedDateTime now) {
        this.said = said;
        this.now = now;
    }

    static @Nullable DateRange resolve(Composition said, ParseContext context) {
        Resolved resolved = Resolver.resolve(said, context);
        if (resolved == null || resolved.recurrence() != null) {
            return null;
        }
        RangeResolver range = new RangeResolver(said, context.reference());
        ZonedDateTime from = range.from(resolved);
        ZonedDateTime to = range.to(resolved, from);
        return to.isAfter(from) ? new DateRange(from, to) : null;
    }

    private ZonedDateTime from(Resolved resolved) {
        ZonedDateTime start = resolved.start();
        if (said.part != null && said.time == null && said.timeSpan == null) {
            return hour(start.toLocalDate(), said.part.part().from);
        }
        if (said.offset != null) {
            return aroundOffset(start, said.offset.amount().finest());
        }
        return switch (resolved.grain()) {
            case SECOND, MINUTE, HOUR ->
                said.timeSpan != null || said.window != null || since() ? start : start.minusMinutes(TOLERANCE_MINUTES);
            default -> day(start.toLocalDate());
        };
    }

    private ZonedDateTime aroundOffset(ZonedDateTime start, Grain finest) {
        LocalDate date = start.toLocalDate();
        return switch (finest) {
            case SECOND, MINUTE, HOUR -> start.minusMinutes(TOLERANCE_MINUTES);
            case WEEK -> day(date.with(DayOfWeek.MONDAY));
            case MONTH, QUARTER -> day(date.withDayOfMonth(1));
            case YEAR -> day(date.withDayOfYear(1));
            case DAY -> day(date);
        };
    }

    private ZonedDateTime to(Resolved resolved, ZonedDateTime from) {
        if (since()) {
            return now;
        }
        if (said.offset != null) {
            return switch (said.offset.amount().finest()) {
                case SECOND, MINUTE, HOUR -> resolved.start().plusMinutes(TOLERANCE_MINUTES);
                case DAY -> from.plusDays(1);
                case WEEK -> from.plusWeeks(1);
                case MONTH, QUARTER -> from.plusMonths(1);
                case YEAR -> from.plusYears(1);
            };
        }
        if (said.part != null && said.time == null && said.timeSpan == null) {
            return hour(resolved.start().toLocalDate(), said.part.part().to);
        }
        ZonedDateTime end = resolved.end();
        if (said.window != null) {
            return now;
        }
        if (end != null) {
            return resolved.grain().isDateBased() ? after(end.toLocalDate(), resolved.grain()) : end;
        }
        return switch (resolved.grain()) {
            case SECOND, MINUTE, HOUR -> resolved.start().plusMinutes(TOLERANCE_MINUTES);
            default -> after(from.toLocalDate(), resolved.grain());
        };
    }

    private boolean since() {
        return said.date != null && said.date.role() == Role.SINCE;
    }

    private ZonedDateTime after(LocalDate date, Grain grain) {
        return switch (grain) {
            case WEEK -> day(date.plusWeeks(1));
            case MONTH -> day(date.plusMonths(1));
            case QUARTER -> day(date.plusMonths(3));
            case YEAR -> day(date.plusYears(1));
            default -> day(date.plusDays(1));
        };
    }

    private ZonedDateTime day(LocalDate date) {
        return date.atStartOfDay(now.getZone());
    }

    private ZonedDateTime hour(LocalDate date, int hour) {
        return date.plusDays(hour / 24)
                .atTime(hour % 24, 0)
                .atZone(now.getZone())
                .truncatedTo(ChronoUnit.HOURS);
    }
}
