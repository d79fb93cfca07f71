package io.arkestra.memory.sleep.internal;

import static io.arkestra.memory.sleep.internal.Nights.ANN;
import static io.arkestra.memory.sleep.internal.Nights.BOB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.SessionId;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.memory.SessionEnd;
import io.arkestra.memory.Statement;
import io.arkestra.memory.UserState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionLifeTest {
    private final Nights talk = Nights.inMemory();

    @AfterEach
    void close() {
        talk.close();
    }

    private MemoryRecord end(String session) {
        return talk.memory
                .sessions()
                .end(Nights.as(ANN), SessionId.of(session), SessionEnd.GOODBYE)
                .orElseThrow();
    }

    @Test
    void end_pickedLines_areTheUsersOwnInOrderWithDatesAndSources() {
        talk.user(ANN, "s", "Hello!");
        talk.assistant(ANN, "s", "Hello Anna, the weather in Paris is lovely this Monday, 25 degrees.");
        Message moved = talk.user(ANN, "s", "My sister Maria moved to Lisbon on 5 February 2026 with her dog Rex");
        talk.derived(ANN, "s", "On 3 January you said: my car is a red Volvo from Gothenburg");
        talk.user(ANN, "s", "What did I say about the car?");
        Message job = talk.user(ANN, "s", "Я начинаю работать в компании Сименс в понедельник, 9 марта");
        talk.user(ANN, "s", "Thanks, bye");

        MemoryRecord summary = end("s");

        assertEquals(
                "2026-03-02 Anna: My sister Maria moved to Lisbon on 5 February 2026 with her dog Rex\n"
                        + "2026-03-02 Anna: Я начинаю работать в компании Сименс в понедельник, 9 марта",
                summary.text());
        assertEquals(List.of(moved.id(), job.id()), summary.sources());
        assertEquals(List.of(), talk.summaries(BOB));
    }

    @Test
    void end_manyTurns_keepsTheFewThatTellMostAndNothingTwice() {
        talk.user(ANN, "s", "I adopted a cat named Biscuit on 14 February");
        for (int i = 0; i < 20; i++) {
            talk.user(ANN, "s", "it is what it is, so be it then");
            talk.user(ANN, "s", "I adopted a cat named Biscuit on 14 February, really");
        }
        talk.user(ANN, "s", "Our flight to Oslo leaves on Friday at 18:40 from Terminal 2");

        List<String> lines = end("s").text().lines().toList();

        assertTrue(lines.size() <= 5, lines.toString());
        assertEquals(1, lines.stream().filter(line -> line.contains("Biscuit")).count(), lines.toString());
        assertTrue(lines.get(lines.size() - 1).contains("Oslo"), lines.toString());
    }

    @Test
    void end_nothingWorthOne_isEmptyAndTheConversationCoveredAllTheSame() {
        talk.user(ANN, "s", "Hi");
        talk.assistant(ANN, "s", "Hello Anna, did you know that Mount Everest is 8849 metres high?");
        talk.user(ANN, "s", "How high is Mount Everest?");

        assertTrue(talk.memory
                .sessions()
                .end(Nights.as(ANN), SessionId.of("s"), SessionEnd.IDLE)
                .isEmpty());
        assertEquals(List.of(), open());
    }

    @Test
    void end_again_writesNothing() {
        talk.user(ANN, "s", "My brother Tom works at the harbour in Hamburg");
        MemoryRecord first = end("s");
        Map<String, String> before = talk.snapshot();

        assertEquals(first.id(), end("s").id());
        assertEquals(before, talk.snapshot());
    }

    @Test
    void end_afterMoreWasSaid_putsANewSummaryInThePlaceOfTheOld() {
        talk.user(ANN, "s", "My brother Tom works at the harbour in Hamburg");
        end("s");
        talk.user(ANN, "s", "My daughter Ida plays the violin in the Bremen orchestra");

        MemoryRecord second = end("s");

        assertTrue(second.text().contains("Hamburg") && second.text().contains("Bremen"), second.text());
        assertEquals(
                List.of(second.id()),
                talk.summaries(ANN).stream().map(MemoryRecord::id).toList());
    }

    @Test
    void end_foreignText_leavesNoTrace() {
        talk.user(ANN, "s", "My brother Tom works at the harbour in Hamburg");
        talk.say(ANN, "s", Origin.TOOL, "User lives in Atlantis since 1 May 2020", Json.emptyObject());
        talk.say(ANN, "s", Origin.MEMORY, "My favourite city is Atlantis", Json.emptyObject());
        talk.say(ANN, "s", Origin.WEB, "I work at Atlantis Inc", Json.emptyObject());
        talk.say(ANN, "s", Origin.SYSTEM, "My name is Atlantis", Json.emptyObject());
        talk.derived(ANN, "s", "On 3 January you said: I live in Atlantis");

        end("s");

        assertFalse(talk.memory.list(Nights.as(ANN), 100).toString().contains("Atlantis"));
        assertTrue(talk.memory.list(Nights.as(ANN), 100).stream()
                .noneMatch(record -> record.text().contains("Atlantis")));
    }

    private List<SessionId> open() {
        return talk.memory.sessions().open(Nights.as(ANN), talk.clock.instant().plusSeconds(1), 10);
    }

    @Test
    void open_listsWhatIsNotCovered_theOldestFirst() {
        talk.user(ANN, "one", "I bought three lamps");
        talk.user(ANN, "two", "I sold three lamps");
        talk.user(BOB, "three", "I broke three lamps");
        assertEquals(List.of(SessionId.of("one"), SessionId.of("two")), open());
        assertEquals(
                List.of(SessionId.of("one")),
                talk.memory.sessions().open(Nights.as(ANN), talk.clock.instant().minusSeconds(60), 10));

        end("one");
        assertEquals(List.of(SessionId.of("two")), open());

        talk.user(ANN, "one", "I bought another lamp");
        assertEquals(List.of(SessionId.of("two"), SessionId.of("one")), open());
    }

    @Test
    void state_beforeAnythingEnded_isEmpty() {
        talk.user(ANN, "s", "I need to renew my passport");
        assertTrue(talk.memory.sessions().state(Nights.as(ANN)).isEmpty());
    }

    @Test
    void state_tellsSummaryGoalsPreferencesAndWhatIsPending() {
        talk.memory.remember(
                Nights.as(ANN),
                MemoryDraft.fact("I want to run a marathon")
                        .statement(Statement.oneOfMany(Statement.Kind.GOAL, "user", "goal", "run a marathon")));
        talk.memory.remember(
                Nights.as(ANN),
                MemoryDraft.fact("I like green tea")
                        .statement(Statement.oneOfMany(Statement.Kind.PREFERENCE, "user", "likes", "green tea")));
        talk.user(ANN, "s", "I need to renew my passport before the trip to Norway. If I win, I must dance");
        talk.user(ANN, "s", "Мне надо оплатить счёт за электричество");
        MemoryRecord summary = end("s");

        UserState state = talk.memory.sessions().state(Nights.as(ANN));

        assertEquals(summary.text(), state.lastSummary());
        assertEquals(
                List.of(
                        "I need to renew my passport before the trip to Norway.",
                        "Мне надо оплатить счёт за электричество"),
                state.pending());
        assertEquals(List.of("I want to run a marathon"), state.goals());
        assertTrue(
                state.preferences().contains("I like green tea"),
                state.preferences().toString());
        assertEquals(talk.clock.instant(), state.updatedAt().orElse(Instant.EPOCH));
        assertTrue(talk.memory.sessions().state(Nights.as(BOB)).isEmpty());
    }

    @Test
    void state_whatWasDoneLater_isPendingNoMore() {
        talk.user(ANN, "s", "I have to buy paint for the fence");
        talk.user(ANN, "s", "Мне нужно позвонить стоматологу");
        end("s");
        talk.clock.advance(Duration.ofDays(1));
        talk.user(ANN, "later", "I bought the paint for the fence today");
        end("later");

        assertEquals(
                List.of("Мне нужно позвонить стоматологу"),
                talk.memory.sessions().state(Nights.as(ANN)).pending());
    }

    @Test
    void state_whatWasForgotten_isGoneAtOnce() {
        MemoryRecord goal = talk.memory.remember(
                Nights.as(ANN),
                MemoryDraft.fact("I want to run a marathon")
                        .statement(Statement.oneOfMany(Statement.Kind.GOAL, "user", "goal", "run a marathon")));
        talk.user(ANN, "s", "I met Clara at the Berlin marathon expo");
        end("s");
        assertEquals(
                List.of("I want to run a marathon"),
                talk.memory.sessions().state(Nights.as(ANN)).goals());

        talk.memory.forget(Nights.as(ANN), goal.id());

        assertEquals(List.of(), talk.memory.sessions().state(Nights.as(ANN)).goals());
    }
}
