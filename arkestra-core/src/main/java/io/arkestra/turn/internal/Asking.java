package io.arkestra.turn.internal;

import io.arkestra.common.Json;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.Sampling;
import io.arkestra.llm.gateway.internal.Gateway;
import io.arkestra.memory.Message;
import io.arkestra.persona.internal.Prompts;
import io.arkestra.turn.internal.TurnState.Selected;
import java.util.List;
import java.util.Optional;

/** What the senior is asked in a turn, and which one. Used by the turn's thread. */
final class Asking {
    private static final long FALLBACK_CONTEXT = 8_192;
    /** Answers that are as long as they may be are rare, so a prompt may leave less: one part in so many of the context. */
    private static final long SHARE_OF_ANSWER = 4;
    /** Of a model that says that it reads fewer tokens than we guess, this much of our guess is kept: it may count only what is new to it. */
    private static final double LEAST_PER_GUESSED = 0.75;

    private final TurnServices services;
    private final TurnInput input;
    private final Trace trace;

    Asking(TurnServices services, TurnInput input, Trace trace) {
        this.services = services;
        this.input = input;
        this.trace = trace;
    }

    LlmRequest asked(List<LlmMessage> prompt, Selected start, Optional<String> better) {
        Sampling sampling = Tuning.sampling(start.tuned(), Prompts.SENIOR_SAMPLING, contextTokens());
        LlmRequest request = services.persona()
                .prompts()
                .senior(
                        start.perceived().scene().prompts(),
                        prompt,
                        start.offered().tools(),
                        sampling);
        return better.map(reason -> request.toBuilder()
                        .extensions(request.extensions().with(Gateway.ESCALATE, Json.of(reason)))
                        .build())
                .orElse(request);
    }

    /** Why a better model is asked from the start; empty when none is. */
    Optional<String> better(Selected start) {
        boolean juniorIsModel =
                services.persona().junior() != services.persona().fallback();
        Optional<String> reason = services.persona().betterModel().reason(input, start.junior(), juniorIsModel);
        reason.ifPresent(why -> trace.step("compose", "a better model is asked for, if there is one: " + why));
        return reason;
    }

    /** The conversation before this turn, as it was sent; empty for rules in the place of a model, which quote from the recall alone. */
    SentPrompts.View history() {
        if (services.persona().seniorIsOffline()) {
            return SentPrompts.View.EMPTY;
        }
        return history(guessedContext() / 2);
    }

    /** The same with so many tokens for it. */
    SentPrompts.View history(long room) {
        return services.persona().sent().view(input.scope().user(), input.session(), earlier(), room);
    }

    /** The conversation before this turn, as it is in the log. */
    List<Message> earlier() {
        return services.records().log().recent(input.scope().user(), input.session()).stream()
                .filter(message -> !message.turn().equals(input.id()))
                .toList();
    }

    /** Tokens by our guess that fit into the senior's context. Never more than it says: where we guess too many, that is to the good. */
    long guessedContext() {
        return (long) (contextTokens() / Math.max(1, tokensPerGuessed()));
    }

    /** Tokens by our guess that a prompt may take, as far as is known, with room for an answer. */
    long promptRoom(int answer) {
        long context = contextTokens();
        return (long) ((context - Math.min(answer, context / SHARE_OF_ANSWER))
                / Math.max(LEAST_PER_GUESSED, tokensPerGuessed()));
    }

    private double tokensPerGuessed() {
        try {
            return services.persona().senior() instanceof Gateway gateway ? gateway.tokensPerGuessed() : 1;
        } catch (RuntimeException e) {
            return 1; // contextTokens() says so in the trace
        }
    }

    /** Tokens that fit into the senior's context, as far as it says. */
    private long contextTokens() {
        try {
            return services.persona().senior().capabilities().contextTokens();
        } catch (RuntimeException e) {
            trace.step("compose", "the senior does not say what fits into its context: " + e);
            return FALLBACK_CONTEXT;
        }
    }
}
