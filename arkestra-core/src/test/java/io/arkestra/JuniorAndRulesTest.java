package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.testkit.ManualClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the rules are certain of, no model overrules; everything else is the model's. */
@Timeout(60)
class JuniorAndRulesTest {
    private static final UserId ALICE = UserId.of("alice");

    private static Json decided(String message, String report) {
        RecordingLlm senior = RecordingLlm.writing((request, cancel) -> "{\"text\":\"ok\"}");
        ManualClock clock = ManualClock.at("2026-03-02T10:00:00Z");
        try (Arkestra engine = Arkestra.builder()
                .clock(clock)
                .junior(Llm.client(RecordingLlm.writing((request, cancel) -> report)))
                .senior(Llm.client(senior))
                .build()) {
            engine.session(ALICE).ask(message);
            return senior.lastMessage(0).data("junior").orElseThrow();
        }
    }

    private static String report(String intent, String query) {
        return """
                {"intent":"%s","slots":{"text":"milk"},"tools_hint":["note.create"],"style_directive":"brief",
                 "rag_query":"%s","confidence":0.99}""".formatted(intent, query);
    }

    @ParameterizedTest
    @CsvSource({
        "Remind me tomorrow at 9 to call mum, remind",
        "напомни завтра в 9 позвонить маме, remind",
        "Remember that the key is under the pot, remember",
        "what is my name?, ask-name",
        "моя зона UTC+3, set-zone",
        "what did I say yesterday?, history"
    })
    void rules_thatAreCertain_areNotOverruled(String message, String intent) {
        Json decided = decided(message, report("greeting", ""));
        assertEquals(intent, decided.text("intent"));
        assertEquals("brief", decided.text("style_directive"));
        assertTrue(decided.get("tools_hint").orElseThrow().toString().contains("note.create"));
    }

    @Test
    void slotsOfTheRules_winOverThoseOfAModelThatMeansTheSame() {
        Json slots = decided("Remember that the key is under the pot", report("remember", ""))
                .get("slots")
                .orElseThrow();
        assertEquals("the key is under the pot", slots.text("text"));
    }

    @Test
    void model_decides_whereTheRulesAreNotCertain() {
        Json decided = decided("We are nearly out of milk again", report("note", "milk"));
        assertEquals("note", decided.text("intent"));
        assertEquals("milk", decided.text("rag_query"));
        assertEquals("milk", decided.get("slots").orElseThrow().text("text"));
    }

    @Test
    void query_ofTheModel_isKeptWithACommandOfTheRules() {
        assertEquals(
                "mum's number",
                decided("Remind me tomorrow at 9 to call mum", report("remind", "mum's number"))
                        .text("rag_query"));
    }
}
