package io.arkestra.turn.internal;

import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import java.time.Duration;

/** Calls language models on behalf of one turn: counted against its budget, left behind when it is cancelled. */
final class ModelCalls {
    /** How long any one call may take. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final TurnServices services;
    private final TurnInput input;
    private final BudgetMeter meter;

    ModelCalls(TurnServices services, TurnInput input, BudgetMeter meter) {
        this.services = services;
        this.input = input;
        this.meter = meter;
    }

    LlmResponse generate(LlmClient client, LlmRequest request, LlmListener listener) {
        meter.beforeModelCall(client.countTokens(request).tokens());
        Duration limit = request.deadline().orElse(LONGEST);
        LlmResponse response = services.workers()
                .call(
                        () -> client.generate(request, listener, input.cancel()),
                        input.cancel(),
                        limit,
                        () -> new LlmException(
                                LlmException.Reason.TIMEOUT, "the model took longer than " + limit.toSeconds() + " s"));
        meter.spent(response.usage());
        return response;
    }
}
