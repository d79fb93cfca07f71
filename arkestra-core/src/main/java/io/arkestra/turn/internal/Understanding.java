package io.arkestra.turn.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.CancelledException;
import io.arkestra.common.Json;
import io.arkestra.common.Principal;
import io.arkestra.common.ProjectId;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.event.Events;
import io.arkestra.learning.internal.Ways;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.memory.Passage;
import io.arkestra.memory.Recall;
import io.arkestra.memory.RecallQuery;
import io.arkestra.memory.UserState;
import io.arkestra.people.internal.PeopleStore;
import io.arkestra.people.internal.ProfileFields;
import io.arkestra.persona.internal.Intent;
import io.arkestra.persona.internal.JuniorReport;
import io.arkestra.persona.internal.PromptBlocks;
import io.arkestra.persona.internal.Scene;
import io.arkestra.text.internal.Language;
import io.arkestra.tool.ToolSelection;
import io.arkestra.tool.ToolSpec;
import io.arkestra.turn.internal.TurnState.Dispatched;
import io.arkestra.turn.internal.TurnState.Perceived;
import io.arkestra.turn.internal.TurnState.Recalled;
import io.arkestra.turn.internal.TurnState.Selected;
import io.arkestra.turn.internal.TurnState.Tuned;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The stages before the answer: perceive, dispatch, feel, recall, select. */
final class Understanding {
    private static final int MOST_HISTORY = 200;
    /** Tools that are told apart; the others follow by name. */
    private static final int RANKED = 64;
    /** Of the context, one part in so many is for descriptions of tools beside one message. */
    private static final int DESCRIPTIONS = 8;

    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final TurnServices services;
    private final TurnInput input;
    private final ModelCalls models;
    private final Trace trace;
    private final Asking asking;
    private final UserId user;

    Understanding(TurnServices services, TurnInput input, ModelCalls models, Trace trace) {
        this.services = services;
        this.input = input;
        this.models = models;
        this.trace = trace;
        this.asking = new Asking(services, input, trace);
        this.user = input.scope().user();
    }

    /** Keeps the message, so that nothing that happens later can lose it, and looks around. */
    Perceived perceive() {
        record Begun(Json profile, Optional<String> name, Map<String, String> facts, Message stored, Json session) {}
        Instant now = services.clock().instant();
        Surroundings around = services.records().surroundings();
        Begun begun = services.records().store().inTransaction(tx -> {
            Json profile = services.records().people().profile(tx, user);
            ConversationLog.Entry entry = input.resumed().isPresent()
                    ? new ConversationLog.Entry(Origin.SYSTEM, "approval", input.message(), Json.emptyObject())
                    : new ConversationLog.Entry(
                            Origin.USER,
                            profile.string("name").orElse(user.value()),
                            input.message(),
                            Json.emptyObject());
            ConversationLog log = services.records().log();
            Message stored = input.wishes().dryRun()
                    ? log.imagined(tx, user, input.session(), input.id(), entry, now)
                    : log.append(tx, user, input.session(), input.id(), 0, List.of(entry), now)
                            .get(0);
            return new Begun(
                    profile,
                    around.name(tx, user, profile, input.scope().channel()),
                    around.facts(tx, user, input.session(), input.wishes()),
                    stored,
                    services.records().log().session(tx, user, input.session()));
        });
        Json session = begun.session();
        boolean opening = session.integer("turns").orElse(0L) == 0
                || session.string("ended").isPresent();
        Locale language = ProfileFields.wantedLanguage(begun.profile())
                .orElseGet(() -> services.persona().language().apply(input.message()));
        // What the prompts of a conversation are written in stays the same, or they would not begin as the one before.
        Locale prompts = session.string("language").map(Locale::forLanguageTag).orElse(language);
        PromptBlocks.Env env = new PromptBlocks.Env(
                ZonedDateTime.ofInstant(
                        now,
                        PeopleStore.zone(begun.profile())
                                .orElse(services.persona().zone())),
                ProfileFields.isFamiliar(begun.profile()) ? Language.familiar(language) : language,
                begun.name().orElse(null),
                services.persona().seniorIsOffline() && !session.bool("noticed").orElse(false));
        Optional<ProjectId> project = input.scope().project();
        trace.step(
                "perceive",
                "message " + begun.stored().id() + ", language "
                        + env.language().getLanguage() + ", persona "
                        + services.persona().prompts().version() + " in " + prompts.getLanguage()
                        + project.map(id -> ", project " + id).orElse(""),
                env.toJson());
        Scene.EnvBrief brief = services.persona().isOffline()
                ? Scene.EnvBrief.NONE
                : around.brief(input, begun.facts(), now, env.now().getZone(), trace);
        Scene scene = new Scene(
                prompts,
                env,
                state(opening),
                begun.profile(),
                brief,
                input.wishes().adapt());
        return new Perceived(input, begun.stored(), scene);
    }

    /** What earlier conversations and this one left; a memory that cannot tell does not stop the turn. */
    private PromptBlocks.State state(boolean opening) {
        if (!input.wishes().dryRun()) {
            learn();
        }
        try {
            UserState portrait = services.records().memory().sessions().state(input.scope());
            if (!portrait.isEmpty()) {
                trace.step(
                        "perceive",
                        (opening ? "the conversation opens with" : "known from before:")
                                + (portrait.lastSummary().isEmpty() ? "" : " a summary of the last one,")
                                + " " + portrait.goals().size() + " goals, "
                                + portrait.moods().size() + " moods, "
                                + portrait.preferences().size() + " preferences, "
                                + portrait.pending().size() + " pending",
                        Json.object()
                                .put("opening", opening)
                                .putIfPresent("madeAt", portrait.updatedAt().map(Object::toString))
                                .build());
            }
            return new PromptBlocks.State(opening, portrait);
        } catch (ArkestraException e) {
            trace.step("perceive", "the memory cannot tell what earlier conversations left: " + e.code());
            return PromptBlocks.State.NONE;
        }
    }

    /** Of a turn that goes on from one before: what it is about was understood then. */
    Selected understood(Perceived perceived) {
        JuniorReport nothing = JuniorReport.understood(Intent.STATEMENT, Json.emptyObject(), List.of(), "", 0);
        return select(new Recalled(new Tuned(new Dispatched(perceived, nothing), null, Ways.NONE), Recall.empty()));
    }

    Selected understand(Perceived perceived) {
        Dispatched dispatched = new JuniorStage(services, input, models, trace).dispatch(perceived);
        input.cancel().throwIfCancelled();
        Tuned tuned = new Tuning(services, input, trace).tune(dispatched);
        Recalled recalled = recall(tuned);
        input.cancel().throwIfCancelled();
        return select(recalled);
    }

    /** Work of others that may be slow, on a thread that can be left behind. */
    private <T> T leavable(Callable<T> work, String what) {
        return services.workers()
                .call(
                        work,
                        input.cancel(),
                        LONGEST,
                        () -> new ArkestraException(
                                "engine.slow", what + " took longer than " + LONGEST.toSeconds() + " s"));
    }

    private Recalled recall(Tuned tuned) {
        JuniorReport junior = tuned.dispatched().junior();
        services.records().remembering().settle(user, input.cancel());
        long start = System.nanoTime();
        Recall recall;
        if (junior.intent() == Intent.HISTORY) {
            recall = leavable(() -> history(junior), "recall");
        } else if (junior.recallQuery().isBlank()) {
            trace.step("recall", "nothing to look up");
            return new Recalled(tuned, Recall.empty());
        } else {
            RecallQuery query = RecallQuery.about(junior.recallQuery()).excluding(input.id());
            recall = leavable(() -> services.records().memory().recall(input.scope(), query), "recall");
        }
        RelevanceGate gate = services.persona().relevance();
        RelevanceGate.Passed passed = gate.pass(recall);
        recall = passed.recall();
        List<String> ids = recall.passages().stream().map(Passage::id).toList();
        trace.step(
                "recall",
                recall.passages().size() + " passages for '" + junior.recallQuery() + "'" + passed.reason(gate.below()),
                Json.object()
                        .put(
                                "passages",
                                Json.array(recall.passages().stream()
                                        .map(Understanding::scored)
                                        .toList()))
                        .put("notes", Json.strings(recall.notes()))
                        .putIfPresent(
                                "leftOut",
                                passed.leftOut().isEmpty()
                                        ? Optional.empty()
                                        : Optional.of(Json.array(passed.leftOut().stream()
                                                .map(Understanding::scored)
                                                .toList())))
                        .build());
        services.bus()
                .publish(new Events.Recalled(
                        services.bus().nextHeader(user, input.id()), ids, Duration.ofNanos(System.nanoTime() - start)));
        return new Recalled(tuned, recall);
    }

    /** What was said a moment ago is known before it is asked for; a memory that cannot learn does not stop the turn. */
    private void learn() {
        try {
            leavable(
                    () -> {
                        services.records().memory().sessions().learn(input.scope());
                        return true;
                    },
                    "learning");
        } catch (CancelledException e) {
            trace.step("perceive", "nothing was learned from what was said just now: the turn was cancelled");
        } catch (ArkestraException e) {
            trace.step("perceive", "nothing was learned from what was said just now: " + e.code());
        }
    }

    /** What was said in a span of time: all of it in order, or what is about a topic. */
    private Recall history(JuniorReport junior) {
        Instant from = Instant.parse(junior.slot("from"));
        Instant to = Instant.parse(junior.slot("to"));
        String topic = junior.slot("topic");
        if (!topic.isBlank()) {
            return services.records()
                    .memory()
                    .recall(
                            input.scope(),
                            RecallQuery.about(topic).between(from, to).excluding(input.id()));
        }
        List<Passage> passages = new ArrayList<>();
        for (Message message : services.records().memory().messages(input.scope(), from, to, MOST_HISTORY)) {
            if (!message.turn().equals(input.id())) {
                passages.add(Passage.builder(message.id(), Passage.Kind.MESSAGE, message.text(), message.at())
                        .speaker(message.speaker())
                        .origin(message.origin())
                        .taints(message.taints())
                        .score(1, Map.of())
                        .build());
            }
        }
        return Recall.of(passages, List.of());
    }

    private static Json scored(Passage passage) {
        Json.ObjectBuilder parts = Json.object();
        passage.scoreParts().forEach((name, value) -> parts.put(name, Math.round(value * 1000) / 1000.0));
        return Json.object()
                .put("id", passage.id())
                .put("score", Math.round(passage.score() * 1000) / 1000.0)
                .put("parts", parts.build())
                .build();
    }

    /** What the policy would not refuse outright; what the junior hinted at first. */
    private Selected select(Recalled recalled) {
        return select(recalled, asking.history());
    }

    /** Selects again, because the prompt was too long: with as many tokens for the conversation before. */
    Selected narrowed(Recalled recalled, long room) {
        return select(recalled, asking.history(room));
    }

    private Selected select(Recalled recalled, SentPrompts.View history) {
        JuniorReport junior = recalled.tuned().dispatched().junior();
        List<String> hints = Stream.concat(
                        junior.toolsHint().stream(),
                        junior.toolsRequest().stream().map(JuniorReport.ToolRequest::name))
                .toList();
        Scope actor = input.scope().withPrincipal(Principal.model("senior"));
        List<ToolSpec> allowed = leavable(() -> services.tooling().selector().available(actor), "the policy");
        OfferedTools offered = offered(allowed, hints, history, () -> ranked(allowed, junior.recallQuery(), actor));
        List<JuniorReport.ToolRequest> missing = recalled.tuned().dispatched().junior().toolsRequest().stream()
                .filter(tool -> !services.tooling().registry().names().contains(tool.name()))
                .toList();
        trace.step(
                "select",
                offered.count() + " of " + services.tooling().registry().names().size() + " tools offered"
                        + offered.why()
                        + (missing.isEmpty() ? "" : ", " + missing.size() + " asked for that do not exist"),
                offered.detail());
        return new Selected(
                recalled.wishingOnlyFor(missing), offered, offered.anew() ? history.withoutTools() : history);
    }

    /** Tools for the message; those that the conversation keeps are written down. */
    private OfferedTools offered(
            List<ToolSpec> allowed, List<String> hints, SentPrompts.View history, Supplier<ToolSelection> ranking) {
        SentPrompts sent = services.persona().sent();
        UnaryOperator<ToolSpec> words =
                tool -> services.tooling().descriptions().of(user, input.session(), tool);
        OfferedTools.Before before = OfferedTools.Before.of(
                sent.offered(user, input.session()), history, asking.guessedContext() / DESCRIPTIONS, words);
        OfferedTools offered = OfferedTools.of(allowed, hints, before, ranking).described(words);
        if (offered.anew()) {
            sent.offer(user, input.session(), offered.names());
        }
        return offered;
    }

    /**
     * The order by fit; when that fails, that of names, because a message must be answered all the same. What the junior would look up
     * says in its own words what the message is about.
     */
    private ToolSelection ranked(List<ToolSpec> allowed, String recallQuery, Scope actor) {
        String query = recallQuery.isBlank() || recallQuery.equals(input.message())
                ? input.message()
                : input.message() + "\n" + recallQuery;
        try {
            return leavable(
                    () -> services.tooling().selector().rank(allowed, actor, query, RANKED, input.cancel()),
                    "the choice of tools");
        } catch (CancelledException e) {
            throw e;
        } catch (ArkestraException e) {
            return new ToolSelection(List.of(), false, 0, List.of("tools could not be ranked: " + e.code()));
        }
    }
}
