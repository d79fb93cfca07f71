package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.ConfigException;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.UserId;
import io.arkestra.event.Delivery;
import io.arkestra.event.Events;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BetterModelTurnTest {
    private static final UserId ALICE = UserId.of("alice");
    private final List<String> reasons = new CopyOnWriteArrayList<>();

    private static Llm saying(String text) {
        return Llm.client(RecordingLlm.writing((request, cancel) -> "{\"text\":\"" + text + "\"}"));
    }

    private static Llm junior(double confidence) {
        return Llm.client(RecordingLlm.writing((request, cancel) ->
                "{\"intent\":\"question\",\"slots\":{},\"tools_hint\":[],\"style_directive\":\"\",\"rag_query\":\"\",\"confidence\":"
                        + confidence + "}"));
    }

    private Arkestra engine(Llm junior, Llm... seniors) {
        Arkestra engine =
                Arkestra.builder().junior(junior).senior(seniors[0], seniors[1]).build();
        engine.events().subscribe(Set.of(), Delivery.sync(), event -> {
            if (event instanceof Events.ModelEscalated escalated) {
                reasons.add(escalated.reason());
            }
        });
        return engine;
    }

    @Test
    void turn_juniorThatIsNotSure_isAnsweredByTheBetterModel() {
        try (Arkestra engine = engine(junior(0.1), saying("cheap"), saying("strong"))) {
            assertEquals("strong", engine.session(ALICE).ask("what?").text());
            assertEquals(List.of("low-confidence"), reasons);
        }
    }

    @Test
    void turn_juniorThatIsSure_isAnsweredByTheFirst() {
        try (Arkestra engine = engine(junior(0.9), saying("cheap"), saying("strong"))) {
            assertEquals("cheap", engine.session(ALICE).ask("what?").text());
            assertEquals(List.of(), reasons);
        }
    }

    @ParameterizedTest
    @CsvSource({"0.95, strong", "0.5, cheap", "0, cheap"})
    void escalateBelow_ofTheHost_decidesWhenAJuniorIsSure(double below, String answer) {
        try (Arkestra engine = Arkestra.builder()
                .junior(junior(0.9))
                .senior(saying("cheap"), saying("strong"))
                .escalateBelow(below)
                .build()) {
            assertEquals(answer, engine.session(ALICE).ask("what?").text());
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void escalateBelow_outsideOfItsRange_isRefused(double below) {
        ConfigException refused =
                assertThrows(ConfigException.class, () -> Arkestra.builder().escalateBelow(below));
        assertTrue(refused.getMessage().contains("llm.escalateBelow"), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Please think harder: why?", "Подумай получше, почему?", "подумай ещё раз хорошенько"})
    void turn_userWhoWishesIt_isAnsweredByTheBetterModel(String message) {
        try (Arkestra engine = engine(junior(0.9), saying("cheap"), saying("strong"))) {
            assertEquals("strong", engine.session(ALICE).ask(message).text());
            assertEquals(List.of("user-wish"), reasons);
        }
    }

    @Test
    void turn_thatTheHostEscalates_staysWithTheBetterModelAfterToolsRan() {
        Llm strong = Llm.client(
                RecordingLlm.writing(
                        (request, cancel) -> request.messages().size() > 2
                                ? "{\"text\":\"strong\"}"
                                : "{\"text\":\"\",\"tool_calls\":[{\"name\":\"note.create\",\"arguments\":{\"text\":\"x\"}}]}"));
        try (Arkestra engine = engine(junior(0.9), saying("cheap"), strong)) {
            Reply reply = engine.session(ALICE)
                    .turn("what?")
                    .escalate("difficult customer")
                    .start()
                    .await()
                    .reply();

            assertEquals("strong", reply.text());
            assertEquals(List.of("difficult customer"), reasons);
        }
    }

    @Test
    void escalate_withoutAReason_isRefused() {
        try (Arkestra engine = engine(junior(0.9), saying("cheap"), saying("strong"))) {
            TurnRequest turn = engine.session(ALICE).turn("what?");

            assertThrows(InvalidInputException.class, () -> turn.escalate(" "));
        }
    }
}
