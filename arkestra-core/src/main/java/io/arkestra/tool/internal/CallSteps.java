package io.arkestra.tool.internal;

import io.arkestra.common.CancelledException;
import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.event.Events;
import io.arkestra.guard.GuardContext;
import io.arkestra.guard.internal.GuardedJson;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.memory.Passage;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Risk;
import io.arkestra.provenance.internal.Flows;
import io.arkestra.provenance.internal.UntrustedResult;
import io.arkestra.store.DocTransaction;
import io.arkestra.tool.Artifact;
import io.arkestra.tool.ArtifactWriter;
import io.arkestra.tool.EffectState;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** The steps of one call of a tool that exists. Used once, by one thread. */
final class CallSteps {
    /** How often a person may change the arguments of one call before it counts as refused. */
    private static final int MOST_EDITS = 4;
    /** How many sources of one result are kept. */
    private static final int MOST_SOURCES = 50;

    private final CallServices services;
    private final ToolRegistry.Entry entry;
    private final ToolSpec spec;
    private final LlmToolCall asked;
    private final ToolRunner.Place place;
    private final String id;
    private final SeenWords words;
    private final boolean effects;
    private final CallAnswers say;

    private Prepared prepared = Prepared.nothing();
    private Optional<Decision> decision = Optional.empty();
    private List<Artifact> artifacts = List.of();
    private Optional<String> approval = Optional.empty();
    private List<Passage> sources = List.of();
    /** Whether the tool was left behind, so that nobody knows what becomes of its effect. */
    private volatile boolean leftBehind;

    /** What is to be done, judged. */
    private record Judged(Action action, Decision decision) {}

    CallSteps(CallServices services, ToolRegistry.Entry entry, LlmToolCall asked, ToolRunner.Place place) {
        this.services = services;
        this.entry = entry;
        this.spec = entry.spec();
        this.asked = asked;
        this.place = place;
        this.id = place.callId(asked);
        this.words = new SeenWords(services, entry, place);
        this.effects = spec.sideEffect() != ToolSpec.SideEffect.NONE;
        this.say = new CallAnswers(asked, spec.name(), effects);
    }

    /** What is known by now. */
    ToolRunner.Facts facts() {
        return new ToolRunner.Facts(id, prepared, decision, artifacts, approval, sources);
    }

    /** What it would touch; a call whose arguments are wrong touches nothing. */
    Footprint footprint() {
        if (!(guarded(services.arguments().check(spec, asked.arguments())) instanceof ToolArguments.Valid valid)) {
            return Footprint.NOTHING;
        }
        ToolCall call = ToolCall.of(id, spec.name(), valid.arguments());
        try {
            return new Footprint(effects, within(() -> entry.tool().targets(call, context(StepContext.NO_FILES))));
        } catch (CancelledException e) {
            throw e;
        } catch (RuntimeException e) { // it will be told when the call is made
            return new Footprint(effects, List.of());
        }
    }

    ToolRunner.Done run() {
        String arguments = asked.arguments();
        Optional<Decision> agreed = Optional.empty();
        for (int round = 0; round < MOST_EDITS; round++) {
            ToolArguments.Checked checked = guarded(services.arguments().check(spec, arguments));
            if (checked instanceof ToolArguments.Invalid invalid) {
                return ToolRunner.failed(asked, "tool.invalid-arguments", invalid.forModel());
            }
            ToolCall call = ToolCall.of(id, spec.name(), ((ToolArguments.Valid) checked).arguments());
            Judged judged = judged(call);
            Decision verdict = judged.decision();
            decision = Optional.of(verdict);
            told(verdict);
            boolean asks = verdict.effect() == Decision.Effect.ASK;
            if (!asks && verdict.effect() != Decision.Effect.ALLOW) {
                return say.denied(verdict, String.join("; ", verdict.reasons()));
            }
            prepared = within(() -> entry.tool().prepare(call, context(StepContext.NO_FILES)));
            if (place.dryRun() && (effects || asks)) {
                return say.rehearsed(prepared, asks);
            }
            if (!asks || agreed.filter(before -> covers(before, verdict)).isPresent()) {
                return made(call, judged);
            }
            Approver.Verdict answer = services.approver().ask(place, call, prepared, judged.action(), verdict);
            if (answer instanceof Approver.Agreed) {
                return isStill(call) ? made(call, judged) : say.changed();
            } else if (answer instanceof Approver.Edited edited) {
                // Who wrote other arguments had this in view too.
                if (!isStill(call)) {
                    return say.changed();
                }
                arguments = edited.arguments().toString();
                agreed = Optional.of(verdict);
            } else if (answer instanceof Approver.Parked parked) {
                approval = Optional.of(parked.approval());
                return say.parked(parked.approval());
            } else if (answer instanceof Approver.Refused refused) {
                return say.denied(
                        verdict, refused.reason() + "; it was asked because " + String.join("; ", verdict.reasons()));
            }
        }
        return say.denied(
                decision.orElseThrow(), "the arguments were changed " + MOST_EDITS + " times without an agreement");
    }

    /** What the tool may have of valid arguments; the schema holds for what is left too. */
    private ToolArguments.Checked guarded(ToolArguments.Checked checked) {
        if (!(checked instanceof ToolArguments.Valid valid)) {
            return checked;
        }
        Json guarded =
                GuardedJson.of(services.guard(), valid.arguments(), GuardContext.of(GuardContext.Direction.TO_TOOL));
        return guarded.equals(valid.arguments())
                ? checked
                : services.arguments().check(spec, guarded.toString());
    }

    /**
     * What the tool would touch, what is known about where that comes from, and the verdict; on a thread that can be left behind, because
     * tools and policies of the host may be slow. A policy that does not decide denies.
     */
    private Judged judged(ToolCall call) {
        return services.workers()
                .call(
                        () -> {
                            Action.Builder told = Action.toolCall(spec, call.arguments(), place.quality()).toBuilder()
                                    .targets(entry.tool().targets(call, context(StepContext.NO_FILES)))
                                    .trust(entry.trust())
                                    .sandbox(spec.sandbox());
                            Action action = words.observed(told.build());
                            return new Judged(action, decided(action));
                        },
                        place.cancel(),
                        spec.timeout(),
                        () -> new ToolException(
                                ToolException.Reason.TIMEOUT,
                                "It was not decided within " + spec.timeout().toMillis() + " ms whether '" + spec.name()
                                        + "' may be called"));
    }

    private Decision decided(Action action) {
        try {
            return place.dryRun()
                    ? services.facts().rehearse(services.policy(), action, place.actor(), place.zone())
                    : services.facts().decide(services.policy(), action, place.actor(), place.zone());
        } catch (CancelledException e) {
            throw e;
        } catch (RuntimeException e) {
            return Decision.deny("policy.error", String.valueOf(e.getMessage()));
        }
    }

    private void told(Decision verdict) {
        services.bus()
                .publish(new Events.PolicyDecided(
                        services.bus().nextHeader(place.scope().user(), place.turn()),
                        asked.id(),
                        asked.name(),
                        verdict.effect(),
                        verdict.rules()));
        Json detail = Json.object()
                .put("call", id)
                .put("risk", verdict.risk().score())
                .put("dryRun", place.dryRun())
                .build();
        services.ledger()
                .record("decision", place.actor(), spec.name(), verdict.effect().name(), verdict.rules(), detail);
    }

    /** Whether who agreed to the one has agreed to the other: no new rule asks, nothing more is obliged to, and the risk is no higher. */
    private static boolean covers(Decision before, Decision now) {
        Risk.Level then = before.risk().level();
        return before.rules().containsAll(now.rules())
                && before.obligations().containsAll(now.obligations())
                && now.risk().level().compareTo(then) <= 0;
    }

    /** Whether a call is still what was agreed to: while somebody thought about it, what it would change may have become something else. */
    private boolean isStill(ToolCall call) {
        Prepared now = within(() -> entry.tool().prepare(call, context(StepContext.NO_FILES)));
        boolean same = now.stateDigest().equals(prepared.stateDigest())
                && now.effects().equals(prepared.effects())
                && now.preview().equals(prepared.preview());
        if (same) {
            prepared = now;
        }
        return same;
    }

    private ToolRunner.Done made(ToolCall call, Judged judged) {
        List<Target> targets = judged.action().targets();
        Flows flows = new Flows(
                services.records().marks(),
                place.scope().user(),
                id,
                targets,
                prepared.flows(),
                services.provenance().taints(place),
                UntrustedResult.sources(spec, entry.trust(), Set.of()));
        if (!effects) {
            return called(call, targets, flows);
        }
        Optional<ToolRunner.Done> before =
                services.records().find(place.scope().user(), id).flatMap(say::madeBefore);
        if (before.isPresent()) {
            return before.get();
        }
        StoredVerdict verdict = StoredVerdict.of(judged.action(), judged.decision());
        try (CallRecords.Running running =
                services.records().prepared(place, spec, call, prepared, targets, verdict, flows)) {
            return called(call, targets, flows);
        }
    }

    private ToolRunner.Done called(ToolCall call, List<Target> targets, Flows flows) {
        Artifacts.OfCall files = services.artifacts()
                .of(
                        place.scope().user(),
                        place.turn(),
                        id,
                        (tx, artifact) -> flows.kept(tx, Set.of(), List.of(artifact)));
        Instant begin = services.clock().instant();
        ToolResult given;
        try {
            given = new Tries(services, spec, place).call(limit -> {
                // Its time runs from here on, also while it waits for a thread.
                StepContext context = StepContext.of(services, place, spec, id, files, limit);
                return within(limit, () -> entry.tool().call(call, prepared, context));
            });
        } catch (RuntimeException e) {
            artifacts = files.end();
            // A failure quotes what others wrote as readily as a success.
            Set<Taint> read;
            try {
                read = words.ofFailure(e, targets, begin).taints();
            } catch (CancelledException cancelled) {
                kept(e, flows, words.unknown(ToolResult.text("")).taints(), effects);
                throw cancelled;
            }
            boolean goesOn = effects && mayStillHappen(e);
            kept(e, flows, read, goesOn);
            ToolRunner.Done done = ToolRunner.failure(asked, spec, place, e);
            if (effects && !goesOn) {
                boolean marks = flows.marks(read);
                // Asked once: the record and the marks say the same.
                EffectState state = marks || isOpen(e) ? state(call, e) : EffectState.UNKNOWN;
                boolean nothing = marks && state == EffectState.ABSENT;
                ended(call, left(e, state), done.status(), tx -> flows.failed(tx, read, nothing));
            }
            return done;
        }
        artifacts = artifacts(files.end(), given);
        ToolResult result;
        try {
            result = words.of(given, targets, begin);
        } catch (CancelledException e) {
            done(call, flows, words.unknown(given));
            throw e;
        } catch (RuntimeException e) {
            done(call, flows, words.unknown(given));
            return say.withheld(e, ToolRunner.failure(asked, spec, place, e).status());
        }
        done(call, flows, result);
        List<String> problems = services.arguments().resultProblems(spec, result.data());
        if (!problems.isEmpty()) {
            return say.invalid(problems);
        }
        sources = result.sources().stream().limit(MOST_SOURCES).toList();
        return say.done(result, artifacts);
    }

    private void done(ToolCall call, Flows flows, ToolResult result) {
        if (effects) {
            ended(call, StoredCall.State.DONE, "", tx -> flows.done(tx, result.taints(), artifacts));
        } else if (!artifacts.isEmpty()) {
            services.records().noted(tx -> {
                flows.expected(tx);
                flows.done(tx, result.taints(), artifacts);
            });
        }
    }

    /** What is there after a failure, as the tool says. */
    private EffectState state(ToolCall call, RuntimeException failure) {
        try {
            return within(() -> entry.tool().state(call, prepared, context(StepContext.NO_FILES)));
        } catch (RuntimeException e) { // then nobody knows
            failure.addSuppressed(e);
            return EffectState.UNKNOWN;
        }
    }

    /** Whether only the tool can tell what a call that failed has left. */
    private boolean isOpen(RuntimeException failure) {
        return spec.reversible() && !(failure instanceof HalfDoneException) && !refused(failure);
    }

    /** What a call that failed left behind is what its tool says about it: a part of an effect can be taken back like a whole one. */
    private StoredCall.State left(RuntimeException failure, EffectState state) {
        if (failure instanceof HalfDoneException) {
            return StoredCall.State.REPORTED;
        }
        if (!isOpen(failure)) {
            return StoredCall.State.FAILED;
        }
        return switch (state) {
            case ABSENT -> StoredCall.State.FAILED;
            case PRESENT -> StoredCall.State.DONE;
            case UNKNOWN -> StoredCall.State.REPORTED;
        };
    }

    /** Whether the tool says that it did not begin. */
    private static boolean refused(RuntimeException failure) {
        return failure instanceof ToolException tool
                && switch (tool.reason()) {
                    case INVALID_ARGUMENTS, NOT_FOUND, CONFLICT, NOT_SUPPORTED -> true;
                    default -> false;
                };
    }

    /** The files of a call that failed stay, and may hold what it had read by then. So may what it changed, when nobody sees its end. */
    private void kept(RuntimeException failure, Flows flows, Set<Taint> read, boolean goesOn) {
        if (!artifacts.isEmpty() || (goesOn && flows.marks(read))) {
            try {
                services.records().noted(tx -> {
                    flows.kept(tx, read, artifacts);
                    if (goesOn) {
                        flows.failed(tx, read, false);
                    }
                });
            } catch (RuntimeException e) {
                failure.addSuppressed(e);
            }
        }
    }

    private static List<Artifact> artifacts(List<Artifact> written, ToolResult result) {
        List<Artifact> all = new ArrayList<>(written);
        result.artifacts().stream().filter(artifact -> !all.contains(artifact)).forEach(all::add);
        return List.copyOf(all);
    }

    private void ended(ToolCall call, StoredCall.State state, String error, Consumer<DocTransaction> also) {
        services.records().ended(place.scope().user(), call, state, error, also);
    }

    /** Whether the tool may still be at work, so that nobody knows what became of its effect. */
    private boolean mayStillHappen(RuntimeException e) {
        return leftBehind
                || place.cancel().isCancelled()
                || (e instanceof ToolException tool && tool.reason() == ToolException.Reason.TIMEOUT);
    }

    private ToolContext context(ArtifactWriter files) {
        return StepContext.of(services, place, spec, id, files);
    }

    private <T> T within(Callable<T> work) {
        return within(spec.timeout(), work);
    }

    private <T> T within(Duration limit, Callable<T> work) {
        return services.workers().call(work, place.cancel(), limit, () -> {
            leftBehind = true;
            return new ToolException(
                    ToolException.Reason.TIMEOUT,
                    "'" + spec.name() + "' took longer than " + limit.toMillis() + " ms and was given up");
        });
    }
}
