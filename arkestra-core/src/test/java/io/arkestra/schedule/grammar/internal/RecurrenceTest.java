package io.arkestra.schedule.grammar.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecurrenceTest {
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final ZoneId MOSCOW = ZoneId.of("Europe/Moscow");

    private static Recurrence in(ZoneId zone, String rule, String start) {
        return Recurrence.parse(rule, LocalDateTime.parse(start), zone);
    }

    private static List<String> first(int count, Recurrence recurrence) {
        return recurrence
                .occurrences()
                .limit(count)
                .map(time -> time.toLocalDateTime() + time.getOffset().getId())
                .toList();
    }

    private static List<String> firstDates(int count, Recurrence recurrence) {
        return recurrence
                .occurrences()
                .limit(count)
                .map(time -> time.toLocalDate().toString())
                .toList();
    }

    @Test
    void occurrences_dailyTimeInSpringGap_shiftsForwardThatDayOnly() {
        Recurrence daily = in(NEW_YORK, "FREQ=DAILY", "2026-03-07T02:30:00");
        assertEquals(
                List.of("2026-03-07T02:30-05:00", "2026-03-08T03:30-04:00", "2026-03-09T02:30-04:00"), first(3, daily));
    }

    @Test
    void occurrences_dailyTimeInAutumnOverlap_happensOnceAtTheEarlierOffset() {
        Recurrence daily = in(NEW_YORK, "FREQ=DAILY", "2026-10-31T01:30:00");
        assertEquals(
                List.of("2026-10-31T01:30-04:00", "2026-11-01T01:30-04:00", "2026-11-02T01:30-05:00"), first(3, daily));
    }

    @Test
    void occurrences_everyHalfHourAcrossOverlap_keepsRealMinutes() {
        Recurrence halfHours = in(NEW_YORK, "FREQ=MINUTELY;INTERVAL=30", "2026-11-01T00:30:00");
        assertEquals(
                List.of(
                        "2026-11-01T00:30-04:00",
                        "2026-11-01T01:00-04:00",
                        "2026-11-01T01:30-04:00",
                        "2026-11-01T01:00-05:00",
                        "2026-11-01T01:30-05:00",
                        "2026-11-01T02:00-05:00"),
                first(6, halfHours));
    }

    @Test
    void occurrences_hourlyAcrossGap_hasNoDuplicate() {
        Recurrence hourly = in(NEW_YORK, "FREQ=HOURLY", "2026-03-08T01:00:00");
        assertEquals(
                List.of("2026-03-08T01:00-05:00", "2026-03-08T03:00-04:00", "2026-03-08T04:00-04:00"),
                first(3, hourly));
    }

    @Test
    void occurrences_dailyMidnightInGap_doesNotLoseTheDay() {
        Recurrence daily = in(ZoneId.of("Africa/Cairo"), "FREQ=DAILY", "2026-04-23T00:00:00");
        assertEquals(
                List.of("2026-04-23T00:00+02:00", "2026-04-24T01:00+03:00", "2026-04-25T00:00+03:00"), first(3, daily));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FREQ=MONTHLY;BYMONTHDAY=31 | 2026-01-01T09:00 | 2026-01-31,2026-03-31,2026-05-31",
                "FREQ=MONTHLY | 2026-01-31T09:00 | 2026-01-31,2026-03-31,2026-05-31",
                "FREQ=MONTHLY;BYMONTHDAY=-1 | 2026-01-01T09:00 | 2026-01-31,2026-02-28,2026-03-31",
                "FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD | 2026-01-01T09:00 | 2026-01-31,2026-02-28,2026-03-31",
                "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29 | 2026-01-01T09:00 | 2028-02-29,2032-02-29,2036-02-29",
                "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;SKIP=BACKWARD | 2026-01-01T09:00 | 2026-02-28,2027-02-28,2028-02-29",
                "FREQ=YEARLY | 2024-02-29T09:00 | 2024-02-29,2028-02-29,2032-02-29",
                "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO | 2026-02-10T09:00 | 2026-02-23,2026-03-09,2026-03-23",
                "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=MO | 2026-02-09T09:00 | 2026-02-09,2026-02-15,2026-02-23",
                "FREQ=MONTHLY;BYDAY=1MO | 2026-02-10T09:00 | 2026-03-02,2026-04-06,2026-05-04",
                "FREQ=MONTHLY;BYDAY=-1FR | 2026-02-10T09:00 | 2026-02-27,2026-03-27,2026-04-24",
                "FREQ=MONTHLY;BYDAY=5FR | 2026-02-10T09:00 | 2026-05-29,2026-07-31,2026-10-30",
                "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR | 2026-01-01T09:00 | 2026-02-13,2026-03-13,2026-11-13",
                "FREQ=YEARLY;BYDAY=20MO | 2026-01-01T09:00 | 2026-05-18,2027-05-17,2028-05-15",
                "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH | 2026-01-01T09:00 | 2026-11-26,2027-11-25,2028-11-23",
                "FREQ=DAILY;INTERVAL=2 | 2026-02-27T09:00 | 2026-02-27,2026-03-01,2026-03-03",
                "FREQ=DAILY;BYDAY=SA,SU | 2026-02-10T09:00 | 2026-02-14,2026-02-15,2026-02-21",
                "FREQ=DAILY;COUNT=2 | 2026-02-10T09:00 | 2026-02-10,2026-02-11",
                "FREQ=DAILY;UNTIL=20260211 | 2026-02-10T09:00 | 2026-02-10,2026-02-11",
            })
    void occurrences_rule_givesTheDatesOfTheCalendar(String rule, String start, String dates) {
        assertEquals(List.of(dates.split(",")), firstDates(3, in(MOSCOW, rule, start)));
    }

    @ParameterizedTest
    @CsvSource({"20260211T060000Z, 2", "20260211T055959Z, 1", "20260211T090000, 2", "20260211T085959, 1"})
    void occurrences_untilOnTheBoundary_isInclusiveAndInUtcWhenSaidSo(String until, long expected) {
        Recurrence daily = in(MOSCOW, "FREQ=DAILY;UNTIL=" + until, "2026-02-10T09:00:00");
        assertEquals(expected, daily.occurrences().count());
    }

    @Test
    void next_onTheOccurrenceItself_givesTheOneAfter() {
        Recurrence daily = in(MOSCOW, "FREQ=DAILY", "2026-02-10T09:00:00");
        ZonedDateTime first = daily.next(Instant.MIN).orElseThrow();
        assertEquals(
                "2026-02-11T09:00",
                daily.next(first.toInstant()).orElseThrow().toLocalDateTime().toString());
    }

    @Test
    void next_farFromTheStart_agreesWithCountingThrough() {
        Recurrence rule = in(NEW_YORK, "FREQ=WEEKLY;INTERVAL=3;BYDAY=TU,SA", "2001-05-05T02:30:00");
        Instant after = Instant.parse("2026-03-01T00:00:00Z");
        ZonedDateTime counted = rule.occurrences()
                .filter(time -> time.toInstant().isAfter(after))
                .findFirst()
                .orElseThrow();
        assertEquals(counted, rule.next(after).orElseThrow());
    }

    @Test
    void next_afterTheLastOccurrence_isEmpty() {
        assertTrue(in(MOSCOW, "FREQ=DAILY;COUNT=2", "2026-02-10T09:00:00")
                .next(Instant.parse("2026-02-11T06:00:00Z"))
                .isEmpty());
        assertTrue(in(MOSCOW, "FREQ=HOURLY;COUNT=2", "2026-02-10T09:00:00")
                .next(Instant.parse("2026-02-10T07:00:00Z"))
                .isEmpty());
        assertTrue(in(MOSCOW, "FREQ=DAILY", "2026-02-10T09:00:00")
                .next(Instant.MAX)
                .isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rrule:byday=we,mo;freq=weekly;wkst=mo;interval=1 | FREQ=WEEKLY;BYDAY=MO,WE",
                "BYMONTHDAY=8;BYMONTH=3;FREQ=YEARLY | FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=8",
                "FREQ=MONTHLY;BYDAY=+1MO;COUNT=3 | FREQ=MONTHLY;BYDAY=1MO;COUNT=3",
                "FREQ=DAILY;UNTIL=20270101T000000Z;INTERVAL=2 | FREQ=DAILY;INTERVAL=2;UNTIL=20270101T000000Z",
            })
    void parse_anyOrder_isCanonical(String rule, String canonical) {
        assertEquals(canonical, in(MOSCOW, rule, "2026-02-10T09:00:00").rrule());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | NAME=VALUE",
                "FREQ | NAME=VALUE",
                "INTERVAL=2 | FREQ must be one of",
                "FREQ=FORTNIGHTLY | FORTNIGHTLY",
                "FREQ=DAILY;INTERVAL=0 | INTERVAL must be a whole number from 1",
                "FREQ=DAILY;INTERVAL=99999999999 | INTERVAL must be a whole number",
                "FREQ=DAILY;INTERVAL=2;INTERVAL=3 | INTERVAL is given twice",
                "FREQ=MONTHLY;BYSETPOS=1 | BYSETPOS is not supported",
                "FREQ=MONTHLY;BYMONTHDAY=0 | BYMONTHDAY must be a whole number from -31 to 31 without 0",
                "FREQ=WEEKLY;BYDAY=XX | BYDAY must list MO",
                "FREQ=WEEKLY;BYDAY=1MO | an ordinal in BYDAY needs",
                "FREQ=HOURLY;BYDAY=MO | need FREQ=DAILY",
                "FREQ=WEEKLY;BYMONTHDAY=1 | BYMONTHDAY does not go with",
                "FREQ=DAILY;WKST=SU | WKST is always MO",
                "FREQ=DAILY;COUNT=1;UNTIL=20270101 | exclude each other",
                "FREQ=DAILY;UNTIL=tomorrow | UNTIL must be YYYYMMDD",
                "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30 | never fires",
                "FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31 | never fires",
                "FREQ=DAILY;UNTIL=20260101 | never fires",
            })
    void parse_badRule_isRejectedWithTheReason(String rule, String reason) {
        IllegalArgumentException error =
                assertThrows(IllegalArgumentException.class, () -> in(MOSCOW, rule, "2026-02-10T09:00:00"));
        assertTrue(error.getMessage().contains(reason), error.getMessage());
    }
}
