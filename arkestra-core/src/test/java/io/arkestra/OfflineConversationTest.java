package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.testkit.ManualClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person meets who talks to an engine without any language model. */
class OfflineConversationTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final String NOTICE = "No language model is configured";

    private final ManualClock clock = ManualClock.at("2026-05-05T09:00:00Z");
    private final Arkestra engine = Arkestra.builder().clock(clock).build();
    private final Session session = engine.session(ALICE);

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void notice_isSaidOncePerSession() {
        assertTrue(session.ask("hello").text().contains(NOTICE));
        assertFalse(session.ask("hello").text().contains(NOTICE));
        assertFalse(session.ask("what is this?").text().contains(NOTICE));
        assertFalse(engine.session(ALICE).ask("hello").text().contains(NOTICE), "the session goes on");
        clock.advance(Duration.ofMinutes(31));
        assertTrue(engine.session(ALICE).ask("привет").text().contains("Языковая модель не настроена"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Remember that the spare key is under the blue flowerpot | Forget that the spare key is under the blue flowerpot | flowerpot | Where is the spare key?",
                "Запомни, что мой любимый цвет бирюзовый | Забудь мой любимый цвет | бирюзовый | Какой мой любимый цвет?"
            })
    void forget_somethingThatIsKept_namesItWithTheCommandThatForgetsIt(
            String told, String wish, String word, String question) {
        session.ask(told);
        session.ask("thanks");

        Reply reply = session.ask(wish);

        assertTrue(reply.text().contains(word), reply.text());
        List<String> ids = reply.sources().stream().map(Source::id).toList();
        assertFalse(ids.isEmpty(), reply.text());
        for (String id : ids) {
            assertTrue(reply.text().contains("/forget " + id + " "), reply.text());
        }
        Scope alice = Scope.of(ALICE);
        MemoryRecord memory = ids.stream()
                .flatMap(id -> engine.memory().find(alice, id).stream())
                .findFirst()
                .orElseThrow();
        assertTrue(memory.text().contains(word));
        assertTrue(session.ask(question).text().contains(word), "nothing is deleted by itself");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Forget the password of my neighbour | I keep nothing about that.",
                "Забудь пароль соседа | Об этом у меня ничего не хранится.",
                "Forget everything about me | /forget me",
                "Забудь всё | /forget me"
            })
    void forget_nothingThatFits_saysSo(String wish, String expected) {
        session.ask("Remember that my car is a blue Volvo");
        assertTrue(
                session.ask(wish).text().contains(expected),
                () -> session.ask(wish).text());
    }

    @Test
    void history_ofSeveralDaysInRussian_isSaidInTheRightCases() {
        session.ask("Моя машина синяя");
        clock.advance(Duration.ofDays(1));
        String text = engine.session(ALICE).ask("Что я говорил на этой неделе?").text();
        assertTrue(text.contains("с понедельника, 4 мая 2026 по "), text);
    }

    @Test
    void notice_afterAToolRan_isSaidOnceToo() {
        String first = session.ask("note: milk").text();
        assertTrue(first.contains("Noted: milk") && first.contains(NOTICE), first);
        assertEquals(first.indexOf(NOTICE), first.lastIndexOf(NOTICE));
        assertFalse(session.ask("note: bread").text().contains(NOTICE));
    }

    @Test
    void notes_behindManyFacts_areListed() {
        session.ask("note: the gate code is 4711");
        engine.store().inTransaction(tx -> {
            for (int i = 0; i < 1_100; i++) {
                clock.advance(Duration.ofSeconds(1));
                engine.memory().remember(tx, Scope.of(ALICE), MemoryDraft.fact("fact number " + i));
            }
            return true;
        });
        String text = session.ask("my notes").text();
        assertTrue(text.contains("the gate code is 4711"), text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "thanks", "привет", "спасибо", "пока", "how are you?"})
    void smallTalk_isAnsweredBriefly(String message) {
        session.ask("hello");
        String text = session.ask(message).text();
        assertTrue(text.length() < 60, text);
        assertTrue(session.ask(message).sources().isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "What is the capital of France? | I have nothing stored about that",
                "Who is my dentist? | I have nothing stored about that",
                "Какая столица Франции? | Об этом у меня ничего не записано",
                "Что ты знаешь о моей собаке? | Об этом у меня ничего не записано"
            })
    void question_aboutSomethingUnknown_isAnsweredWithThat(String question, String expected) {
        session.ask("Remember that my car is a blue Volvo");
        Reply reply = session.ask(question);
        assertTrue(reply.text().startsWith(expected), reply.text());
        assertTrue(reply.sources().isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Remember that my car is a blue Volvo | What do you know about my car? | blue Volvo | 5 May 2026",
                "Remember that my car is a blue Volvo | Tell me about my car | blue Volvo | 5 May 2026",
                "Remember that my car is a blue Volvo | What colour is my car? | blue Volvo | 5 May 2026",
                "My sister lives in Lisbon | Where does my sister live? | Lisbon | 5 May 2026",
                "Note: the gate code is 4711 | Do you remember the gate code? | 4711 | 5 May 2026",
                "Запомни, что моя машина синяя | Что ты знаешь о моей машине? | синяя | 5 мая 2026",
                "Запомни, что моя машина синяя | Расскажи, что ты знаешь о моей машине | синяя | 5 мая 2026",
                "Запомни, что моя машина синяя | Какого цвета моя машина? | синяя | 5 мая 2026",
                "Мою собаку зовут Рекс | Напомни, как зовут мою собаку | Рекс | 5 мая 2026",
                "Заметка: код от ворот 4711 | Какой код от ворот? | 4711 | 5 мая 2026",
                "Запомни: мой брат живёт в Туле | Где живет мой брат? | Туле | 5 мая 2026"
            })
    void question_aboutWhatWasTold_isQuotedWithItsDate(String told, String question, String expected, String date) {
        session.ask(told);
        session.ask("thanks");
        clock.advance(Duration.ofDays(3));
        Reply reply = engine.session(ALICE).ask(question);
        assertTrue(reply.text().contains(expected), reply.text());
        assertTrue(reply.text().contains(date), reply.text());
        assertEquals(1, reply.sources().size());
        assertTrue(reply.sources().get(0).quote().contains(expected));
    }

    @Test
    void history_ofADay_givesWhatWasSaidOnIt() {
        session.ask("My car is a blue Volvo");
        session.ask("I like tea");
        clock.advance(Duration.ofDays(1));
        Session next = engine.session(ALICE);
        next.ask("It rains today");
        for (String question :
                List.of("What did I say yesterday?", "What did I tell you on May 5?", "what did I say on 5 May")) {
            String text = next.ask(question).text();
            assertTrue(text.contains("blue Volvo") && text.contains("I like tea"), question + " -> " + text);
            assertFalse(text.contains("It rains"), question + " -> " + text);
        }
        for (String question : List.of("Что я говорил вчера?", "что я говорил 5 мая")) {
            String text = next.ask(question).text();
            assertTrue(text.contains("blue Volvo") && text.contains("I like tea"), question + " -> " + text);
        }
        String about = next.ask("What did I say yesterday about the car?").text();
        assertTrue(about.contains("blue Volvo") && !about.contains("tea"), about);
        assertTrue(next.ask("What did I say on 1 April?").text().startsWith("Nothing was said"));
    }

    @Test
    void name_andZone_areKeptAndUsed() {
        assertTrue(session.ask("Привет, меня зовут Анна!").text().startsWith("Буду называть вас Анна"));
        assertTrue(session.ask("Как меня зовут?").text().contains("Анна"));
        assertTrue(session.ask("привет").text().contains("Анна"));
        assertTrue(session.ask("моя зона UTC+3").text().contains("12:00"));
        assertEquals("Анна", engine.profile(ALICE).name().orElseThrow());
        assertTrue(session.ask("который час?").text().contains("12:00"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Remind me tomorrow at 9 to call the dentist | Cancel the reminder about the dentist",
                "Напомни завтра в 9 сходить к врачу | Отмени напоминание о враче",
                "Напомни завтра в 9 забрать бельё | удали напоминание про белье",
                "Remind me tomorrow at 9 to call mum | cancel the reminder"
            })
    void reminder_isFoundByItsWordsWhenCancelled(String set, String cancel) {
        session.ask(set);
        session.ask("Напомни завтра в 10 полить цветы".repeat(cancel.equals("cancel the reminder") ? 0 : 1) + " ок");
        int before = engine.schedule().active(Scope.of(ALICE)).size();
        String text = session.ask(cancel).text();
        assertTrue(text.startsWith("Cancelled") || text.startsWith("Отменено"), text);
        assertEquals(before - 1, engine.schedule().active(Scope.of(ALICE)).size());
    }

    @Test
    void remember_moreThanAFactMayHold_isRefusedInWordsAndTheMessageIsKept() {
        String text = session.ask("Remember that " + "long ".repeat(4_000)).text();
        assertTrue(text.contains(String.valueOf(MemoryDraft.MAX_TEXT)), text);
        assertTrue(engine.memory().list(Scope.of(ALICE), 10).isEmpty());
        assertEquals(2, Conversations.log(engine, ALICE).size());
    }

    @Test
    void remember_aLongFact_isKeptAndTheJuniorDidNotFail() {
        Reply reply = session.ask("Remember that " + "long ".repeat(1_000));
        assertFalse(engine.explain(Scope.of(ALICE), reply.turn())
                .orElseThrow()
                .toString()
                .contains("junior failed"));
        session.ask("hello");
        assertEquals(1, engine.memory().list(Scope.of(ALICE), 10).size());
    }

    @Test
    void remember_theSameTwice_isKeptOnce() {
        session.ask("Remember that I like tea");
        session.ask("remember that I like tea");
        session.ask("thanks");
        List<MemoryRecord> kept = engine.memory().list(Scope.of(ALICE), 10);
        assertEquals(1, kept.size(), kept.toString());
    }

    @Test
    void sameConversation_sameWords() {
        List<String> messages =
                List.of("hello", "Remember that I like tea", "what do I like?", "note: milk", "my notes");
        List<String> first =
                messages.stream().map(message -> session.ask(message).text()).toList();
        try (Arkestra other = Arkestra.builder().clock(clock).build()) {
            Session again = other.session(ALICE, SessionId.of("other"));
            assertEquals(
                    first,
                    messages.stream().map(message -> again.ask(message).text()).toList());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "напомни 30 февраля прыгнуть | Когда напомнить?",
                "remind me on 31 april at 10:00 to jump | When shall I remind you?",
                "remind me on February 30 to jump | When shall I remind you?",
            })
    void reminder_forADayThatDoesNotExist_asksWhen(String message, String expected) {
        assertTrue(session.ask(message).text().contains(expected));
        assertTrue(engine.schedule().active(Scope.of(ALICE)).isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "напомни 2026-05-01 в 9:00 прыгнуть | уже в прошлом",
                "remind me on 2026-05-01 at 9:00 to jump | is past already",
            })
    void reminder_inThePast_isRefusedInTheUsersLanguage(String message, String expected) {
        String text = session.ask(message).text();
        assertTrue(text.contains(expected), text);
        assertTrue(engine.schedule().active(Scope.of(ALICE)).isEmpty());
    }

    @Test
    void reminder_recurring_isConfirmedInWords() {
        String english = session.ask("remind me every friday at 9 to report").text();
        String russian = session.ask("каждую пятницу в 9:00 отчёт").text();
        assertTrue(english.contains("every week (Friday)"), english);
        assertTrue(russian.contains("каждую неделю (пятница)"), russian);
    }

    @Test
    void question_aboutSomebodyElse_isNotAnsweredAsIfItWereKnown() {
        session.ask("запомни, что день рождения дочери 5 мая");
        String text = session.ask("когда день рождения сына?").text();
        assertTrue(text.contains("ничего, что точно отвечает"), text);
    }
}
