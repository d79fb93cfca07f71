package io.arkestra.llm.gateway.internal;

import io.arkestra.llm.LlmException;

/** The host's own limit on tokens per day, as opposed to a limit that a backend tells of: the turn ends over budget. */
public final class DayBudgetExceeded extends LlmException {
    private static final long serialVersionUID = 1L;

    DayBudgetExceeded(String message) {
        super(Reason.OVER_BUDGET, message);
    }
}
