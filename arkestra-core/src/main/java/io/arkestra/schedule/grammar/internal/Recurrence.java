package io.arkestra.schedule.grammar.internal;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A repetition as local wall-clock time, zone and rule (RFC 5545, section 3.3.10).
 *
 * <p>Days and longer units are expanded on floating local dates and only then placed on the time line: an occurrence in
 * a daylight-saving gap moves forward by the length of the gap, one in an overlap happens once, at the earlier offset.
 * {@code HOURLY}, {@code MINUTELY} and {@code SECONDLY} are plain durations counted on the time line from the start.
 *
 * <p>Supported parts: {@code FREQ}, {@code INTERVAL}, {@code BYMONTH}, {@code BYMONTHDAY} (also negative), {@code BYDAY}
 * (with ordinals for months and years), {@code COUNT}, {@code UNTIL} (inclusive), {@code WKST=MO}, and
 * {@code SKIP=BACKWARD} of RFC 7529, which moves a missing month day to the last day of its month. Unlike RFC 5545, a
 * start that does not match the rule is not an occurrence itself.
 *
 * @param rrule the rule in canonical form, without the {@code RRULE:} prefix
 * @param start local date and time of day of the first candidate; intervals count from its day, week, month or year
 * @param zone where the local time is meant
 */
public record Recurrence(String rrule, LocalDateTime start, ZoneId zone) {

    /**
     * Reads and canonicalises the rule.
     *
     * @throws IllegalArgumentException if the rule is malformed, uses a part that is not supported or never fires; the
     *     message names the part
     */
    public Recurrence {
        RecurrenceRule rule = RecurrenceRule.parse(rrule);
        rrule = rule.text();
        if (RecurrenceExpansion.of(rule, start, zone).next(Instant.MIN).isEmpty()) {
            throw new IllegalArgumentException("The recurrence rule '" + rrule + "' never fires from " + start + " in "
                    + zone + "; check BYMONTH, BYMONTHDAY, BYDAY and UNTIL against the calendar");
        }
    }

    /**
     * Reads a rule such as {@code FREQ=WEEKLY;INTERVAL=2;BYDAY=MO}, with or without the {@code RRULE:} prefix.
     *
     * @throws IllegalArgumentException as the constructor
     */
    public static Recurrence parse(String rrule, LocalDateTime start, ZoneId zone) {
        return new Recurrence(rrule, start, zone);
    }

    /** The first occurrence strictly after {@code after}, or empty when the rule has ended. */
    public Optional<ZonedDateTime> next(Instant after) {
        return expansion().next(after);
    }

    /** All occurrences in order; endless unless the rule has {@code COUNT} or {@code UNTIL}. */
    public Stream<ZonedDateTime> occurrences() {
        return expansion().occurrences();
    }

    private RecurrenceExpansion expansion() {
        return RecurrenceExpansion.of(RecurrenceRule.parse(rrule), start, zone);
    }
}
