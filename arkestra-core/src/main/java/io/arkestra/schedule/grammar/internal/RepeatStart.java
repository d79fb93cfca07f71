package io.arkestra.schedule.grammar.internal;

import io.arkestra.schedule.grammar.internal.Fragment.Repeat;
import io.arkestra.schedule.grammar.internal.RecurrenceRule.Frequency;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the first occurrence of a repetition that was said without one. */
final class RepeatStart {
    private final ZonedDateTime now;
    private final LocalTime defaultTime;
    private final Repeat repeat;

    RepeatStart(ZonedDateTime now, LocalTime defaultTime, Repeat repeat) {
        this.now = now;
        this.defaultTime = defaultTime;
        this.repeat = repeat;
    }

    /**
     * The recurrence from its first occurrence ahead.
     *
     * @param time time of day, if said
     * @param from first day, if said
     * @param until last day, if said
     * @param count number of occurrences, 0 if not said
     */
    Recurrence recurrence(@Nullable LocalTime time, @Nullable LocalDate from, @Nullable LocalDate until, int count) {
        LocalDateTime start = start(time, from);
        String limit = count > 0
                ? ";COUNT=" + count
                : until == null ? "" : ";UNTIL=" + until.format(DateTimeFormatter.BASIC_ISO_DATE);
        return new Recurrence(rule(repeat.interval()) + limit, start, now.getZone());
    }

    private LocalDateTime start(@Nullable LocalTime time, @Nullable LocalDate from) {
        Frequency frequency = repeat.frequency();
        if (frequency.isTimeBased() && time == null && from == null) {
            return now.toLocalDateTime().truncatedTo(ChronoUnit.SECONDS).plus(step());
        }
        LocalTime at = time == null ? defaultTime : time;
        LocalDate day = from == null ? now.toLocalDate() : from;
        // The interval counts from the first occurrence ahead, so that one is looked for with every unit allowed;
        // a rule without days keeps its interval, or "every 2 weeks" said late in the day would begin next week.
        boolean byDay = !repeat.days().isEmpty() || repeat.monthDay() != 0 || frequency == Frequency.DAILY;
        String search = frequency.isTimeBased() ? rule(repeat.interval()) : rule(byDay ? 1 : repeat.interval());
        ZonedDateTime first = new Recurrence(search, day.atTime(at), now.getZone())
                .next(now.toInstant())
                .orElse(now);
        return first.toLocalDateTime();
    }

    private Duration step() {
        return switch (repeat.frequency()) {
            case SECONDLY -> Duration.ofSeconds(repeat.interval());
            case MINUTELY -> Duration.ofMinutes(repeat.interval());
            default -> Duration.ofHours(repeat.interval());
        };
    }

    private String rule(int interval) {
        List<Integer> months = repeat.month() == 0 ? List.of() : List.of(repeat.month());
        List<Integer> monthDays = repeat.monthDay() == 0 ? List.of() : List.of(repeat.monthDay());
        return new RecurrenceRule(repeat.frequency(), interval, months, monthDays, repeat.days(), 0, null, false)
                .text();
    }
}
