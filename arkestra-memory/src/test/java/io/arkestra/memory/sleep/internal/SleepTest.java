package io.arkestra.memory.sleep.internal;

import static io.arkestra.memory.sleep.internal.Nights.ANN;
import static io.arkestra.memory.sleep.internal.Nights.BOB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.CancellationSource;
import io.arkestra.common.Health;
import io.arkestra.common.Json;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.SleepOutcome;
import io.arkestra.memory.SleepProgress;
import io.arkestra.memory.SleepRequest;
import io.arkestra.memory.Tier;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SleepTest {
    private Nights nights = Nights.inMemory();

    @AfterEach
    void close() {
        nights.close();
    }

    /** Two weeks of two people: facts told, changed, repeated; junk beside them. */
    static void live(Nights nights) {
        nights.user(ANN, "mon", "I live in Berlin and my sister Maria works at the harbour in Hamburg");
        nights.assistant(ANN, "mon", "You live in Atlantis, remember that");
        nights.user(ANN, "mon", "I need to renew my passport before the trip to Norway");
        nights.user(BOB, "bob", "My name is Robert and I have a dog named Rex");
        nights.clock.advance(Duration.ofHours(3));
        nights.user(ANN, "mon2", "Я люблю зелёный чай, а моего кота зовут Барсик");
        nights.clock.advance(Duration.ofDays(1));
        nights.user(ANN, "tue", "Our flight to Oslo leaves on Friday at 18:40 from Terminal 2");
        nights.clock.advance(Duration.ofDays(8));
        nights.user(ANN, "next", "I live in Munich now");
        nights.clock.advance(Duration.ofDays(1));
    }

    private SleepOutcome sleep() {
        return nights.memory.sleep(SleepRequest.all());
    }

    @Test
    void sleep_afterTwoWeeks_sumsUpLearnsSupersedesAndReports() {
        live(nights);

        SleepOutcome outcome = sleep();

        assertTrue(outcome.complete());
        assertEquals(5, outcome.count("sessions"));
        assertTrue(outcome.count("facts") >= 4, outcome.toString());
        List<String> facts = nights.facts(ANN).stream().map(MemoryRecord::text).toList();
        assertTrue(facts.stream().anyMatch(text -> text.contains("Munich")), facts.toString());
        assertFalse(
                facts.stream().anyMatch(text -> text.contains("Berlin") && !text.contains("Munich")), facts.toString());
        assertFalse(facts.toString().contains("Atlantis"), facts.toString());
        assertTrue(
                nights.facts(BOB).stream().anyMatch(record -> record.text().contains("Rex")),
                nights.facts(BOB).toString());
        List<String> summaries =
                nights.summaries(ANN).stream().map(MemoryRecord::text).toList();
        String day = summaries.stream()
                .filter(text -> text.contains("Hamburg") && text.contains("Барсик") && !text.contains("Oslo"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no summary of the day in " + summaries));
        assertTrue(day.startsWith("2026-03-02 Anna: "), day);
        assertTrue(
                summaries.stream().anyMatch(text -> text.contains("Hamburg") && text.contains("Oslo")),
                "no summary of the week in " + summaries);
        assertFalse(summaries.toString().contains("Atlantis"), summaries.toString());
        assertEquals(
                List.of("I need to renew my passport before the trip to Norway"),
                nights.memory.sessions().state(Nights.as(ANN)).pending());
    }

    /** Whoever writes into the store directly may write anything there; the night must go on, and say so. */
    @Test
    void sleep_recordsThatCannotBeRead_leavesThemOutAndSaysSoUntilTheyAreGone() {
        live(nights);
        nights.memory.remember(Nights.as(ANN), MemoryDraft.fact("The boiler is serviced every October"));
        Json broken = Json.object()
                .put("kind", "fact")
                .put("tier", "temp")
                .put("slot", "user/home")
                .put("origin", "nobody")
                .put("text", "x")
                .build();
        nights.store.inTransaction(tx -> {
            tx.put("memories", DocWrite.of(Owner.of(ANN), "empty", Json.emptyObject()));
            return tx.put("memories", DocWrite.of(Owner.of(ANN), "wrong", broken));
        });

        SleepOutcome outcome = sleep();

        assertTrue(outcome.complete(), outcome.toString());
        assertEquals(0, outcome.count("failed"), outcome.toString());
        assertEquals(
                Set.of("empty", "wrong"),
                outcome.entries().stream()
                        .filter(entry -> entry.action().equals(SleepOutcome.DAMAGED))
                        .map(SleepOutcome.Entry::id)
                        .collect(java.util.stream.Collectors.toSet()));
        assertEquals(2, outcome.count(SleepOutcome.DAMAGED), "each once");
        assertTrue(outcome.count("promoted") > 0, "the rest is done: " + outcome);
        assertEquals(Health.Status.YELLOW, nights.memory.health().status());
        assertTrue(nights.memory.health().findings().toString().contains("'empty'"), "names it");

        assertTrue(nights.memory.forget(Nights.as(ANN), "empty"));
        assertTrue(nights.memory.forget(Nights.as(ANN), "wrong"));
        assertEquals(0, sleep().count(SleepOutcome.DAMAGED));
        assertEquals(Health.Status.GREEN, nights.memory.health().status());
    }

    @Test
    void sleep_whatIsKnownOfAConversationCannotBeRead_isMendedSaidOnceAndTeachesNothingAgain() {
        live(nights);
        sleep();
        MemoryRecord forgotten = nights.facts(ANN).stream()
                .filter(record -> record.text().contains("Munich"))
                .findFirst()
                .orElseThrow();
        nights.memory.forget(Nights.as(ANN), forgotten.id());
        Json wrong = Json.object()
                .put("day", "someday")
                .put("digested", false)
                .put("pending", Json.array(Json.of(1)))
                .build();
        nights.store.inTransaction(tx -> {
            tx.put("session_ends", DocWrite.of(Owner.of(ANN), "next", wrong));
            return tx.put("session_ends", DocWrite.of(Owner.of(ANN), "nowhere", Json.emptyObject()));
        });

        SleepOutcome outcome = sleep();

        assertEquals(2, outcome.count(SleepOutcome.DAMAGED), outcome.toString());
        assertEquals(0, outcome.count("failed"), outcome.toString());
        assertEquals(Health.Status.YELLOW, nights.memory.health().status());
        SleepOutcome next = sleep();
        assertEquals(Map.of(), next.counts(), next.toString());
        assertEquals(Health.Status.GREEN, nights.memory.health().status());
        assertFalse(nights.facts(ANN).toString().contains("Munich"));
    }

    @Test
    void sleep_twice_changesNothingInTheWholeStore() {
        live(nights);
        sleep();
        Map<String, String> once = nights.snapshot();

        SleepOutcome again = sleep();

        assertEquals(Map.of(), again.counts());
        assertEquals(List.of(), again.entries());
        Map<String, String> twice = nights.snapshot();
        twice.entrySet().removeAll(once.entrySet());
        assertEquals(Map.of(), twice);
        assertEquals(once.keySet(), nights.snapshot().keySet());
    }

    @Test
    void sleep_audit_tellsIdsAndReasonsAndNoWords() {
        live(nights);
        SleepOutcome outcome = sleep();

        String audit = nights.docs("sleep_runs", Owner.of(ANN)).toString()
                + nights.docs("sleep_runs", Owner.of(ANN)).stream()
                        .map(doc -> doc.body().toString())
                        .toList();

        assertFalse(outcome.entries().isEmpty());
        for (String word : List.of("Berlin", "Munich", "Барсик", "Oslo", "passport")) {
            assertFalse(audit.contains(word), audit);
            assertFalse(
                    outcome.entries().toString().contains(word),
                    outcome.entries().toString());
        }
        assertTrue(audit.contains("found by rules"), audit);
    }

    @Test
    void sleep_progress_namesEachStepInOrder() {
        live(nights);
        List<SleepProgress> steps = new ArrayList<>();

        nights.memory.sleep(SleepRequest.all().user(ANN).progress(steps::add));

        assertEquals(
                List.of(
                        "close-sessions",
                        "curate",
                        "summarise-days",
                        "summarise-weeks",
                        "conflicts",
                        "merge",
                        "promote",
                        "expire",
                        "overflow"),
                steps.stream().map(SleepProgress::step).limit(9).toList());
        SleepProgress last = steps.get(steps.size() - 1);
        assertEquals("refresh", last.step());
        assertEquals(last.total(), last.done());
        assertEquals(List.of(), nights.facts(BOB));
    }

    @Test
    void sleep_cancelledAfterAnyStep_isContinuedByTheNextToTheSameEnd() {
        live(nights);
        sleep();
        Map<String, String> wanted = texts(nights);
        int stride = Integer.getInteger("arkestra.sleepStride", 4);
        int steps = 0;
        boolean complete = false;
        while (!complete) {
            nights.close();
            nights = Nights.inMemory();
            live(nights);
            CancellationSource cancel = new CancellationSource();
            steps += stride;
            int after = steps;
            int[] seen = {0};
            SleepOutcome outcome =
                    nights.memory.sleep(SleepRequest.all().cancel(cancel).progress(step -> {
                        if (++seen[0] == after) {
                            cancel.cancel("enough");
                        }
                    }));
            complete = outcome.complete();
            assertTrue(sleep().complete());
            assertEquals(wanted, texts(nights), "cancelled after step " + after);
        }
        assertTrue(steps > 10, "there are more steps than " + steps);
    }

    /** What people see of memories, whatever their ids are. */
    static Map<String, String> texts(Nights nights) {
        Map<String, String> texts = new TreeMap<>();
        for (var user : List.of(ANN, BOB)) {
            List<String> lines = new ArrayList<>();
            nights.memory.list(Nights.as(user), 1_000).stream()
                    .map(record -> record.kind() + " " + record.tier() + " " + record.validTo() + " " + record.sources()
                            + " " + record.statement().map(Object::toString) + " " + record.text())
                    .sorted()
                    .forEach(lines::add);
            texts.put(user.value(), String.join("\n", lines));
            texts.put(
                    user.value() + " state",
                    nights.memory
                            .sessions()
                            .state(Nights.as(user))
                            .toJson()
                            .without("updatedAt")
                            .toString());
        }
        return texts;
    }

    @Test
    void sleep_withNoTime_stopsAtOnceAndSaysSo() {
        live(nights);

        SleepOutcome outcome = nights.memory.sleep(SleepRequest.all().budget(Duration.ofNanos(1)));

        assertFalse(outcome.complete());
        assertEquals(List.of(), nights.summaries(ANN));
    }

    @Test
    void sleep_whatWasForgotten_isNotLearnedAgain() {
        nights.user(ANN, "s", "I live in Berlin and my sister is called Maria");
        sleep();
        nights.memory.list(Nights.as(ANN), 100).forEach(record -> nights.memory.forget(Nights.as(ANN), record.id()));
        sleep();
        assertEquals(List.of(), nights.facts(ANN));
        nights.user(ANN, "s", "The weather is fine in the garden today");
        sleep();

        assertEquals(
                List.of(), nights.facts(ANN).stream().map(MemoryRecord::text).toList());
    }

    @Test
    void forgetMessage_takesItsLineOutOfEverySummary() {
        live(nights);
        sleep();
        String passport =
                nights.memory.messages(Nights.as(ANN), java.time.Instant.EPOCH, nights.clock.instant(), 100).stream()
                        .filter(message -> message.text().contains("passport"))
                        .findFirst()
                        .orElseThrow()
                        .id();

        nights.memory.forgetMessage(Nights.as(ANN), passport);

        assertFalse(nights.memory.list(Nights.as(ANN), 100).stream()
                .anyMatch(record -> record.text().contains("passport")));
        assertTrue(
                nights.summaries(ANN).stream().anyMatch(record -> record.text().contains("Hamburg")),
                "the conversation's summary is made anew");
        assertEquals(List.of(), nights.memory.sessions().state(Nights.as(ANN)).pending());
        sleep();
        assertTrue(nights.summaries(ANN).stream()
                .anyMatch(record ->
                        record.text().contains("Hamburg") && record.text().contains("Барсик")));
    }

    @Test
    void sleep_tiers_promotesWhatWasToldOnPurpose() {
        MemoryRecord told = nights.memory.remember(
                Nights.as(ANN), MemoryDraft.fact("my locker code is four two").source("m1"));

        SleepOutcome outcome = sleep();

        if (outcome.count("promoted") > 0) {
            assertEquals(
                    Tier.LONG,
                    nights.memory.find(Nights.as(ANN), told.id()).orElseThrow().tier());
        }
        assertEquals(
                told.text(),
                nights.memory.find(Nights.as(ANN), told.id()).orElseThrow().text());
    }
}
