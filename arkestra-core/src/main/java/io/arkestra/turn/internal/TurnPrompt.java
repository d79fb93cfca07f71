package io.arkestra.turn.internal;

import io.arkestra.common.Json;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.gateway.internal.Gateway;
import io.arkestra.turn.internal.TurnState.Recalled;
import io.arkestra.turn.internal.TurnState.Selected;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * What the senior sees in a turn: the conversation before it, the message, and what was written and done since. It is kept to what fits into the
 * model's context, as far as we know: long results of tools are shown in part, and the oldest turns go. The user's message is never cut. When the
 * model still says that the prompt is too long, it is asked once more with a shorter one. Used by the turn's thread.
 */
final class TurnPrompt {
    /** What a result may take at least, one part in so many of the room. */
    private static final int LEAST = 32;

    /** Selects again, with as many tokens for the conversation before. */
    @FunctionalInterface
    interface Narrower {
        Selected select(Recalled recalled, long room);
    }

    private final TurnServices services;
    private final TurnInput input;
    private final ModelCalls models;
    private final Trace trace;
    private final Asking asking;
    private final Narrower narrower;
    private final List<LlmMessage> sent = new ArrayList<>();
    /** The same with whole results, message by message. */
    private final List<LlmMessage> told = new ArrayList<>();

    private final ShortenedResult results;

    private Selected start;

    TurnPrompt(
            TurnServices services,
            TurnInput input,
            ModelCalls models,
            Trace trace,
            Asking asking,
            Narrower narrower,
            Selected start) {
        this.services = services;
        this.input = input;
        this.models = models;
        this.trace = trace;
        this.asking = asking;
        this.narrower = narrower;
        this.start = start;
        this.results = new ShortenedResult(new Seams(services.guard()));
        add(question());
    }

    private LlmMessage question() {
        SentPrompts.View history = start.history();
        return start.offered()
                .beside(services.persona()
                        .prompts()
                        .seniorMessage(
                                input.message(),
                                start.perceived().scene(),
                                start.junior(),
                                start.recalled().recall(),
                                Tuning.style(start.tuned()),
                                history.messages(),
                                history.shown()));
    }

    /** What is sent and answered in this turn, word for word. */
    List<LlmMessage> sent() {
        return sent;
    }

    void add(LlmMessage message) {
        add(message, message);
    }

    /** Adds the result of a call; of one for which there is no room left the beginning and the end. */
    void result(LlmMessage whole) {
        if (!services.persona().seniorIsOffline()) {
            LlmRequest soFar = request(Optional.empty());
            long room = room(soFar);
            long left = room - Gateway.estimate(soFar);
            if (ShortenedResult.tokens(whole) > Math.max(left, room / LEAST)) {
                // Half of what is left, because another call may follow.
                LlmMessage shown = results.of(whole, Math.max(left / 2, room / LEAST));
                trace.step(
                        "act",
                        "a result is shown to the senior in part, there is no room for it: "
                                + shown.text().length() + " of " + whole.text().length() + " characters");
                add(shown, whole);
                return;
            }
        }
        add(whole);
    }

    private void add(LlmMessage shown, LlmMessage whole) {
        sent.add(shown);
        told.add(whole);
    }

    /** The request as it stands. */
    LlmRequest request(Optional<String> better) {
        return request(sent, better);
    }

    /** The same with whole results, for rules, which have no context that could be too short and quote what they are given. */
    LlmRequest whole(Optional<String> better) {
        return request(told, better);
    }

    private LlmRequest request(List<LlmMessage> exchange, Optional<String> better) {
        List<LlmMessage> prompt = new ArrayList<>(start.history().messages());
        prompt.addAll(exchange);
        return asking.asked(prompt, start, better);
    }

    /**
     * Asks the senior; once more with a shorter prompt when the model says that this one does not fit.
     *
     * @param listener makes the one that hears a try
     * @param heard whether anything of the latest try was heard: then it is not made again
     */
    LlmResponse ask(Optional<String> better, Supplier<LlmListener> listener, BooleanSupplier heard) {
        LlmRequest request = fitting(better);
        try {
            return models.generate(services.persona().senior(), request, listener.get());
        } catch (LlmException e) {
            if (e.reason() != LlmException.Reason.CONTEXT_OVERFLOW || heard.getAsBoolean()) {
                throw e;
            }
            long guessed = Gateway.estimate(request);
            long room = room(request);
            // What the model said of it is in the room now; when it said nothing, half is a try worth making.
            if (!shorten(request, room < guessed ? room * 9 / 10 : guessed / 2, e.code() + " " + e.getMessage())) {
                throw e;
            }
            return models.again(services.persona().senior(), request(better), listener.get());
        }
    }

    private LlmRequest fitting(Optional<String> better) {
        LlmRequest request = request(better);
        long room = room(request);
        return Gateway.estimate(request) > room && shorten(request, room, "measured by prompts before it")
                ? request(better)
                : request;
    }

    private long room(LlmRequest request) {
        return asking.promptRoom(request.sampling().maxTokens());
    }

    /** Whether the prompt got shorter; then it takes so many tokens if that can be. */
    private boolean shorten(LlmRequest request, long room, String why) {
        long before = Gateway.estimate(request);
        long now = before;
        int earlier = start.history().messages().size();
        boolean narrowed = earlier == 0;
        // A result that takes more than half of the room could not stay whole without the conversation either.
        for (int part = 2; now > room && part <= LEAST; part *= 2) {
            shortenResults(room / part);
            now = Gateway.estimate(request(Optional.empty()));
            long alone = now - ConversationView.tokens(start.history().messages());
            // Results first, as long as the rest takes all of the room; where it is longer than the context, nothing
            // helps.
            if (now > room && !narrowed && alone < (part < LEAST ? room : asking.promptRoom(0))) {
                narrowed = true;
                start = narrower.select(start.recalled(), Math.max(0, room - alone));
                sent.set(0, question());
                told.set(0, sent.get(0));
                now = Gateway.estimate(request(Optional.empty()));
            }
        }
        if (now >= before) {
            return false;
        }
        trace.step(
                "compose",
                "the prompt does not fit into the model's context and was shortened from " + before + " to " + now
                        + " tokens by our guess: " + why,
                Json.object()
                        .put("room", room)
                        .put(
                                "messagesLeftOut",
                                earlier - start.history().messages().size())
                        .put("resultsShownInPart", shownInPart())
                        .build());
        return true;
    }

    private void shortenResults(long tokens) {
        for (int i = 0; i < sent.size(); i++) {
            LlmMessage message = sent.get(i);
            if (message.role() == LlmMessage.Role.TOOL && ShortenedResult.tokens(message) > tokens) {
                sent.set(i, results.of(told.get(i), tokens));
            }
        }
    }

    private long shownInPart() {
        return IntStream.range(0, sent.size())
                .filter(i -> !sent.get(i).equals(told.get(i)))
                .count();
    }
}
