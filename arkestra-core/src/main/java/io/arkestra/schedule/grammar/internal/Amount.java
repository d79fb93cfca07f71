package io.arkestra.schedule.grammar.internal;

import java.time.LocalDate;
import java.time.ZonedDateTime;

/**
 * A length of time as said: calendar parts and an exact part.
 *
 * @param finest the smallest unit named
 */
record Amount(long months, long days, long seconds, Grain finest) {
    private static final int DAYS_PER_MONTH = 30;
    private static final int SECONDS_PER_DAY = 86_400;

    static Amount of(double value, Grain unit) {
        return switch (unit) {
            case SECOND -> new Amount(0, 0, Math.round(value), unit);
            case MINUTE -> new Amount(0, 0, Math.round(value * 60), unit);
            case HOUR -> new Amount(0, 0, Math.round(value * 3600), unit);
            case DAY -> ofDays(value, unit);
            case WEEK -> ofDays(value * 7, unit);
            case MONTH -> ofMonths(value, unit);
            case QUARTER -> ofMonths(value * 3, unit);
            case YEAR -> ofMonths(value * 12, unit);
        };
    }

    private static Amount ofDays(double days, Grain unit) {
        long whole = (long) Math.floor(days);
        long rest = unit == Grain.DAY ? Math.round((days - whole) * SECONDS_PER_DAY) : 0;
        return new Amount(0, whole, rest, rest == 0 ? unit : Grain.HOUR);
    }

    private static Amount ofMonths(double months, Grain unit) {
        long whole = (long) Math.floor(months);
        return new Amount(whole, Math.round((months - whole) * DAYS_PER_MONTH), 0, unit);
    }

    Amount plus(Amount other) {
        return new Amount(
                months + other.months,
                days + other.days,
                seconds + other.seconds,
                finest.compareTo(other.finest) < 0 ? finest : other.finest);
    }

    boolean isDateBased() {
        return seconds == 0 && finest.isDateBased();
    }

    ZonedDateTime addTo(ZonedDateTime time, int sign) {
        return time.plusMonths(sign * months).plusDays(sign * days).plusSeconds(sign * seconds);
    }

    LocalDate addTo(LocalDate date, int sign) {
        return date.plusMonths(sign * months).plusDays(sign * (days + seconds / SECONDS_PER_DAY));
    }
}
