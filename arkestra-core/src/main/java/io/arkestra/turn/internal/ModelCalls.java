package io.arkestra.turn.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Budget;
import io.arkestra.common.CancelledException;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.TokenCount;
import io.arkestra.llm.Usage;
import io.arkestra.llm.gateway.internal.DayBudgetExceeded;
import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * Calls language models on behalf of one turn: counted against its budget, left behind when it is cancelled. Whatever a client throws
 * or returns, the caller sees an answer or an {@link ArkestraException}.
 */
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

    /** Asks a model of the engine. */
    LlmResponse generate(LlmClient client, LlmRequest asked, LlmListener listener) {
        meter.beforeModelCall();
        return again(client, asked, listener);
    }

    /** Asks for the same once more in another way: a try, which is no call of the turn's budget. */
    LlmResponse again(LlmClient client, LlmRequest asked, LlmListener listener) {
        LlmRequest request =
                asked.toBuilder().scope(input.scope()).turn(input.id()).build();
        Duration limit = request.deadline().orElse(LONGEST);
        long prompt = 0;
        if (countsTokens(client)) {
            prompt = guarded(() -> client.countTokens(request).tokens(), limit);
            meter.beforePrompt(prompt);
        }
        LlmResponse response = guarded(() -> client.generate(request, listener, input.cancel()), limit);
        meter.spent(usage(client, response, prompt));
        return response;
    }

    /** Asks the rules that stand in for a model that failed: no language model, so nothing is counted. */
    LlmResponse standIn(LlmRequest request, LlmListener listener) {
        return guarded(() -> services.persona().fallback().generate(request, listener, input.cancel()), LONGEST);
    }

    /** A limit on tokens must bind also when the backend does not say how many it took. */
    private Usage usage(LlmClient client, LlmResponse response, long prompt) {
        boolean silent = response.usage().totalTokens() == 0;
        return silent && countsTokens(client)
                ? Usage.of(prompt, TokenCount.estimate(response.text()).tokens(), true)
                : response.usage();
    }

    /** The rules are no language model: they cost nothing. */
    private boolean countsTokens(LlmClient client) {
        return meter.countsTokens() && client != services.persona().fallback();
    }

    private <T> T guarded(Callable<T> work, Duration limit) {
        try {
            return services.workers()
                    .call(
                            () -> {
                                T result = work.call();
                                if (result == null) {
                                    throw new LlmException(
                                            LlmException.Reason.MALFORMED_OUTPUT, "the model's client gave no answer");
                                }
                                return result;
                            },
                            input.cancel(),
                            limit,
                            () -> new LlmException(
                                    LlmException.Reason.TIMEOUT,
                                    "the model took longer than " + limit.toSeconds() + " s"));
        } catch (CancelledException e) {
            if (input.cancel().isCancelled() || Thread.currentThread().isInterrupted()) {
                throw e;
            }
            throw failed("the model's client stopped: " + e.getMessage(), e);
        } catch (DayBudgetExceeded e) {
            throw new BudgetMeter.Exhausted(Budget.Kind.TOKENS);
        } catch (ArkestraException e) {
            throw e;
        } catch (RuntimeException e) {
            throw failed("the model's client failed: " + e, e);
        }
    }

    private static LlmException failed(String what, RuntimeException cause) {
        return new LlmException(LlmException.Reason.CRASHED, what, cause, null);
    }
}
