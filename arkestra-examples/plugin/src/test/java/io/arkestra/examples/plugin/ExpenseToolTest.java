package io.arkestra.examples.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import io.arkestra.store.h2.internal.H2DocStoreProvider;
import io.arkestra.testkit.ManualClock;
import io.arkestra.testkit.TestProviderContext;
import io.arkestra.testkit.TestToolContext;
import io.arkestra.tool.EffectState;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExpenseToolTest {
    private static final Owner ANN = Owner.of(UserId.of("ann"));

    private final DocStore store =
            new H2DocStoreProvider().open(TestProviderContext.builder().build());
    private final ExpenseTool tool = new ExpenseTool(store);
    private final ToolContext context = TestToolContext.builder()
            .scope(Scope.of(UserId.of("ann")))
            .clock(ManualClock.at(Instant.parse("2026-11-21T10:00:00Z")))
            .build();
    private final ToolCall lunch = ToolCall.of(
            "turn-1", "expense.add", Json.parse("{\"amount\":12.5,\"currency\":\"eur\",\"what\":\"lunch\"}"));

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void prepare_anExpense_showsWhatWouldChangeAndChangesNothing() {
        Prepared prepared = tool.prepare(lunch, context);

        assertEquals("Puts down 2026-11-21 12.5 eur lunch", prepared.effects().get(0));
        assertEquals(
                "--- 2026-11-21\n+++ 2026-11-21\n-sum 0 eur\n+2026-11-21 12.5 eur lunch\n+sum 12.5 eur\n",
                prepared.preview());
        assertEquals(0, entries());
        assertEquals(EffectState.ABSENT, tool.state(lunch, prepared, context));
    }

    @Test
    void call_twiceWithTheSameId_putsItDownOnce() {
        Prepared prepared = tool.prepare(lunch, context);

        assertEquals(
                "2026-11-21 12.5 eur lunch; together 12.5 eur that day",
                tool.call(lunch, prepared, context).text());
        tool.call(lunch, prepared, context);

        assertEquals(1, entries());
        assertEquals(EffectState.PRESENT, tool.state(lunch, prepared, context));
    }

    @Test
    void undo_nothingElseChanged_takesItBack() {
        Prepared prepared = tool.prepare(lunch, context);
        tool.call(lunch, prepared, context);

        tool.undo(prepared, context);

        assertEquals(0, entries());
    }

    @Test
    void undo_entryWasChangedMeanwhile_changesNothing() {
        Prepared prepared = tool.prepare(lunch, context);
        tool.call(lunch, prepared, context);
        store.inTransaction(tx -> {
            var entry = tx.get(ExpenseTool.EXPENSES.name(), ANN, "turn-1").orElseThrow();
            return tx.put(
                    ExpenseTool.EXPENSES.name(),
                    DocWrite.update(entry, entry.body().with("what", Json.of("dinner"))));
        });

        ToolException conflict = assertThrows(ToolException.class, () -> tool.undo(prepared, context));

        assertEquals(ToolException.Reason.CONFLICT, conflict.reason());
        assertEquals(1, entries());
    }

    @Test
    void prepare_moreThanTwoDigitsAfterThePoint_saysWhatWouldWork() {
        ToolCall odd = ToolCall.of(
                "turn-2", "expense.add", Json.parse("{\"amount\":1.234,\"currency\":\"eur\",\"what\":\"tea\"}"));

        ToolException refusal = assertThrows(ToolException.class, () -> tool.prepare(odd, context));

        assertEquals(ToolException.Reason.INVALID_ARGUMENTS, refusal.reason());
        assertEquals("'amount' is 1.234; give at most two digits after the point", refusal.getMessage());
    }

    private int entries() {
        return store.inTransaction(tx -> tx.find(ExpenseTool.EXPENSES.name(), ANN, DocQuery.all()))
                .docs()
                .size();
    }
}
