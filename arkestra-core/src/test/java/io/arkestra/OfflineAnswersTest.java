package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.UserId;
import io.arkestra.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is answered when things have changed, in the conversation in which they did and days later, in English and Russian. */
class OfflineAnswersTest {
    private static final UserId KATE = UserId.of("kate");
    private static final Pattern HEDGE = Pattern.compile("nothing stored|ничего");

    private final ManualClock clock = ManualClock.at("2026-05-05T09:00:00Z");

    private Arkestra told(String messages) {
        Arkestra engine = Arkestra.builder().clock(clock).build();
        for (String message : messages.split("; ")) {
            engine.session(KATE).ask(message);
            clock.advance(Duration.ofMinutes(2));
        }
        return engine;
    }

    /** Asked at once and four days later: what the answer has, and what it has not. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "I live in Leeds; I relocated to York | Where do I live? | York | Leeds",
                "I live in Leeds; I moved to York in March | Which city do I live in now? | York | Leeds",
                "We live in Porto; We have just moved to Faro | Где я живу? | Faro | Porto",
                "Я живу в Туле; Я переехала в Калугу на прошлой неделе | Где я живу? | Калугу | Туле",
                "Я живу в Туле; Я переехала в Калугу | Where do I live? | Калугу | Туле",
                "I live in Leeds; I relocated to York | Where did I live before? | Leeds | York",
                "Я живу в Туле; Я переехала в Калугу | Где я жила раньше? | Туле | Калугу",
                "My car is a Mazda; моя машина — Лада | What car do I have? | Лада | Mazda",
                "My car is a Mazda; моя машина — Лада | На чём я езжу? | Лада | Mazda",
                "My car is a Mazda; моя машина — Лада | What car did I drive previously? | Mazda | Лада",
                "My bike is a Trek; I sold the Trek, my bike is a Cube | Which bike do I have? | Cube | a Trek",
                "I work at Nordlys; Now I work at Sundt | Where do I work? | Sundt | Nordlys",
                "I work at Nordlys; Now I work at Sundt | Где я работаю? | Sundt | Nordlys",
                "I work for Nordlys; I joined Sundt last month | Which company did I work for before? | Nordlys | Sundt",
                "Я работаю в Озоне; Теперь я работаю в Мегафоне | Где я работаю? | Мегафоне | Озоне",
                "Я работаю в Озоне; Теперь я работаю в Мегафоне | Где я раньше работала? | Озоне | Мегафоне",
                "My favorite food is pasta; My favourite food is no longer pasta, it's sushi | What is my favourite food? | sushi | pasta",
                "My favorite book is Emma | Какая моя любимая книга? | Emma | ничего",
                "Мой любимый фильм — Сталкер; Мой любимый фильм теперь Солярис | What is my favourite film? | Солярис | Сталкер",
                "Мой любимый цвет больше не белый, а серый | Какой мой любимый цвет? | серый | белый",
                "My brother is called Tom | Как зовут моего брата? | Tom | ничего",
                "Мою дочь зовут Алиса | What is my daughter's name? | Алиса | nothing",
                "My husband works at Statoil; My husband works at Equinor | Где работает мой муж? | Equinor | Statoil",
                "My uncle Karl lives in Bergen | Where does my uncle live? | Bergen | nothing",
                "My birthday is on 7 June 1984 | How old am I? | 7 June 1984 | nothing",
                "Я родился 7 июня 1984 | When was I born? | 7 июня 1984 | nothing",
                "I am allergic to shellfish | На что у меня аллергия? | shellfish | ничего",
                "Я обожаю какао | Что я люблю пить? | какао | ничего"
            })
    void question_aboutWhatChanged_isAnsweredWithWhatHolds(
            String told, String question, String expected, String absent) {
        try (Arkestra engine = told(told)) {
            List<String> failures = new ArrayList<>();
            check(engine, question, expected, absent, failures);
            clock.advance(Duration.ofDays(4));
            check(engine, question, expected, absent, failures);
            assertEquals(List.of(), failures);
        }
    }

    private static void check(Arkestra engine, String question, String expected, String absent, List<String> failures) {
        String text = engine.session(KATE).ask(question).text();
        if (!text.contains(expected)
                || text.contains(absent)
                || HEDGE.matcher(text).find()) {
            failures.add(question + " -> " + text);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "My car is a Mazda; My car is a Fiat; My car is a Honda | What was my first car? | Mazda | Fiat | Earlier (until 5 May 2026",
                "My car is a Mazda; My car is a Fiat; My car is a Honda | What did I say first about my car? | Mazda | Fiat | Earlier (until 5 May 2026",
                "Моя машина — Лада; Моя машина — Нива | Какая у меня была первая машина? | Лада | Нива | Раньше (до 5 мая 2026",
                "My car is a Mazda; My car is a Fiat; My car is a Honda | Which car did I have before? | Fiat | Mazda | Earlier (until 5 May 2026"
            })
    void question_aboutThePast_isAnsweredInTheOrderOfTimeAndMarked(
            String told, String question, String first, String second, String mark) {
        try (Arkestra engine = told(told)) {
            String text = engine.session(KATE).ask(question).text();
            assertTrue(text.startsWith(mark), text);
            assertTrue(text.contains(first), text);
            assertTrue(!text.contains(second) || text.indexOf(first) < text.indexOf(second), text);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "What is the capital of Norway?",
        "Where does the sun set?",
        "What is my blood group?",
        "What is the name of my hamster?",
        "Какая столица Норвегии?",
        "Как зовут моего хомяка?",
        "Где я учился?"
    })
    void question_withoutAStoredAnswer_isAnsweredWithThat(String question) {
        try (Arkestra engine = told("I live in Leeds; My sister Nora works as a nurse; Моя машина — Лада")) {
            Reply reply = engine.session(KATE).ask(question);
            assertTrue(HEDGE.matcher(reply.text()).find(), reply.text());
            assertFalse(reply.text().contains("Leeds"), reply.text());
        }
    }

    @Test
    void question_whoseAnswerStandsInASummaryToo_quotesTheMessage() {
        try (Arkestra engine = told("The dress rehearsal with Olga takes place on Friday at six."
                + "; The garage has repaired the old lawn mower.; Our neighbours brought us a basket of plums.; bye")) {
            clock.advance(Duration.ofDays(2));
            engine.sleep();
            String text =
                    engine.session(KATE).ask("When is the rehearsal with Olga?").text();
            assertTrue(text.contains("Friday at six"), text);
            assertFalse(text.contains("plums") || text.contains("lawn mower"), text);
        }
    }

    @Test
    void reminders_listedInAnotherZone_showTheClockOfTheUserAndNameTheOther() {
        clock.advance(Duration.ofSeconds(13));
        try (Arkestra engine = told("Remind me in 20 minutes to water the plants; моя зона UTC+5")) {
            String text = engine.session(KATE).ask("my reminders").text();
            assertTrue(text.contains("14:20 (09:20 in "), text);
            assertFalse(text.contains(":13"), text);
        }
    }
}
