package io.arkestra.turn.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.CancelledException;
import io.arkestra.common.Json;
import io.arkestra.common.WellFormed;
import io.arkestra.learning.internal.Ways;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.Message;
import io.arkestra.memory.Passage;
import io.arkestra.memory.Recall;
import io.arkestra.persona.internal.Autonomy;
import io.arkestra.persona.internal.CriticReport;
import io.arkestra.persona.internal.EnvelopeText;
import io.arkestra.persona.internal.Intent;
import io.arkestra.persona.internal.JuniorReport;
import io.arkestra.persona.internal.Scene;
import io.arkestra.persona.internal.SeniorReply;
import io.arkestra.provenance.internal.ConversationProvenance;
import io.arkestra.text.internal.Phrasebook;
import io.arkestra.tool.internal.ToolRunner;
import io.arkestra.turn.internal.TurnState.Answered;
import io.arkestra.turn.internal.TurnState.Dispatched;
import io.arkestra.turn.internal.TurnState.Perceived;
import io.arkestra.turn.internal.TurnState.Recalled;
import io.arkestra.turn.internal.TurnState.Selected;
import io.arkestra.turn.internal.TurnState.Tuned;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The stages that make the answer: compose and act, in turns, until the senior asks for no more tools. */
final class Composition {
    /** How often the senior may go on after tools ran. */
    private static final int MOST_ROUNDS = 8;

    private final TurnServices services;
    private final TurnInput input;
    private final ModelCalls models;
    private final Trace trace;
    private final AnswerStream answer;
    private final Asking asking;
    private final TurnPrompt.Narrower narrower;

    private final List<LlmMessage> exchange = new ArrayList<>();
    private final Acting acting;
    private final List<ToolRunner.Done> tools;
    private final List<SeniorReply.Proposal> memories = new ArrayList<>();
    private final Set<String> cited = new LinkedHashSet<>();
    private List<SeniorReply.PlannedStep> plan = List.of();
    private @Nullable Selected selected;
    /** What is sent and answered in this turn, word for word. */
    private List<LlmMessage> sent = List.of();

    private AnswerStream.@Nullable Part speaking;
    private boolean byRules;
    /** The latest answer as the model wrote it, which is what its backend still knows. */
    private String written = "";

    Composition(
            TurnServices services,
            TurnInput input,
            ModelCalls models,
            BudgetMeter meter,
            Trace trace,
            AnswerStream answer,
            TurnPrompt.Narrower narrower) {
        this.services = services;
        this.input = input;
        this.models = models;
        this.trace = trace;
        this.answer = answer;
        this.narrower = narrower;
        this.asking = new Asking(services, input, trace);
        this.acting = new Acting(services, input, meter, trace);
        this.tools = acting.tools();
    }

    /** The next question to a user whom the assistant is getting to know, in the place of an answer. */
    Optional<Answered> onboarded(Perceived here) {
        if (input.wishes().dryRun()) {
            return Optional.empty();
        }
        Locale language = here.env().language();
        return services.persona()
                .onboarding()
                .reply(input.scope().user(), here.scene().person(), input.message(), language)
                .map(text -> {
                    trace.step("onboard", "the message belongs to getting to know the user");
                    byRules = true;
                    exchange.add(LlmMessage.assistant(text));
                    answer.say(text);
                    return new Answered(unasked(here), exchange, tools, memories, List.of(), List.of(), true);
                });
    }

    Answered compose(Selected start) {
        selected = start;
        byRules = services.persona().seniorIsOffline();
        TurnPrompt prompt = new TurnPrompt(services, input, models, trace, asking, narrower, start);
        sent = prompt.sent();
        begun(start);
        Optional<String> better = byRules ? Optional.empty() : asking.better(start);
        input.resumed().ifPresent(waited -> resume(waited, start, prompt));
        boolean answered = false;
        for (int round = 0; round < MOST_ROUNDS && !answered && !waits(); round++) {
            SeniorReply reply = reply(prompt, better, start);
            said(reply, prompt);
            answered = reply.toolCalls().isEmpty();
            if (!answered) {
                act(reply, start, prompt);
            }
        }
        if (!answered && !waits()) {
            trace.step("compose", "the senior asked for tools " + MOST_ROUNDS + " times, rules sum up");
            byRules = true;
            SeniorReply reply = ask(prompt, Optional.empty());
            said(reply.withoutCalls(), prompt);
        }
        try {
            goOn(start, prompt, better);
        } catch (BudgetMeter.Exhausted e) {
            // What was answered is whole; only the wish for more ends here.
            trace.step("critic", "the budget of " + e.kind() + " is used up, so the answer stays");
        }
        if (waits()) {
            nameWaiting(start);
            return answered(start);
        }
        nameMissing(start);
        nameUnanswered(start);
        offerOnboarding(start.perceived());
        return answered(start);
    }

    /** From here on what the senior sees is kept account of. */
    private void begun(Selected start) {
        ConversationProvenance provenance = services.tooling().provenance();
        List<Message> earlier = asking.earlier();
        provenance.begin(
                input.scope().withSession(input.session()),
                input.id(),
                input.resumed().isPresent() ? "" : input.message(),
                earlier,
                start.recalled().recall().passages(),
                start.perceived().state().portrait(),
                around(start.perceived().scene()));
        input.resumed().ifPresent(waited -> provenance.goesOn(input.id(), waited.turn(), waited.taints(), earlier));
    }

    /** What is known of the user, as far as others may have worded it. */
    private List<ConversationProvenance.Told> around(Scene scene) {
        return services
                .records()
                .surroundings()
                .doubted(input.scope().user(), scene.person(), input.scope().channel())
                .stream()
                .map(known -> new ConversationProvenance.Told(known.text(), known.taints()))
                .toList();
    }

    /** The call that the turn before waited with, as the model asked for it then. */
    private void resume(WaitingCall waited, Selected start, TurnPrompt prompt) {
        written = "";
        said(new SeniorReply("", List.of(waited.call()), List.of(), List.of(), List.of(), waited.quality()), prompt);
        acting.resume(waited, start, result -> told(result, prompt));
    }

    /** Says once what was not done because nobody answered in time. */
    private void nameUnanswered(Selected start) {
        if (input.wishes().dryRun()) {
            return;
        }
        List<String> unanswered =
                services.tooling().runner().unanswered(input.scope().user(), input.session());
        if (!unanswered.isEmpty()) {
            Phrasebook phrases = Phrasebook.of(start.perceived().env().language());
            String sentence = phrases.say("approval.expired", String.join(", ", unanswered));
            answer.say(sentence);
            say(LlmMessage.assistant(sentence));
        }
    }

    /** Whether a call waits for a person, so that the turn cannot go on now. */
    private boolean waits() {
        return !acting.waiting().isEmpty();
    }

    /** A new user hears once that they may say how they want it. */
    private void offerOnboarding(Perceived here) {
        if (input.wishes().dryRun()) {
            return;
        }
        services.persona()
                .onboarding()
                .offer(input.scope().user(), here.scene().person(), here.env().language())
                .ifPresent(answer::say);
    }

    /** In autonomous mode: the senior adds what a critic misses, until it is good enough or brings nothing new. */
    private void goOn(Selected start, TurnPrompt prompt, Optional<String> better) {
        Autonomy autonomy = services.persona().autonomy();
        int most = input.wishes().iterations(autonomy);
        Critic critic = new Critic(services, models, trace);
        for (int iteration = 1; iteration < most && !byRules && !waits(); iteration++) {
            CriticReport judgement = critic.judge(start.perceived().scene(), input.message(), spoken(), tools, plan);
            if (judgement.quality() >= autonomy.qualityThreshold()) {
                return;
            }
            LlmMessage goOn = services.persona()
                    .prompts()
                    .refinement(start.perceived().scene().prompts(), Optional.of(judgement));
            prompt.add(goOn);
            if (!added(start, prompt, better)) {
                trace.step("critic", "nothing new came, so the answer stays");
                return;
            }
        }
    }

    /** What the senior has to add, with the tools that it needs for it. Nothing of it is streamed: it is said once it is known to be new. */
    private boolean added(Selected start, TurnPrompt prompt, Optional<String> better) {
        boolean anything = false;
        for (int round = 0; round < MOST_ROUNDS; round++) {
            SeniorReply reply;
            try {
                LlmResponse response = prompt.ask(better, LlmListener::none, () -> false);
                written = response.text();
                EnvelopeText envelope = new EnvelopeText();
                String text = WellFormed.text(envelope.push(written) + envelope.finish())
                        .strip();
                reply = traced(response, SeniorReply.read(response, text, acting.next()));
            } catch (CancelledException e) {
                throw e;
            } catch (ArkestraException e) {
                trace.step("compose", "the senior adds nothing: " + e.code() + " " + e.getMessage());
                return anything;
            }
            boolean says = !reply.text().isBlank() && !spoken().contains(reply.text());
            boolean asks = reply.toolCalls().stream().anyMatch(this::isNew);
            if (!says && !asks) {
                return anything;
            }
            anything = true;
            if (says) {
                answer.say(reply.text());
            }
            said(says ? reply : reply.withText(""), prompt);
            if (reply.toolCalls().isEmpty()) {
                return true;
            }
            act(reply, start, prompt);
            if (waits()) {
                return true;
            }
        }
        return anything;
    }

    private boolean isNew(LlmToolCall call) {
        return tools.stream()
                .map(ToolRunner.Done::call)
                .noneMatch(made ->
                        made.name().equals(call.name()) && made.arguments().equals(call.arguments()));
    }

    private String spoken() {
        return exchange.stream()
                .filter(message -> message.role() == LlmMessage.Role.ASSISTANT)
                .map(LlmMessage::text)
                .filter(text -> !text.isBlank())
                .collect(Collectors.joining("\n"));
    }

    /** What would have been needed and does not exist is named, also by a model that forgot to. */
    private void nameMissing(Selected start) {
        Phrasebook say = Phrasebook.of(start.perceived().env().language());
        String spoken = spoken();
        for (JuniorReport.ToolRequest tool : start.junior().toolsRequest()) {
            if (!spoken.contains(tool.name())) {
                String sentence = tool.purpose().isBlank()
                        ? say.say("tool.missing", tool.name())
                        : say.say("tool.missing.for", tool.name(), tool.purpose());
                answer.say(sentence);
                say(LlmMessage.assistant(sentence));
            }
        }
    }

    /** After the turn was kept: what was sent begins the next prompt. An answer of the rules is rendered from the log instead. */
    void kept() {
        Selected start = selected;
        if (start != null && !byRules) {
            Set<String> shown = services.persona()
                    .prompts()
                    .shown(start.perceived().state(), start.recalled().recall());
            services.persona().sent().sent(input.scope().user(), input.session(), input.id(), sent, shown);
        }
    }

    /** The senior's reply; that of the rules when it gives none, and from then on. */
    private SeniorReply reply(TurnPrompt prompt, Optional<String> better, Selected start) {
        if (byRules) {
            return ask(prompt, better);
        }
        try {
            SeniorReply reply = ask(prompt, better);
            if (reply.text().isBlank() && reply.toolCalls().isEmpty()) {
                throw new LlmException(LlmException.Reason.MALFORMED_OUTPUT, "its answer holds no text");
            }
            return reply;
        } catch (CancelledException e) {
            throw e;
        } catch (ArkestraException e) {
            failed(e, start);
            byRules = true;
            return ask(prompt, better);
        }
    }

    private void said(SeniorReply reply, TurnPrompt prompt) {
        speaking = null;
        for (SeniorReply.Proposal memory : reply.memories()) {
            if (memory.text().length() <= MemoryDraft.MAX_TEXT) {
                memories.add(memory);
            } else {
                trace.step("compose", "not remembered: " + memory.text().length() + " characters are too many");
            }
        }
        cited.addAll(reply.sources());
        if (!reply.plan().isEmpty()) {
            plan = reply.plan();
        }
        services.tooling()
                .provenance()
                .wrote(
                        input.id(),
                        reply.plan().stream()
                                .map(SeniorReply.PlannedStep::tool)
                                .filter(tool -> !tool.isBlank())
                                .toList(),
                        reply.toolCalls());
        say(LlmMessage.assistant(reply.text(), reply.toolCalls()));
        LlmMessage asWritten = LlmMessage.assistant(written, reply.toolCalls());
        prompt.add(asWritten);
    }

    /** What is said in two pieces after each other is one message of the conversation. */
    private void say(LlmMessage message) {
        LlmMessage last = exchange.isEmpty() ? null : exchange.get(exchange.size() - 1);
        if (last != null
                && last.role() == LlmMessage.Role.ASSISTANT
                && last.toolCalls().isEmpty()) {
            exchange.set(
                    exchange.size() - 1,
                    LlmMessage.assistant(
                            message.text().isBlank() ? last.text() : last.text() + "\n" + message.text(),
                            message.toolCalls()));
        } else {
            exchange.add(message);
        }
    }

    private SeniorReply ask(TurnPrompt prompt, Optional<String> better) {
        LlmResponse response;
        if (!byRules) {
            response = prompt.ask(better, this::part, () -> !said().isEmpty());
        } else if (services.persona().seniorIsOffline()) {
            response = models.generate(services.persona().fallback(), prompt.request(better), part());
        } else {
            response = models.standIn(prompt.whole(better), part());
        }
        written = response.text();
        AnswerStream.Part part = Objects.requireNonNull(speaking);
        return traced(response, SeniorReply.read(response, part.finish(response.text()), acting.next()));
    }

    /** The next piece of the answer. */
    private AnswerStream.Part part() {
        AnswerStream.Part part = answer.part(input.cancel());
        speaking = part;
        return part;
    }

    /** What the piece that is being said has said so far. */
    private String said() {
        AnswerStream.Part part = speaking;
        return part == null ? "" : part.spoken();
    }

    private SeniorReply traced(LlmResponse response, SeniorReply reply) {
        trace.step(
                "compose",
                response.model() + " wrote " + reply.text().length() + " characters and asked for "
                        + reply.toolCalls().size() + " tools",
                Json.object()
                        .put(
                                "tools",
                                Json.strings(reply.toolCalls().stream()
                                        .map(LlmToolCall::name)
                                        .toList()))
                        .put("sources", Json.strings(reply.sources()))
                        .put(
                                "plan",
                                Json.array(reply.plan().stream()
                                        .map(SeniorReply.PlannedStep::toJson)
                                        .toList()))
                        .put("finish", response.finish().name())
                        .build());
        return reply;
    }

    private void act(SeniorReply reply, Selected start, TurnPrompt prompt) {
        acting.act(reply, start, result -> told(result, prompt));
    }

    /** The log has the whole of it. */
    private void told(LlmMessage result, TurnPrompt prompt) {
        exchange.add(result);
        prompt.result(result);
    }

    /** Says which calls wait for a person; the turn ends with that. */
    private void nameWaiting(Selected start) {
        Phrasebook phrases = Phrasebook.of(start.perceived().env().language());
        String sentence = phrases.say("approval.waiting", String.join(", ", acting.waiting()));
        answer.say(sentence);
        say(LlmMessage.assistant(sentence));
    }

    /** A senior that fails is replaced by the rules for the rest of the turn; the user is told, and still gets an answer. */
    private void failed(ArkestraException error, Selected start) {
        trace.step("compose", "the senior failed, rules answer: " + error.code() + " " + error.getMessage());
        services.publishFailure(input.scope().user(), input.id(), error);
        Phrasebook phrases = Phrasebook.of(start.perceived().env().language());
        answer.say(phrases.say("model.failed", why(error, phrases)));
    }

    /** Why there is no answer, for the user: what the backend wrote about it is in the explanation of the turn. */
    private static String why(ArkestraException error, Phrasebook phrases) {
        return error instanceof LlmException failure
                ? phrases.say(
                        "model.failed." + failure.reason().name().toLowerCase(Locale.ROOT),
                        String.valueOf(error.getMessage()))
                : phrases.say("model.failed.other");
    }

    private Answered answered(Selected start) {
        List<Message> log = cited.isEmpty() && input.resumed().isEmpty() ? List.of() : asking.earlier();
        List<Passage> inherited = input.resumed()
                .map(waited -> ReplySources.of(waited.turn(), log))
                .orElse(List.of());
        List<Passage> given = new ArrayList<>(inherited);
        given.addAll(ReplySources.given(tools));
        List<Passage> recalled = start.recalled().recall().passages();
        List<Passage> sources = ReplySources.of(cited, recalled, given, ReplySources.kept(log));
        return new Answered(start, exchange, tools, memories, sources, inherited, byRules);
    }

    /** What there is when the turn ends early; null when not even the message was kept. */
    @Nullable
    Answered partial(@Nullable Perceived perceived) {
        if (perceived == null) {
            return null;
        }
        List<LlmMessage> soFar = new ArrayList<>(exchange);
        String cut = said();
        if (!cut.isBlank()) {
            soFar.add(LlmMessage.assistant(cut));
        }
        Selected start = selected != null ? selected : unasked(perceived);
        return new Answered(start, soFar, tools, memories, List.of(), List.of(), byRules);
    }

    /** The state of a turn in which nobody was asked what the message wants. */
    private static Selected unasked(Perceived perceived) {
        JuniorReport nothing = JuniorReport.understood(Intent.STATEMENT, Json.emptyObject(), List.of(), "", 0);
        return new Selected(
                new Recalled(new Tuned(new Dispatched(perceived, nothing), null, Ways.NONE), Recall.empty()),
                OfferedTools.NONE,
                SentPrompts.View.EMPTY);
    }
}
