package io.arkestra.examples.plugin;

import io.arkestra.common.Json;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocWrite;
import io.arkestra.store.FieldType;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import io.arkestra.tool.EffectState;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tool.TypedTool;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * Puts an expense down, tells beforehand what the day's sum will be, and takes it back. The entry has the id of the call, so that a call
 * that is made again after a crash does not put it down twice.
 */
final class ExpenseTool extends TypedTool<Expense> {
    static final CollectionSpec EXPENSES = CollectionSpec.builder("example_expenses")
            .field("on", FieldType.STRING)
            .orderedIndex("on")
            .build();

    private final DocStore store;

    ExpenseTool(DocStore store) {
        super(
                Expense.class,
                ToolSpec.builder("expense.add")
                        .description("Puts an expense of the user down, with the day and the amount.")
                        .result("""
                                {"type":"object","required":["id","sum"],
                                 "properties":{"id":{"type":"string"},"sum":{"type":"number"}}}
                                """)
                        .capability("expense.write")
                        .sideEffect(ToolSpec.SideEffect.OWN_DATA)
                        .reversible()
                        .idempotent()
                        .examples("I paid 12.50 euros for lunch", "Запиши: 300 рублей за такси"));
        this.store = store;
        store.define(EXPENSES);
    }

    @Override
    protected List<Target> targets(Expense expense, ToolContext context) {
        return List.of(Target.changed(Target.RECORD, "expenses/" + day(expense, context)));
    }

    @Override
    protected Prepared prepare(String id, Expense expense, ToolContext context) {
        LocalDate day = day(expense, context);
        BigDecimal before = sum(context, day, expense.currency());
        BigDecimal after = before.add(expense.amount());
        return Prepared.effect("Puts down " + line(expense, day))
                .withPreview("--- " + day + "\n+++ " + day + "\n-sum " + before + " " + expense.currency() + "\n+"
                        + line(expense, day) + "\n+sum " + after + " " + expense.currency() + "\n")
                .withUndo(Json.object().put("id", id).build());
    }

    @Override
    protected ToolResult call(String id, Expense expense, Prepared prepared, ToolContext context) {
        LocalDate day = day(expense, context);
        Json entry = Json.object()
                .put("on", day.toString())
                .put("amount", expense.amount())
                .put("currency", expense.currency().toString())
                .put("what", expense.what())
                .build();
        store.inTransaction(tx -> tx.get(EXPENSES.name(), owner(context), id)
                .orElseGet(() -> tx.put(EXPENSES.name(), DocWrite.of(owner(context), id, entry))));
        BigDecimal sum = sum(context, day, expense.currency());
        return ToolResult.of(
                line(expense, day) + "; together " + sum + " " + expense.currency() + " that day",
                Json.object().put("id", id).put("sum", sum).build());
    }

    @Override
    public void undo(Prepared prepared, ToolContext context) {
        String id = prepared.undo().text("id");
        store.inTransaction(tx -> {
            Doc entry = tx.get(EXPENSES.name(), owner(context), id)
                    .orElseThrow(() -> new ToolException(
                            ToolException.Reason.CONFLICT, "The expense is not there any more: somebody deleted it"));
            if (entry.version() != 1) {
                throw new ToolException(
                        ToolException.Reason.CONFLICT, "The expense was changed since it was put down; it stays");
            }
            return tx.delete(EXPENSES.name(), owner(context), id);
        });
    }

    @Override
    public EffectState state(ToolCall call, Prepared prepared, ToolContext context) {
        Optional<Doc> entry = store.inTransaction(tx -> tx.get(EXPENSES.name(), owner(context), call.id()));
        return entry.isPresent() ? EffectState.PRESENT : EffectState.ABSENT;
    }

    private BigDecimal sum(ToolContext context, LocalDate day, Expense.Currency currency) {
        return store.inTransaction(tx -> tx
                .find(
                        EXPENSES.name(),
                        owner(context),
                        DocQuery.where(Filter.eq("on", day.toString())).limit(DocQuery.MAX_LIMIT))
                .docs()
                .stream()
                .filter(doc -> doc.body().text("currency").equals(currency.toString()))
                .map(doc -> doc.body().decimal("amount").orElseThrow())
                .reduce(BigDecimal.ZERO, BigDecimal::add));
    }

    private static LocalDate day(Expense expense, ToolContext context) {
        return expense.on().orElseGet(() -> LocalDate.now(context.clock()));
    }

    private static String line(Expense expense, LocalDate day) {
        return day + " " + expense.amount() + " " + expense.currency() + " " + expense.what();
    }

    private static Owner owner(ToolContext context) {
        return Owner.of(context.scope().user());
    }
}
