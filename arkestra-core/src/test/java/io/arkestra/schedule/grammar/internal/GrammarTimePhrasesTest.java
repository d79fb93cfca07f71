package io.arkestra.schedule.grammar.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.arkestra.schedule.TimePhrases;
import io.arkestra.schedule.TimeSpan;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrammarTimePhrasesTest {
    private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");
    /** A Wednesday. */
    private static final Instant NOW = Instant.parse("2023-07-19T10:00:00Z");

    private final TimePhrases phrases = new GrammarTimePhrases();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "What did I say yesterday?            | 2023-07-18 | 2023-07-19 | yesterday",
                "What did I say last week?            | 2023-07-10 | 2023-07-17 | last week",
                "Where was I in May 2023?             | 2023-05-01 | 2023-06-01 | in May 2023",
                "What happened two months ago?        | 2023-05-01 | 2023-06-01 | two months ago",
                "Who called on 5 May?                 | 2023-05-05 | 2023-05-06 | on 5 May",
                "Что я говорил вчера?                 | 2023-07-18 | 2023-07-19 | вчера",
                "Что я говорил позавчера о работе?    | 2023-07-17 | 2023-07-18 | позавчера",
                "Что было на прошлой неделе?          | 2023-07-10 | 2023-07-17 | на прошлой неделе",
                "Кто звонил в прошлую пятницу?        | 2023-07-14 | 2023-07-15 | в прошлую пятницу",
                "Где я был в мае?                     | 2023-05-01 | 2023-06-01 | в мае"
            })
    void past_namedStretch_isFoundWithItsWords(String text, LocalDate from, LocalDate to, String words) {
        TimeSpan span = phrases.past(text.strip(), NOW, ZONE).orElseThrow();

        assertEquals(from, LocalDate.ofInstant(span.from(), ZONE));
        assertEquals(to, LocalDate.ofInstant(span.to(), ZONE));
        assertEquals(words.strip(), text.substring(span.start(), span.end()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"What is my sister's name?", "What will I do tomorrow?", "Как зовут мою сестру?", ""})
    void past_noPastNamed_isEmpty(String text) {
        assertEquals(Optional.empty(), phrases.past(text, NOW, ZONE));
    }

    @Test
    void past_endOfTime_isEmpty() {
        assertEquals(Optional.empty(), phrases.past("yesterday", Instant.MAX, ZONE));
    }
}
