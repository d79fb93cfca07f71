package io.arkestra.tool.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Cancellation;
import io.arkestra.common.CancelledException;
import io.arkestra.common.Json;
import io.arkestra.common.Principal;
import io.arkestra.common.Scope;
import io.arkestra.common.TurnId;
import io.arkestra.common.WellFormed;
import io.arkestra.concurrent.internal.Workers;
import io.arkestra.event.Events;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.guard.Guard;
import io.arkestra.guard.GuardContext;
import io.arkestra.guard.internal.GuardedJson;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.OutputQuality;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Policy;
import io.arkestra.policy.internal.ActionFacts;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocWrite;
import io.arkestra.store.FieldType;
import io.arkestra.store.Owner;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one tool call as a model wrote it: find, check against the schema, guard, ask the policy, prepare, store what was prepared, call. What
 * goes wrong is told to the model, not to the user. Thread-safe.
 */
public final class ToolRunner {
    /**
     * What calls with effects would do and did, so that an effect can be found after a crash: {@code PREPARED} (it may have happened),
     * {@code DONE}, or {@code FAILED} with the code of the {@code error}. Kept for 30 days.
     */
    public static final CollectionSpec CALLS = CollectionSpec.builder("tool_calls")
            .field("turn", FieldType.STRING)
            .field("state", FieldType.STRING)
            .orderedIndex("turn")
            .orderedIndex("state")
            .check(doc -> {
                doc.body().text("turn");
                doc.body().text("tool");
                doc.body().text("state");
            })
            .build();

    private static final Logger log = LoggerFactory.getLogger(ToolRunner.class);
    private static final Duration KEPT = Duration.ofDays(30);

    /**
     * Where a call belongs.
     *
     * @param scope on whose behalf
     * @param turn in which turn
     * @param locale the user's language
     * @param zone the user's zone
     * @param quality how the answer that asks for calls came to have its form
     * @param cancel says when to stop
     * @param quality how the answer that asks for the call came to be in form
     */
    public record Place(
            Scope scope, TurnId turn, Locale locale, ZoneId zone, Cancellation cancel, OutputQuality quality) {
        /** The scope as policies and tools see it: a model asked for the call. */
        Scope actor() {
            return scope.withPrincipal(Principal.model("senior"));
        }
    }

    /**
     * What came of a call.
     *
     * @param call as the model wrote it
     * @param status {@code ok}, {@code denied}, or the code of the error
     * @param message what the model is told: JSON
     * @param reason why not, for the trace; empty when it went well
     */
    public record Done(LlmToolCall call, String status, Json message, String reason) {
        public boolean ok() {
            return status.equals("ok");
        }
    }

    private final ToolRegistry registry;
    private final ToolArguments arguments;
    private final Guard guard;
    private final Policy policy;
    private final DocStore store;
    private final EngineEventBus bus;
    private final Workers workers;
    private final Clock clock;
    private final ActionFacts facts;

    public ToolRunner(
            ToolRegistry registry,
            ToolArguments arguments,
            Guard guard,
            Policy policy,
            DocStore store,
            EngineEventBus bus,
            Workers workers,
            Clock clock,
            ActionFacts facts) {
        this.facts = facts;
        this.registry = registry;
        this.arguments = arguments;
        this.guard = guard;
        this.policy = policy;
        this.store = store;
        this.bus = bus;
        this.workers = workers;
        this.clock = clock;
        store.define(CALLS);
    }

    /** @throws CancelledException when cancelled; everything else becomes a result */
    public Done run(LlmToolCall asked, Place place) {
        long start = System.nanoTime();
        Done done = judged(asked, place);
        bus.publish(new Events.ToolFinished(
                bus.nextHeader(place.scope().user(), place.turn()),
                asked.id(),
                asked.name(),
                done.status(),
                Duration.ofNanos(System.nanoTime() - start)));
        return done;
    }

    private Done judged(LlmToolCall asked, Place place) {
        Optional<ToolRegistry.Entry> entry = registry.find(asked.name());
        if (entry.isEmpty()) {
            return failed(
                    asked,
                    "tool.unknown",
                    ToolArguments.unknownTool(asked.name(), registry.names()).forModel());
        }
        ToolSpec spec = entry.get().spec();
        ToolArguments.Checked checked = guarded(spec, arguments.check(spec, asked.arguments()));
        if (checked instanceof ToolArguments.Invalid invalid) {
            return failed(asked, "tool.invalid-arguments", invalid.forModel());
        }
        Json valid = ((ToolArguments.Valid) checked).arguments();
        Decision decision = decided(entry.get(), asked, valid, place);
        bus.publish(new Events.PolicyDecided(
                bus.nextHeader(place.scope().user(), place.turn()),
                asked.id(),
                asked.name(),
                decision.effect(),
                decision.rules()));
        if (decision.effect() != Decision.Effect.ALLOW) {
            String why = String.join("; ", decision.reasons());
            String message = decision.effect() == Decision.Effect.ASK
                    ? why + " (a person would have to agree, and nobody can be asked here)"
                    : why;
            return new Done(
                    asked,
                    "denied",
                    Json.object()
                            .put("status", "denied")
                            .put("message", message)
                            .build(),
                    decision.rules() + " " + message);
        }
        return called(entry.get(), asked, valid, place);
    }

    /** What the tool may have of valid arguments; the schema holds for what is left too. */
    private ToolArguments.Checked guarded(ToolSpec spec, ToolArguments.Checked checked) {
        if (!(checked instanceof ToolArguments.Valid valid)) {
            return checked;
        }
        Json guarded = GuardedJson.of(guard, valid.arguments(), GuardContext.of(GuardContext.Direction.TO_TOOL));
        return guarded.equals(valid.arguments()) ? checked : arguments.check(spec, guarded.toString());
    }

    /** On a thread that can be left behind: a policy of the host may be slow. One that does not decide denies. */
    private Decision decided(ToolRegistry.Entry entry, LlmToolCall asked, Json valid, Place place) {
        ToolSpec spec = entry.spec();
        ToolCall call = ToolCall.of(place.turn().value() + "-" + asked.id(), spec.name(), valid);
        ToolContext context = new CallContext(
                place, clock.withZone(place.zone()), clock.instant().plus(spec.timeout()));
        try {
            return workers.call(
                    () -> {
                        Action action = Action.toolCall(spec, valid, place.quality()).toBuilder()
                                .targets(entry.tool().targets(call, context))
                                .trust(entry.trust())
                                .build();
                        return facts.decide(policy, action, place.actor(), place.zone());
                    },
                    place.cancel(),
                    spec.timeout(),
                    () -> new ToolException(ToolException.Reason.TIMEOUT, "the policy did not decide in time"));
        } catch (CancelledException e) {
            throw e;
        } catch (RuntimeException e) {
            return Decision.deny("policy.error", String.valueOf(e.getMessage()));
        }
    }

    private Done called(ToolRegistry.Entry entry, LlmToolCall asked, Json valid, Place place) {
        ToolSpec spec = entry.spec();
        String id = place.turn().value() + "-" + asked.id();
        ToolCall call = ToolCall.of(id, spec.name(), valid);
        ToolContext context = new CallContext(
                place, clock.withZone(place.zone()), clock.instant().plus(spec.timeout()));
        boolean effects = spec.sideEffect() != ToolSpec.SideEffect.NONE;
        Prepared prepared;
        try {
            prepared = within(spec, place, () -> entry.tool().prepare(call, context));
            if (effects) {
                record(place, call, prepared, "PREPARED", "");
            }
        } catch (RuntimeException e) {
            return failure(asked, spec, place, e);
        }
        try {
            ToolResult result = within(spec, place, () -> entry.tool().call(call, prepared, context));
            if (effects) {
                note(place, call, prepared, "DONE", "");
            }
            Json message = Json.object()
                    .put("status", "ok")
                    .put("text", WellFormed.text(result.text()))
                    .put("data", result.data())
                    .build();
            return new Done(asked, "ok", message, "");
        } catch (RuntimeException e) {
            Done done = failure(asked, spec, place, e);
            if (effects && !leftBehind(e, place)) {
                note(place, call, prepared, "FAILED", done.status());
            }
            return done;
        }
    }

    /** Whether the tool may still be at work, so that nobody knows what became of its effect. */
    private static boolean leftBehind(RuntimeException e, Place place) {
        return place.cancel().isCancelled()
                || (e instanceof ToolException tool && tool.reason() == ToolException.Reason.TIMEOUT);
    }

    /** What the model is told of a failure; a cancellation of the turn passes through. */
    private static Done failure(LlmToolCall asked, ToolSpec spec, Place place, RuntimeException e) {
        if (e instanceof CancelledException cancelled) {
            if (place.cancel().isCancelled() || Thread.currentThread().isInterrupted()) {
                throw cancelled;
            }
            return failed(asked, "tool.failed", "'" + spec.name() + "' stopped by itself: " + e.getMessage());
        }
        if (e instanceof ArkestraException known) {
            return failed(asked, known.code(), String.valueOf(e.getMessage()));
        }
        // What a tool throws may quote what the user wrote.
        log.warn(
                "Tool {} failed in turn {} with {}",
                spec.name(),
                place.turn(),
                e.getClass().getName());
        log.debug("Tool {} failed in turn {}", spec.name(), place.turn(), e);
        return failed(asked, "tool.failed", "'" + spec.name() + "' failed: " + e);
    }

    private <T> T within(ToolSpec spec, Place place, java.util.concurrent.Callable<T> work) {
        return workers.call(
                work,
                place.cancel(),
                spec.timeout(),
                () -> new ToolException(
                        ToolException.Reason.TIMEOUT,
                        "'" + spec.name() + "' took longer than "
                                + spec.timeout().toMillis() + " ms and was given up"));
    }

    private void record(Place place, ToolCall call, Prepared prepared, String state, String error) {
        Json.ObjectBuilder body = Json.object()
                .put("turn", place.turn().value())
                .put("tool", call.tool())
                .put("state", state)
                .put("arguments", call.arguments())
                .put("effects", Json.strings(prepared.effects()))
                .put("preview", prepared.preview())
                .put("undo", prepared.undo());
        if (!error.isEmpty()) {
            body.put("error", error);
        }
        DocWrite write = DocWrite.of(Owner.of(place.scope().user()), call.id(), body.build())
                .expiresAt(clock.instant().plus(KEPT));
        store.inTransaction(tx -> tx.put(CALLS.name(), write));
    }

    /** What became of it is certain: that it cannot be noted down must not change what the model is told. */
    private void note(Place place, ToolCall call, Prepared prepared, String state, String error) {
        try {
            record(place, call, prepared, state, error);
        } catch (ArkestraException e) {
            log.warn(
                    "Call {} of {} is {}, but stays recorded as prepared: {}", call.id(), call.tool(), state, e.code());
        }
    }

    private static Done failed(LlmToolCall asked, String code, String message) {
        return new Done(
                asked,
                code,
                Json.object()
                        .put("status", "error")
                        .put("code", code)
                        .put("message", WellFormed.text(message))
                        .build(),
                WellFormed.text(message));
    }

    private record CallContext(Place place, Clock clock, Instant deadline) implements ToolContext {
        @Override
        public Scope scope() {
            return place.actor();
        }

        @Override
        public Optional<TurnId> turn() {
            return Optional.of(place.turn());
        }

        @Override
        public Locale locale() {
            return place.locale();
        }

        @Override
        public Cancellation cancellation() {
            return place.cancel();
        }
    }
}
