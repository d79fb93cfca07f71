package io.arkestra.memory.record.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.SessionId;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.guard.Guard;
import io.arkestra.guard.GuardContext;
import io.arkestra.guard.GuardFinding;
import io.arkestra.guard.GuardResult;
import io.arkestra.guard.GuardStream;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.memory.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class FactRulesTest {
    private static final FactRules RULES = FactRules.of(Optional.empty());

    static List<List<String>> facts() {
        return Cases.of("facts.txt");
    }

    static List<String> noFacts() {
        return Cases.of("no-facts.txt").stream().map(line -> line.get(0)).toList();
    }

    static Message said(Origin origin, String text) {
        return Message.of(
                "m1",
                UserId.of("ann"),
                SessionId.of("s"),
                TurnId.of("t"),
                0,
                origin,
                "Anna",
                text,
                Instant.parse("2026-03-01T12:00:00Z"));
    }

    @ParameterizedTest
    @MethodSource("facts")
    void facts_plainStatement_isFoundWithItsLiteralQuote(List<String> line) {
        String text = line.get(0);
        List<MemoryDraft> facts = RULES.facts(said(Origin.USER, text));

        String found = String.join(
                " ; ",
                facts.stream()
                        .map(draft -> draft.statement()
                                .map(said -> said.kind() + " " + said.subject() + " " + said.attribute() + " "
                                        + said.value())
                                .orElse("nothing"))
                        .toList());
        assertEquals(line.get(1), found);
        facts.forEach(draft -> assertTrue(text.contains(draft.quote().orElseThrow()), draft.quote()::get));
        facts.forEach(draft -> assertEquals(List.of("m1"), draft.sources()));
    }

    @ParameterizedTest
    @MethodSource("noFacts")
    void facts_whatIsNotSaidAsSo_isNotLearned(String text) {
        assertEquals(
                List.of(),
                RULES.facts(said(Origin.USER, text)).stream()
                        .map(draft -> draft.text() + " " + draft.statement())
                        .toList());
    }

    @ParameterizedTest
    @EnumSource(value = Origin.class, names = "USER", mode = EnumSource.Mode.EXCLUDE)
    void learn_anybodyElsesWords_areRefusedWithTheReason(Origin origin) {
        Learned learned = RULES.learn(said(origin, "My car is a Volvo"), List.of(), List.of());

        assertEquals(List.of(), learned.facts());
        assertTrue(learned.refusals().get(0).reason().contains(origin.name()));
    }

    @Test
    void learn_whatWasShown_isNotLearnedAgain() {
        List<String> shown = List.of("Here is what I know. My car is a Volvo. You like tea.");

        Learned learned = RULES.learn(said(Origin.USER, "My car is a Volvo!\nI live in Kazan."), List.of(), shown);

        assertEquals(List.of("I live in Kazan"), texts(learned));
        assertEquals("it repeats what was shown", learned.refusals().get(0).reason());
    }

    @Test
    void learn_correctionOfAnEarlierMessage_hasTheSameAttribute() {
        for (List<String> case1 : List.of(
                List.of("My car is a Volvo.", "No, it's a Skoda", "Skoda"),
                List.of("Моя машина — Вольво", "Нет, точнее Шкода", "Шкода"),
                List.of("My locker number is 4711", "Sorry, I meant 4712.", "4712"))) {
            List<MemoryDraft> before = RULES.facts(said(Origin.USER, case1.get(0)));
            List<MemoryDraft> facts = RULES.learn(said(Origin.USER, case1.get(1)), before, List.of())
                    .facts();

            assertEquals(1, facts.size(), case1.toString());
            Statement statement = facts.get(0).statement().orElseThrow();
            assertEquals(before.get(0).statement().orElseThrow().attribute(), statement.attribute());
            assertEquals(case1.get(2), statement.value());
        }
        assertEquals(List.of(), RULES.facts(said(Origin.USER, "No, it's fine")));
    }

    @Test
    void learn_secretThatTheGuardFinds_isRefusedAndOtherFindingsAreMasked() {
        FactRules guarded = FactRules.of(Optional.of(new WordGuard("AB-12-SECRET", "SECRET_KEY")));
        Learned secret = guarded.learn(said(Origin.USER, "My locker number is AB-12-SECRET"), List.of(), List.of());
        assertEquals(List.of(), secret.facts());
        assertEquals("it holds a secret", secret.refusals().get(0).reason());

        FactRules masking = FactRules.of(Optional.of(new WordGuard("555-0101", "PHONE")));
        MemoryDraft masked =
                masking.facts(said(Origin.USER, "My phone is 555-0101")).get(0);
        assertEquals("My phone is ***", masked.text());
        assertEquals("***", masked.statement().orElseThrow().value());
        assertFalse(masked.quote().orElseThrow().contains("555"));
    }

    @Test
    void facts_anyText_neverFailsAndIsQuick() {
        java.util.Random random = new java.util.Random(7);
        String[] parts = {
            "my car is ",
            "i live in ",
            "a",
            " and ",
            ", ",
            "\"",
            "«",
            "no longer ",
            "\n",
            "я ",
            "живу в ",
            "\uD800",
            ". ",
            "x".repeat(50)
        };
        for (int i = 0; i < 300; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = 0; j < 60; j++) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            String said = text.toString();
            RULES.facts(said(Origin.USER, said))
                    .forEach(draft -> assertTrue(said.contains(draft.quote().orElseThrow())));
        }
    }

    private static List<String> texts(Learned learned) {
        return learned.facts().stream().map(MemoryDraft::text).toList();
    }

    /** Finds one word. */
    private record WordGuard(String word, String type) implements Guard {
        @Override
        public GuardResult inspect(String text, GuardContext context) {
            int at = text.indexOf(word);
            return at < 0 || context.direction() != GuardContext.Direction.TO_STORE
                    ? GuardResult.of(text, List.of())
                    : GuardResult.of(
                            text.replace(word, "***"), List.of(GuardFinding.of(type, at, at + word.length(), "test")));
        }

        @Override
        public GuardStream stream(GuardContext context) {
            throw new UnsupportedOperationException("not needed");
        }
    }
}
