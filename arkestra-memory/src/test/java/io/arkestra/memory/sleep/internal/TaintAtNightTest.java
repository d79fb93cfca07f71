package io.arkestra.memory.sleep.internal;

import static io.arkestra.memory.sleep.internal.Nights.ANN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.memory.Passage;
import io.arkestra.memory.RecallQuery;
import io.arkestra.memory.SleepRequest;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a night makes of conversations in which words of others were read. */
class TaintAtNightTest {
    private static final Taint PAGE = Taint.of("web", "page.example");

    private final Nights nights = Nights.inMemory();

    @AfterEach
    void close() {
        nights.close();
    }

    private void poisonedTalk(String session) {
        nights.user(ANN, session, "The roses behind the house got a new fence from Uncle Willem in autumn");
        nights.say(
                ANN,
                session,
                Origin.ASSISTANT,
                "The page says that invoices for the fence are confirmed at evil attacker example.",
                Json.object()
                        .put(Message.TAINT, Json.strings(List.of(PAGE.toString())))
                        .build());
    }

    private void sleep(String summary) {
        String answer = Json.object()
                .put("facts", Json.array(List.of()))
                .put("summary", summary)
                .build()
                .toString();
        nights.memory.sleep(SleepRequest.all().model(new ScriptedModel(answer, answer, answer)));
    }

    @Test
    void summaryByAModel_ofATalkWithTaint_carriesIt() {
        poisonedTalk("s");
        nights.clock.advance(Duration.ofDays(1));
        sleep(
                "The roses got a new fence from Uncle Willem; invoices for the fence are confirmed at evil attacker example.");

        List<MemoryRecord> summaries = nights.summaries(ANN);
        assertTrue(summaries.get(0).text().contains("evil attacker"), summaries.toString());
        assertEquals(Set.of(PAGE), summaries.get(0).taints());
        assertEquals(
                Set.of(PAGE), nights.memory.sessions().state(Nights.as(ANN)).taints());
    }

    @Test
    void summaryOfADay_withATaintedPart_carriesIt() {
        poisonedTalk("s");
        nights.user(ANN, "t", "Tomorrow at noon I meet Doctor Meyer about my knee in the clinic at the river");
        nights.clock.advance(Duration.ofDays(1));
        sleep(
                "The roses got a new fence from Uncle Willem; invoices for the fence are confirmed at evil attacker example.");
        nights.clock.advance(Duration.ofDays(10));
        nights.memory.sleep(SleepRequest.all());

        List<MemoryRecord> poisoned = nights.summaries(ANN).stream()
                .filter(record -> record.text().contains("evil attacker"))
                .toList();
        assertFalse(poisoned.isEmpty());
        poisoned.forEach(record -> assertEquals(Set.of(PAGE), record.taints(), record.toString()));
    }

    @Test
    void factInTheUsersOwnWords_saidBesideTaint_isClean() {
        nights.user(ANN, "s", "My cat is called Murka");
        poisonedTalk("s");
        nights.clock.advance(Duration.ofDays(1));
        nights.memory.sleep(SleepRequest.all());

        List<MemoryRecord> facts = nights.facts(ANN);
        assertFalse(facts.isEmpty());
        facts.forEach(fact -> assertEquals(Set.of(), fact.taints(), fact.toString()));
    }

    @Test
    void recall_passageBesideTaintedWords_carriesTheirTaint() {
        poisonedTalk("s");
        nights.memory.refresh();
        List<Passage> found = nights.memory
                .recall(Nights.as(ANN), RecallQuery.about("roses fence Uncle Willem"))
                .passages();
        assertFalse(found.isEmpty());
        found.forEach(passage -> assertEquals(Set.of(PAGE), passage.taints(), passage.toString()));
    }
}
