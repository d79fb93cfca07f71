package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Budget;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.testkit.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A limit ends a turn with an outcome that holds what there is, never with an exception. */
@Timeout(60)
class TurnBudgetTest {
    private static final UserId ALICE = UserId.of("alice");

    @Test
    void budget_tokens_endsOverBudget() {
        try (Arkestra engine = engine(Llm.client(RecordingLlm.writing((request, cancel) -> "{\"text\":\"x\"}")))) {
            Outcome outcome = engine.session(ALICE)
                    .turn("a question?")
                    .budget(Budget.perTurn().tokens(1))
                    .start()
                    .await();
            assertOverBudget(outcome, Budget.Kind.TOKENS);
            assertEquals(1, Conversations.log(engine, ALICE).size());
        }
    }

    @Test
    void budget_tokensOfASilentBackend_bindToo() {
        io.arkestra.llm.LlmClient silent = org.mockito.Mockito.mock(io.arkestra.llm.LlmClient.class);
        org.mockito.Mockito.when(silent.capabilities())
                .thenReturn(io.arkestra.llm.LlmCapabilities.builder()
                        .contextTokens(8_192)
                        .build());
        org.mockito.Mockito.when(silent.countTokens(org.mockito.ArgumentMatchers.any()))
                .thenReturn(new io.arkestra.llm.TokenCount(100, true));
        org.mockito.Mockito.when(silent.generate(
                        org.mockito.ArgumentMatchers.any(),
                        org.mockito.ArgumentMatchers.any(),
                        org.mockito.ArgumentMatchers.any()))
                .thenReturn(io.arkestra.llm.LlmResponse.builder("silent")
                        .text("{\"text\":\"\",\"tool_calls\":[{\"name\":\"note.list\",\"arguments\":{}}]}")
                        .build());
        try (Arkestra engine = engine(Llm.client(silent))) {
            Outcome outcome = engine.session(ALICE)
                    .turn("go on")
                    .budget(Budget.perTurn().tokens(350))
                    .start()
                    .await();
            assertOverBudget(outcome, Budget.Kind.TOKENS);
        }
    }

    @Test
    void budget_modelCalls_endsOverBudgetWithWhatWasSaid() {
        try (Arkestra engine = engine(Llm.client(RecordingLlm.writing((request, cancel) ->
                "{\"text\":\"Looking.\",\"tool_calls\":[{\"name\":\"note.list\",\"arguments\":{}}]}")))) {
            Outcome outcome = engine.session(ALICE)
                    .turn("list")
                    .budget(Budget.perTurn().modelCalls(3))
                    .start()
                    .await();
            assertOverBudget(outcome, Budget.Kind.MODEL_CALLS);
            assertTrue(
                    outcome.reply().text().startsWith("Looking."),
                    outcome.reply().text());
        }
    }

    @Test
    void budget_toolCalls_endsOverBudgetAndRunsNoMore() {
        try (Arkestra engine = engine(Llm.client(RecordingLlm.writing((request, cancel) ->
                "{\"text\":\"\",\"tool_calls\":[{\"name\":\"note.create\",\"arguments\":{\"text\":\"a\"}},"
                        + "{\"name\":\"note.create\",\"arguments\":{\"text\":\"b\"}}]}")))) {
            Outcome outcome = engine.session(ALICE)
                    .turn("two notes")
                    .budget(Budget.perTurn().toolCalls(1))
                    .start()
                    .await();
            assertOverBudget(outcome, Budget.Kind.TOOL_CALLS);
            assertEquals(1, outcome.reply().toolUses().size());
            assertEquals(1, engine.memory().list(Scope.of(ALICE), 10).size());
        }
    }

    @Test
    void budget_wall_endsOverBudgetWithThePartialReply() {
        try (Arkestra engine = engine(Llm.client(new StuckLlm("{\"text\":\"Half an ans")))) {
            Outcome outcome = assertTimeoutPreemptively(
                    Duration.ofSeconds(10),
                    () -> engine.session(ALICE)
                            .turn("a question?")
                            // Long enough that the model has spoken on a busy machine.
                            .budget(Budget.perTurn().wall(Duration.ofSeconds(2)))
                            .start()
                            .await());
            assertOverBudget(outcome, Budget.Kind.WALL);
            assertTrue(
                    outcome.reply().text().startsWith("Half an"),
                    outcome.reply().text());
        }
    }

    @Test
    void budget_ofTheEngine_bindsEveryTurn() {
        try (Arkestra engine =
                builder(Llm.offline()).budget(Budget.perTurn().toolCalls(0)).build()) {
            Reply reply = engine.session(ALICE).ask("note: milk");
            assertEquals(Outcome.Kind.OVER_BUDGET, reply.outcome());
        }
    }

    private static void assertOverBudget(Outcome outcome, Budget.Kind kind) {
        assertEquals(Outcome.Kind.OVER_BUDGET, outcome.kind());
        assertEquals(kind, outcome.exhausted().orElseThrow());
        assertEquals(Outcome.Kind.OVER_BUDGET, outcome.reply().outcome());
    }

    private static ArkestraBuilder builder(Llm senior) {
        return Arkestra.builder().clock(ManualClock.at("2026-03-01T09:00:00Z")).senior(senior);
    }

    private static Arkestra engine(Llm senior) {
        return builder(senior).build();
    }
}
