package io.arkestra.turn.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Budget;
import io.arkestra.common.CancelledException;
import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.event.Events;
import io.arkestra.guard.GuardContext;
import io.arkestra.guard.GuardResult;
import io.arkestra.guard.internal.GuardSettings;
import io.arkestra.learning.internal.Ways;
import io.arkestra.llm.LlmMessage;
import io.arkestra.memory.Origin;
import io.arkestra.memory.Passage;
import io.arkestra.neuro.NeuroChange;
import io.arkestra.neuro.internal.Felt;
import io.arkestra.persona.internal.Intent;
import io.arkestra.provenance.internal.ConversationProvenance;
import io.arkestra.store.DocTransaction;
import io.arkestra.text.internal.Phrasebook;
import io.arkestra.tool.internal.ToolRunner;
import io.arkestra.turn.internal.TurnState.Answered;
import io.arkestra.turn.internal.TurnState.Perceived;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one turn from message to reply: perceive, dispatch, recall, select, compose and act, remember. Each stage takes a value and
 * returns a value; the guard stands in the answer's way out. However the turn ends, what there is of it is kept. Used once, by one
 * thread.
 */
public final class TurnPipeline {
    private static final Logger log = LoggerFactory.getLogger(TurnPipeline.class);
    private static final String WALL = "budget: wall-clock time";

    private final TurnServices services;
    private final TurnInput input;
    /** Whether the message held a secret, which is masked everywhere from here on; the user is told. */
    private final boolean withoutSecrets;

    private final UserId user;
    private final Instant startedAt;
    private final Trace trace;
    private final BudgetMeter meter;
    private final AnswerStream answer;
    private final Understanding understanding;
    private final Composition composition;
    private @Nullable Perceived perceived;

    public TurnPipeline(TurnServices services, TurnInput asked) {
        this.services = services;
        GuardResult said = services.guard().inspect(asked.message(), GuardContext.of(GuardContext.Direction.FROM_USER));
        this.withoutSecrets =
                said.findings().stream().anyMatch(finding -> finding.type().equals(GuardSettings.SECRET));
        this.input = said.changed() ? asked.withMessage(said.text()) : asked;
        this.user = input.scope().user();
        this.startedAt = services.clock().instant();
        this.trace = new Trace(startedAt);
        this.meter = new BudgetMeter(input.budget());
        this.answer = new AnswerStream(services.guard(), readers(asked), this::released);
        ModelCalls models = new ModelCalls(services, input, meter);
        this.understanding = new Understanding(services, input, models, trace);
        this.composition = new Composition(services, input, models, meter, trace, answer, understanding::narrowed);
    }

    /** Others who take part see the answer too. */
    private static GuardContext readers(TurnInput asked) {
        return asked.wishes().participants().isEmpty()
                ? GuardContext.toOwner()
                : GuardContext.of(GuardContext.Direction.TO_USER).recipient(GuardContext.Recipient.GROUP);
    }

    /** Runs the turn. Never throws: what goes wrong is the result. */
    public TurnResult run() {
        long start = System.nanoTime();
        services.bus()
                .publish(new Events.TurnStarted(
                        services.bus().nextHeader(user, input.id()),
                        input.session().value()));
        TurnResult result;
        try (Timer timer = wallTimer()) {
            result = attempt();
        } finally {
            services.tooling().provenance().end(input.id());
        }
        services.bus()
                .publish(new Events.TurnEnded(
                        services.bus().nextHeader(user, input.id()),
                        result.end().name(),
                        Duration.ofNanos(System.nanoTime() - start)));
        return result;
    }

    private TurnResult attempt() {
        try {
            Perceived here = understanding.perceive();
            perceived = here;
            input.cancel().throwIfCancelled();
            Answered answered = input.resumed().isPresent()
                    ? composition.compose(understanding.understood(here))
                    : composition.onboarded(here).orElseGet(() -> composition.compose(understanding.understand(here)));
            if (withoutSecrets) {
                answer.say(Phrasebook.of(here.env().language()).say("secret.masked"));
            }
            answer.finish();
            input.cancel().throwIfCancelled();
            return commit(waits(answered) ? TurnResult.End.NEEDS_APPROVAL : TurnResult.End.COMPLETED, answered, null);
        } catch (BudgetMeter.Exhausted e) {
            return ended(TurnResult.End.OVER_BUDGET, e.kind(), null);
        } catch (CancelledException e) {
            boolean wall = input.cancel().reason().map(WALL::equals).orElse(false);
            return wall
                    ? ended(TurnResult.End.OVER_BUDGET, Budget.Kind.WALL, null)
                    : ended(TurnResult.End.CANCELLED, null, null);
        } catch (ArkestraException e) {
            return ended(TurnResult.End.FAILED, null, e);
        } catch (RuntimeException | Error e) { // a turn that does not end would keep its session waiting for ever
            log.error(
                    "Turn {} failed unexpectedly with {}",
                    input.id(),
                    e.getClass().getName());
            log.debug("Turn {} failed unexpectedly", input.id(), e);
            return ended(TurnResult.End.FAILED, null, unexpected(e));
        }
    }

    private static ArkestraException unexpected(Throwable failure) {
        return new ArkestraException("engine.failed", "Unexpected failure: " + failure, failure);
    }

    /** An end before the answer was whole: what there is of it is kept, as far as the store lets us. */
    private TurnResult ended(TurnResult.End end, Budget.@Nullable Kind exhausted, @Nullable ArkestraException error) {
        if (error != null) {
            services.publishFailure(user, input.id(), error);
        }
        Answered partial = composition.partial(perceived);
        try {
            if (input.cancel().isCancelled()) {
                answer.breakOff();
            } else {
                answer.finish();
            }
            if (partial != null) {
                commit(end, partial, error);
            }
        } catch (RuntimeException | Error e) {
            if (error == null) {
                ArkestraException failure = e instanceof ArkestraException known ? known : unexpected(e);
                return result(TurnResult.End.FAILED, partial, null, failure);
            }
            error.addSuppressed(e);
        }
        return result(end, partial, exhausted, error);
    }

    /**
     * Keeps everything at once: the exchange, the session, the trace, and the job that will write to memory if there is anything to
     * write. When this returns it is on disk, and only then may anybody be told that the turn is done.
     */
    private TurnResult commit(TurnResult.End end, Answered answered, @Nullable ArkestraException error) {
        if (input.wishes().dryRun()) {
            return rehearsed(end, answered, error);
        }
        Perceived here = answered.selected().perceived();
        boolean complete = whole(end);
        boolean teaches = complete && !answered.memories().isEmpty();
        String summary = error == null ? end.name() : end.name() + " " + error.code();
        trace.step("remember", complete ? answered.memories().size() + " to remember" : "ended: " + summary);
        Json explanation = services.records().traces().masked(trace.toJson(end.name()));
        List<ConversationLog.Entry> entries = entries(answered, end);
        if (teaches) {
            services.records().remembering().queued(user, input.id());
        }
        Optional<NeuroChange> moved;
        try {
            moved = services.records().store().inTransaction(tx -> {
                services.records()
                        .log()
                        .append(
                                tx,
                                user,
                                input.session(),
                                input.id(),
                                1,
                                entries,
                                services.clock().instant());
                boolean noticed = here.env().notice() && complete;
                Instant now = services.clock().instant();
                long turns = services.records()
                        .log()
                        .touch(
                                tx,
                                user,
                                input.session(),
                                now,
                                noticed,
                                here.scene().prompts());
                boolean goodbye = complete && answered.selected().junior().intent() == Intent.GOODBYE;
                services.records().ending().after(tx, user, input.session(), now, turns, goodbye);
                services.records()
                        .traces()
                        .save(
                                tx,
                                user,
                                input.id(),
                                explanation,
                                services.clock().instant());
                if (teaches) {
                    services.records()
                            .jobs()
                            .submit(
                                    tx,
                                    services.records()
                                            .remembering()
                                            .job(
                                                    input,
                                                    here.stored(),
                                                    answered.memories(),
                                                    services.tooling()
                                                            .provenance()
                                                            .taints(input.id())));
                }
                return complete ? tuned(tx, answered, now) : Optional.empty();
            });
        } catch (RuntimeException | Error e) {
            services.records().remembering().abandoned(user, input.id());
            throw e;
        }
        services.records().store().sync();
        moved.ifPresent(change -> services.persona().neuro().told(user, change));
        if (complete) {
            composition.kept();
        }
        return result(end, answered, null, error);
    }

    private static boolean waits(Answered answered) {
        return answered.tools().stream().anyMatch(done -> done.approval().isPresent());
    }

    /** Whether the turn came to its own end: what waits for a person goes on in another one. */
    private static boolean whole(TurnResult.End end) {
        return end == TurnResult.End.COMPLETED || end == TurnResult.End.NEEDS_APPROVAL;
    }

    /** Of a rehearsal nothing is kept but why it went as it did. */
    private TurnResult rehearsed(TurnResult.End end, Answered answered, @Nullable ArkestraException error) {
        trace.step("remember", "a rehearsal: neither the message nor the answer is kept, and nothing is learned");
        Json explanation = services.records().traces().masked(trace.toJson(end.name()));
        Instant now = services.clock().instant();
        services.records().store().inTransaction(tx -> {
            services.records().traces().save(tx, user, input.id(), explanation, now);
            return true;
        });
        return result(end, answered, null, error);
    }

    /** Keeps how the mood moved, and what feedback on this turn will be about. */
    private Optional<NeuroChange> tuned(DocTransaction tx, Answered answered, Instant now) {
        Ways ways = answered.derived() ? Ways.NONE : answered.selected().tuned().ways();
        List<String> tools = answered.tools().stream()
                .map(done -> done.call().name())
                .distinct()
                .toList();
        Json context = Tuning.context(answered.selected(), tools);
        services.persona().learning().keep(tx, user, input.id(), ways, context, now);
        Felt felt = answered.selected().tuned().felt();
        return felt == null ? Optional.empty() : services.persona().neuro().keep(tx, user, input.id(), felt.asked());
    }

    /** What the senior said and the tools answered, as entries of the log. */
    private List<ConversationLog.Entry> entries(Answered answered, TurnResult.End end) {
        List<ConversationLog.Entry> entries = new ArrayList<>();
        // Results are told in the order of the calls.
        Iterator<ToolRunner.Done> calls = answered.tools().iterator();
        for (LlmMessage message : answered.exchange()) {
            if (message.role() == LlmMessage.Role.TOOL) {
                List<Passage> sources = calls.hasNext() ? calls.next().facts().sources() : List.of();
                entries.add(new ConversationLog.Entry(
                        Origin.TOOL,
                        "tool",
                        message.text(),
                        marked(ReplySources.with(
                                Json.object()
                                        .put("call", message.toolCallId().orElse(""))
                                        .build(),
                                sources))));
            } else {
                entries.add(new ConversationLog.Entry(
                        Origin.ASSISTANT,
                        services.persona().assistantName(),
                        message.text(),
                        marked(detail(message, answered, end, entries.isEmpty()))));
            }
        }
        return entries;
    }

    /** Coarse, as all of this: whatever was seen in the turn may be in each of its messages. */
    private Json marked(Json detail) {
        return services.tooling().provenance().marked(input.id(), detail);
    }

    /** @param first whether it begins the answer: there the junior's decision is kept, which data sets are made of */
    private Json detail(LlmMessage message, Answered answered, TurnResult.End end, boolean first) {
        Json.ObjectBuilder detail = Json.object();
        if (!message.toolCalls().isEmpty()) {
            detail.put(
                    "tool_calls",
                    Json.array(message.toolCalls().stream()
                            .map(call -> Json.object()
                                    .put("id", call.id())
                                    .put("name", call.name())
                                    .put("arguments", call.arguments())
                                    .build())
                            .toList()));
        }
        if (answered.derived()) {
            detail.put("derived", true);
        }
        if (!whole(end)) {
            detail.put("ended", end.name());
        } else if (first) {
            Perceived here = answered.selected().perceived();
            detail.put(
                            "junior",
                            services.records()
                                    .traces()
                                    .masked(answered.selected().junior().toJson()))
                    .put("env", here.env().situation());
        }
        if (first && (waits(answered) || input.resumed().isPresent())) {
            detail.put(
                    ConversationProvenance.SO_FAR,
                    services.tooling().provenance().soFar(input.id()));
        }
        return first ? ReplySources.with(detail.build(), answered.inherited()) : detail.build();
    }

    private TurnResult result(
            TurnResult.End end,
            @Nullable Answered answered,
            Budget.@Nullable Kind exhausted,
            @Nullable ArkestraException error) {
        return new TurnResult(
                end,
                answer.text(),
                answered == null ? List.of() : answered.sources(),
                answered == null ? List.of() : answered.tools(),
                meter.usage(),
                exhausted,
                error);
    }

    private void released(String text) {
        services.bus().publish(new Events.TextDelta(services.bus().nextHeader(user, input.id()), text));
        try {
            input.onText().accept(text);
        } catch (RuntimeException e) {
            log.warn(
                    "The text listener of turn {} failed with {}",
                    input.id(),
                    e.getClass().getName());
            log.debug("The text listener of turn {} failed", input.id(), e);
        }
    }

    private Timer wallTimer() {
        if (input.budget().wall().isEmpty()) {
            return () -> {};
        }
        ScheduledFuture<?> timer = services.timer()
                .schedule(
                        () -> input.cancel().cancel(WALL),
                        TimeUnit.NANOSECONDS.convert(input.budget().wall().get()),
                        TimeUnit.NANOSECONDS);
        return () -> timer.cancel(false);
    }

    /** Something to be closed that does not throw. */
    @FunctionalInterface
    private interface Timer extends AutoCloseable {
        @Override
        void close();
    }
}
