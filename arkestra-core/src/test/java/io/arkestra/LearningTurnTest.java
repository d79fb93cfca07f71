package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Origin;
import io.arkestra.persona.internal.PromptBlocks;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a dialogue teaches: preferences, corrections, a model's proposals, and where each is from. */
@Timeout(120)
class LearningTurnTest {
    private static final UserId ANN = UserId.of("ann");
    private static final Scope SCOPE = Scope.of(ANN);

    private static Arkestra withModel(String answer) {
        return Arkestra.builder()
                .senior(Llm.client(RecordingLlm.writing((request, cancel) -> answer)))
                .build();
    }

    private static List<String> facts(Arkestra engine) {
        return engine.memory().list(SCOPE, MemoryKind.FACT, 50).stream()
                .filter(MemoryRecord::isCurrent)
                .map(MemoryRecord::text)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "Люблю короткие ответы, что нового?, Люблю короткие ответы",
        "I like short answers., what is new?, I like short answers",
        "I prefer tea., what is new?, I prefer tea",
        "Call me later in the evening., what is new?, Call me later in the evening"
    })
    void preference_toldInATurn_isInTheNextPromptOfTheSameConversation(String told, String next, String kept) {
        RecordingLlm senior = RecordingLlm.writing((request, cancel) -> "{\"text\":\"Fine.\"}");
        try (Arkestra engine = Arkestra.builder().senior(Llm.client(senior)).build()) {
            Session session = engine.session(ANN, SessionId.of("s"));
            Reply first = session.ask(told);
            session.ask(next);

            assertEquals(List.of(kept), engine.memory().sessions().state(SCOPE).preferences());
            Json state = senior.lastMessage(1)
                    .data(PromptBlocks.STATE)
                    .or(() -> senior.lastMessage(0).data(PromptBlocks.STATE))
                    .orElseThrow();
            assertTrue(state.toString().contains(kept), state.toString());
            MemoryRecord record =
                    engine.memory().list(SCOPE, MemoryKind.FACT, 5).get(0);
            assertEquals(List.of(first.turn().value() + "-0"), record.sources());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "true, My car is a Volvo, 'No, I meant a Skoda', My car is a Skoda, My car is a Volvo",
        "false, My car is a Volvo, 'No, I meant a Skoda', My car is a Skoda, My car is a Volvo",
        "true, Моя машина — Вольво, 'Нет, я имел в виду Шкоду', Моя машина — Шкоду, Моя машина — Вольво",
        "false, Моя машина — Вольво, 'Не Вольво, а Шкода', Моя машина — Шкода, Моя машина — Вольво"
    })
    void correction_offlineOrWithAModel_supersedesAndIsExplained(
            boolean offline, String told, String corrected, String now, String was) {
        String proposing = "{\"text\":\"Noted.\",\"memory\":[{\"kind\":\"fact\",\"text\":\"" + told + "\"}]}";
        try (Arkestra engine = offline ? Arkestra.builder().build() : withModel(proposing)) {
            Session session = engine.session(ANN, SessionId.of("s"));
            session.ask(told);
            Reply second = session.ask(corrected);

            MemoryRecord record = engine.memory().list(SCOPE, MemoryKind.FACT, 50).stream()
                    .filter(fact -> fact.text().equals(now))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(facts(engine)));
            assertEquals(List.of(second.turn().value() + "-0"), record.sources());
            assertEquals(
                    List.of(now, was),
                    engine.memory().history(SCOPE, record.id()).stream()
                            .map(MemoryRecord::text)
                            .toList());
            Explanation explanation = engine.explain(SCOPE, second.turn()).orElseThrow();
            Optional<Explanation.Step> learned = explanation.steps().stream()
                    .filter(step -> step.stage().equals("learned"))
                    .findFirst();
            Json memory = learned.orElseThrow(() -> new AssertionError(explanation.toString()))
                    .detail()
                    .list("memories")
                    .get(0);
            assertEquals(now, memory.text("text"));
            assertEquals(was, memory.text("was"));
            assertTrue(explanation.toString().contains(second.turn().value() + "-0"));
        }
    }

    @Test
    void proposal_ofAModelInItsOwnWords_isNoSecondFactAndNamesItsMessage() throws Exception {
        String proposing =
                "{\"text\":\"Noted.\",\"memory\":[{\"kind\":\"fact\",\"text\":\"The user lives in Kazan\"},{\"kind\":\"fact\",\"text\":\"The user is new there\"}]}";
        RecordingLlm senior = RecordingLlm.writing((request, cancel) ->
                request.lastMessage().orElseThrow().text().contains("Kazan") ? proposing : "{\"text\":\"Fine.\"}");
        try (Arkestra engine = Arkestra.builder().senior(Llm.client(senior)).build()) {
            Session session = engine.session(ANN, SessionId.of("s"));
            Reply first = session.ask("I live in Kazan, and everything is new here.");
            session.ask("Thanks!");
            session.ask("What do you know of my town?");

            List<MemoryRecord> found =
                    engine.memory().learnedFrom(SCOPE, first.turn().value() + "-0");
            assertTrue(
                    found.stream()
                            .anyMatch(record -> record.origin() == Origin.USER
                                    && record.text().equals("I live in Kazan")),
                    facts(engine).toString());
            assertTrue(found.stream().anyMatch(record -> record.text().equals("The user is new there")));
            assertFalse(
                    facts(engine).contains("The user lives in Kazan"),
                    facts(engine).toString());
        }
    }
}
