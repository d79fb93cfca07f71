package io.arkestra.schedule.grammar.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables of sentences said on Tuesday, 10 February 2026 at noon in Moscow. */
class DateGrammarTest {
    private static final ZonedDateTime NOON =
            LocalDateTime.parse("2026-02-10T12:00").atZone(ZoneId.of("Europe/Moscow"));

    private static TimeExpression parse(String text, ZonedDateTime reference) {
        return DateGrammar.standard()
                .parse(text, ParseContext.at(reference))
                .orElseThrow(() -> new AssertionError("Nothing found in: " + text));
    }

    private static String render(ZonedDateTime time, Grain grain) {
        return grain.isDateBased()
                ? time.toLocalDate().toString()
                : time.toLocalDateTime().toString();
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/datetime/once.csv", delimiter = '|', encoding = "UTF-8")
    void parse_sentence_givesStartAndTitle(String text, String start, String title) {
        TimeExpression found = parse(text, NOON);
        assertEquals(start, render(found.start(), found.grain()), found::toString);
        assertEquals(title == null ? "" : title, found.title());
        assertTrue(found.recurrence().isEmpty(), found::toString);
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/datetime/recurring.csv", delimiter = '|', encoding = "UTF-8")
    void parse_recurringSentence_givesRuleStartAndTitle(String text, String rule, String start, String title) {
        TimeExpression found = parse(text, NOON);
        Recurrence recurrence = found.recurrence().orElseThrow(() -> new AssertionError(found.toString()));
        assertEquals(rule, recurrence.rrule());
        assertEquals(start, render(found.start(), found.grain()), found::toString);
        assertEquals(title == null ? "" : title, found.title());
        assertEquals(found.start(), recurrence.occurrences().findFirst().orElseThrow());
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/datetime/silent.csv", delimiter = '|', encoding = "UTF-8")
    void parse_textWithoutTime_isSilent(String text) {
        assertTrue(
                DateGrammar.standard().parse(text, ParseContext.at(NOON)).isEmpty(),
                () -> parse(text, NOON).toString());
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/datetime/ranges.csv", delimiter = '|', encoding = "UTF-8")
    void parseRange_questionAboutThePast_givesTheStretch(String text, String from, String to) {
        DateRange range = DateGrammar.standard()
                .parseRange(text, ParseContext.at(NOON))
                .orElseThrow(() -> new AssertionError("Nothing found in: " + text));
        assertEquals(from, range.from().toLocalDateTime().toString());
        assertEquals(to, range.to().toLocalDateTime().toString());
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/datetime/zones.csv", delimiter = '|', encoding = "UTF-8")
    void parseZone_statement_givesTheZoneAndNoReminder(String text, String zone) {
        assertEquals(
                zone, DateGrammar.standard().parseZone(text).map(ZoneId::getId).orElse("none"));
        if (!zone.equals("none")) {
            assertTrue(DateGrammar.standard().parse(text, ParseContext.at(NOON)).isEmpty());
        }
    }

    @Test
    void parse_clockTimeThatHasJustPassed_meansTomorrow() {
        assertEquals(
                "2026-02-11T09:00",
                parse("в 9:00 позвонить", NOON.withHour(9).withSecond(30))
                        .start()
                        .toLocalDateTime()
                        .toString());
    }

    @Test
    void parse_barehour_isTheNearerOfTwoAndSaysSo() {
        TimeExpression evening = parse("в 7 позвонить", NOON);
        TimeExpression morning = parse("в 7 позвонить", NOON.withHour(20));
        assertEquals("2026-02-10T19:00", evening.start().toLocalDateTime().toString());
        assertEquals("2026-02-11T07:00", morning.start().toLocalDateTime().toString());
        assertFalse(evening.ambiguities().isEmpty());
        assertTrue(parse("в 7 вечера позвонить", NOON).ambiguities().isEmpty());
    }

    @Test
    void parse_nextFriday_isOfTheNextWeekAndSaysThatItMayBeMeantOtherwise() {
        assertFalse(
                parse("в следующую пятницу в 9:00 отчёт", NOON).ambiguities().isEmpty());
        assertTrue(parse("в пятницу в 9:00 отчёт", NOON).ambiguities().isEmpty());
    }

    @Test
    void parse_numericDate_followsLanguageAndOrder() {
        ParseContext context = ParseContext.at(NOON);
        String text = "on 5/6 at 10:00 dentist";
        DateGrammar grammar = DateGrammar.standard();
        assertEquals(
                "2026-05-06",
                grammar.parse(text, context).orElseThrow().start().toLocalDate().toString());
        assertEquals(
                "2026-06-05",
                grammar.parse(text, context.withMonthFirst(false))
                        .orElseThrow()
                        .start()
                        .toLocalDate()
                        .toString());
        assertEquals(
                "2026-06-05",
                grammar.parse(text, context.withLanguage(ParseContext.Language.RUSSIAN))
                        .orElseThrow()
                        .start()
                        .toLocalDate()
                        .toString());
    }

    @Test
    void parse_range_hasAnEnd() {
        TimeExpression meeting = parse("tomorrow from 2 to 3:30pm meeting", NOON);
        assertEquals(
                "2026-02-11T15:30",
                meeting.end().orElseThrow().toLocalDateTime().toString());
        TimeExpression length = parse("завтра в 10 на 2 часа встреча", NOON);
        assertEquals(
                "2026-02-11T12:00", length.end().orElseThrow().toLocalDateTime().toString());
        TimeExpression leave = parse("с 5 по 10 мая отпуск", NOON);
        assertEquals("2026-05-10", leave.end().orElseThrow().toLocalDate().toString());
    }

    @Test
    void parse_foreignZone_isConvertedToTheSpeakers() {
        assertEquals(
                "2026-02-10T19:00",
                parse("call at 16:00 UTC", NOON).start().toLocalDateTime().toString());
    }

    @Test
    void parse_spans_coverTheWordsOfTimeWithTheirPrepositions() {
        String text = "напомни во вторник в 15:00 про планёрку";
        assertEquals(
                List.of("во вторник", "в 15:00"),
                parse(text, NOON).spans().stream().map(span -> span.of(text)).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"напомни завтра в 9 позвонить", "remind me at 5 to call", "не забудь завтра купить хлеб"})
    void parse_command_isSeen(String text) {
        assertTrue(parse(text, NOON).commanded());
        assertFalse(parse("расскажи про 9 мая", NOON).commanded());
    }

    @Test
    void parse_defaultTime_isThatOfTheContext() {
        ParseContext context = ParseContext.at(NOON).withDefaultTime(LocalTime.of(8, 15));
        TimeExpression found =
                DateGrammar.standard().parse("через 2 дня", context).orElseThrow();
        assertEquals("2026-02-12T08:15", found.start().toLocalDateTime().toString());
        assertEquals(Grain.DAY, found.grain());
    }

    @Test
    void parse_dateOfTodayAfterTheDefaultTime_isStillAhead() {
        assertTrue(parse("сегодня позвонить маме", NOON).start().isAfter(NOON));
    }

    @Test
    void parse_wallTimeInAGap_movesForward() {
        ZonedDateTime eve = LocalDateTime.parse("2026-03-07T12:00").atZone(ZoneId.of("America/New_York"));
        assertEquals(
                "2026-03-08T03:30-04:00[America/New_York]",
                parse("tomorrow at 2:30am backup", eve).start().toString());
    }
}
