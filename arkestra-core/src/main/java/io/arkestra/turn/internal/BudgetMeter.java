package io.arkestra.turn.internal;

import io.arkestra.common.Budget;
import io.arkestra.llm.Usage;

/** Counts what a turn spends. Confined to the turn's thread. */
final class BudgetMeter {
    /** Ends the turn with an outcome; never leaves the pipeline. */
    static final class Exhausted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Budget.Kind kind;

        Exhausted(Budget.Kind kind) {
            super("budget exhausted: " + kind, null, false, false);
            this.kind = kind;
        }

        Budget.Kind kind() {
            return kind;
        }
    }

    private final Budget budget;
    private Usage usage = Usage.NONE;
    private int modelCalls;
    private int toolCalls;

    BudgetMeter(Budget budget) {
        this.budget = budget;
    }

    /** Before a model is called: that it may be called once more. */
    void beforeModelCall() {
        if (budget.modelCalls().isPresent() && modelCalls >= budget.modelCalls().getAsInt()) {
            throw new Exhausted(Budget.Kind.MODEL_CALLS);
        }
        modelCalls++;
    }

    /** Whether tokens are limited, so that prompts have to be counted. */
    boolean countsTokens() {
        return budget.tokens().isPresent();
    }

    /** Before a prompt is sent: that it still fits. */
    void beforePrompt(long tokens) {
        if (budget.tokens().isPresent()
                && usage.totalTokens() + tokens > budget.tokens().getAsLong()) {
            throw new Exhausted(Budget.Kind.TOKENS);
        }
    }

    void spent(Usage more) {
        usage = usage.plus(more);
    }

    /** Before a tool is called. */
    void beforeToolCall() {
        if (budget.toolCalls().isPresent() && toolCalls >= budget.toolCalls().getAsInt()) {
            throw new Exhausted(Budget.Kind.TOOL_CALLS);
        }
        toolCalls++;
    }

    Usage usage() {
        return usage;
    }
}
