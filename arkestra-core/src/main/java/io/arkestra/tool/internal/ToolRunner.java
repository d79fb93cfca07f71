package io.arkestra.tool.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Cancellation;
import io.arkestra.common.CancelledException;
import io.arkestra.common.Json;
import io.arkestra.common.Principal;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.common.WellFormed;
import io.arkestra.event.Events;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.OutputQuality;
import io.arkestra.memory.Passage;
import io.arkestra.policy.Decision;
import io.arkestra.policy.internal.PolicyChain;
import io.arkestra.tool.Artifact;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolSpec;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one tool call as a model wrote it: find, check against the schema, guard, resolve what it touches, ask the policy, prepare, ask a
 * person where the policy says so, store what was prepared, call, check the result. What goes wrong is told to the model, not to the user.
 * Thread-safe.
 */
public final class ToolRunner {
    private static final Logger log = LoggerFactory.getLogger(ToolRunner.class);

    /**
     * Where a call belongs.
     *
     * @param scope on whose behalf
     * @param turn in which turn
     * @param locale the user's language
     * @param zone the user's zone
     * @param cancel says when to stop
     * @param quality how the answer that asks for the call came to be in form
     * @param dryRun whether nothing may be changed: calls with effects are only prepared
     */
    public record Place(
            Scope scope,
            TurnId turn,
            Locale locale,
            ZoneId zone,
            Cancellation cancel,
            OutputQuality quality,
            boolean dryRun) {
        public Place(Scope scope, TurnId turn, Locale locale, ZoneId zone, Cancellation cancel, OutputQuality quality) {
            this(scope, turn, locale, zone, cancel, quality, false);
        }

        /** The scope as policies and tools see it: a model asked for the call. */
        public Scope actor() {
            return scope.withPrincipal(Principal.model("senior"));
        }

        /** The id of a call in this place: the same whenever it is tried again. */
        public String callId(LlmToolCall asked) {
            return turn.value() + "-" + asked.id();
        }
    }

    /**
     * What came of a call.
     *
     * @param call as the model wrote it
     * @param status {@code ok}, {@code denied}, {@code parked}, {@code would}, {@code would-ask}, or the code of the error
     * @param message what the model is told: JSON
     * @param reason why not, for the trace; empty when it went well
     * @param facts what else is known of it
     */
    public record Done(LlmToolCall call, String status, Json message, String reason, Facts facts) {
        public Done(LlmToolCall call, String status, Json message, String reason) {
            this(call, status, message, reason, Facts.NONE);
        }

        public boolean ok() {
            return status.equals(OK);
        }

        /** Whether it was only found out what it would do. */
        public boolean rehearsed() {
            return status.equals(WOULD) || status.equals(WOULD_ASK);
        }

        /** What it waits for: the id of the approval. */
        public Optional<String> approval() {
            return facts.approval();
        }

        Done with(Facts value) {
            return new Done(call, status, message, reason, value);
        }
    }

    /**
     * What is known of a call besides its result.
     *
     * @param id of the call, as {@code ToolCall.id()}; empty when it was not even looked at
     * @param prepared what it would do
     * @param decision the verdict of the policy, if it was asked
     * @param artifacts files that it made
     * @param approval what it waits for, if it waits
     * @param sources what the result rests on
     */
    public record Facts(
            String id,
            Prepared prepared,
            Optional<Decision> decision,
            List<Artifact> artifacts,
            Optional<String> approval,
            List<Passage> sources) {
        /** Nothing. */
        public static final Facts NONE =
                new Facts("", Prepared.nothing(), Optional.empty(), List.of(), Optional.empty(), List.of());
    }

    /** It was made. */
    public static final String OK = "ok";
    /** It may not be made. */
    public static final String DENIED = "denied";
    /** It waits for a person. */
    public static final String PARKED = "parked";
    /** A rehearsal: it would be made. */
    public static final String WOULD = "would";
    /** A rehearsal: a person would be asked. */
    public static final String WOULD_ASK = "would-ask";

    /** Nobody answered in time: that tells nothing of the tool. */
    private static final String TIMEOUT = "tool.timeout";

    /** How long the policy may take to say which tools may be called. */
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final CallServices services;

    public ToolRunner(CallServices services) {
        this.services = services;
    }

    /** @throws CancelledException when cancelled; everything else becomes a result */
    public Done run(LlmToolCall asked, Place place) {
        long start = System.nanoTime();
        Done done;
        try {
            done = judged(asked, place);
        } catch (CancelledException e) {
            ledger(asked, place, "cancelled", Facts.NONE);
            services.approver().ended(place, place.callId(asked));
            throw e;
        }
        services.approver().ended(place, place.callId(asked));
        ledger(asked, place, done.status(), done.facts());
        services.bus()
                .publish(new Events.ToolFinished(
                        services.bus().nextHeader(place.scope().user(), place.turn()),
                        asked.id(),
                        asked.name(),
                        done.status(),
                        Duration.ofNanos(System.nanoTime() - start),
                        place.dryRun()));
        return done;
    }

    /**
     * Makes a call that waited for a person, in the turn and under the id that it was asked for in. One that is on record already is not
     * made again, whatever became of it.
     *
     * @throws CancelledException when cancelled; everything else becomes a result
     */
    public Done resume(LlmToolCall asked, Place place) {
        Optional<StoredCall> before = services.records().find(place.scope().user(), place.callId(asked));
        if (before.isEmpty() || before.get().state() == StoredCall.State.ABANDONED) {
            return run(asked, place);
        }
        StoredCall made = before.get();
        Done done = switch (made.state()) {
            case DONE ->
                new Done(
                        asked,
                        OK,
                        Json.object()
                                .put("status", OK)
                                .put(
                                        "text",
                                        WellFormed.text(String.join(
                                                "; ", made.prepared().effects())))
                                .put("message", "This was done before the process ended; its result was not kept.")
                                .build(),
                        "");
            case FAILED ->
                failed(asked, made.error(), "The call failed before the process ended; it was not made again.");
            case UNDONE -> failed(asked, "tool.undone", "The call was made and taken back; it was not made again.");
            default ->
                failed(
                        asked,
                        "tool.unknown-outcome",
                        "The process ended while the call was made, and nobody can tell what became of it. It was not made again.");
        };
        services.approver().ended(place, made.call().id());
        return done.with(
                new Facts(made.call().id(), made.prepared(), Optional.empty(), List.of(), Optional.empty(), List.of()));
    }

    /** Makes a call for the sake of another one, which fails without it: nobody is left to answer for it then. */
    public Done runWithin(LlmToolCall asked, Place place) {
        Done done = run(asked, place);
        if (!done.ok()) {
            done.approval().ifPresent(approval -> services.approver().withdrawn(place, approval));
        }
        return done;
    }

    /** Tools whose calls nobody answered for in time, each told once. */
    public List<String> unanswered(UserId user, SessionId session) {
        return services.approver().unanswered(user, session);
    }

    /**
     * How many of the calls, from the first one on, may be made at the same time: at least one. Their arguments must be whole, which also
     * means that none of them can hold anything that another one of them reads.
     */
    public int together(List<LlmToolCall> calls, Place place) {
        if (calls.size() < 2) {
            return calls.size();
        }
        List<Footprint> before = new ArrayList<>();
        for (LlmToolCall call : calls) {
            Footprint footprint = footprint(call, place);
            if (before.stream().anyMatch(footprint::meets)) {
                break;
            }
            before.add(footprint);
        }
        return before.size();
    }

    private Footprint footprint(LlmToolCall asked, Place place) {
        Optional<ToolRegistry.Entry> entry = services.registry().find(asked.name());
        return entry.isEmpty() ? Footprint.NOTHING : new CallSteps(services, entry.get(), asked, place).footprint();
    }

    private Done judged(LlmToolCall asked, Place place) {
        Optional<ToolRegistry.Entry> entry = services.registry().find(asked.name());
        if (entry.isEmpty()) {
            return failed(
                    asked,
                    "tool.unknown",
                    ToolArguments.unknownTool(asked.name(), available(place)).forModel());
        }
        CallSteps steps = new CallSteps(services, entry.get(), asked, place);
        Done done;
        try {
            done = steps.run();
        } catch (RuntimeException e) {
            done = failure(asked, entry.get().spec(), place, e);
        }
        return deniedFirst(done.with(steps.facts()), entry.get().spec(), place);
    }

    /**
     * A call that failed before it was judged, for its arguments or what they name, is denied when no call of the tool is let through: the
     * failure would tell what a tool is like that the model may not see.
     */
    private Done deniedFirst(Done done, ToolSpec spec, Place place) {
        if (done.ok() || done.facts().decision().isPresent() || done.status().equals(TIMEOUT)) {
            return done;
        }
        try {
            return denial(spec, place)
                    .map(denial -> denied(done.call(), place, done.facts(), denial))
                    .orElse(done);
        } catch (RuntimeException e) {
            return failure(done.call(), spec, place, e).with(done.facts());
        }
    }

    private Done denied(LlmToolCall asked, Place place, Facts facts, Decision denial) {
        services.bus()
                .publish(new Events.PolicyDecided(
                        services.bus().nextHeader(place.scope().user(), place.turn()),
                        asked.id(),
                        asked.name(),
                        denial.effect(),
                        denial.rules()));
        Json detail = Json.object()
                .put("call", facts.id())
                .put("risk", denial.risk().score())
                .put("dryRun", place.dryRun())
                .build();
        services.ledger()
                .record("decision", place.actor(), asked.name(), denial.effect().name(), denial.rules(), detail);
        String why = WellFormed.text(String.join("; ", denial.reasons()));
        Json message = Json.object().put("status", DENIED).put("message", why).build();
        return new Done(asked, DENIED, message, denial.rules() + " " + why)
                .with(new Facts(
                        facts.id(),
                        facts.prepared(),
                        Optional.of(denial),
                        facts.artifacts(),
                        facts.approval(),
                        facts.sources()));
    }

    /** Why no call can be made of a tool in this place; a policy that fails denies every call. */
    private Optional<Decision> denial(ToolSpec spec, Place place) {
        return asked(
                place,
                tools -> tools.denial(spec, place.actor()),
                Optional.of(
                        Decision.deny(PolicyChain.ERROR, "it could not be decided whether the tool may be called")));
    }

    /** Names that the model may be told in this place: none when the policy fails, which denies every call then. */
    private List<String> available(Place place) {
        return asked(
                place,
                tools -> tools.in(place.actor()).stream().map(ToolSpec::name).toList(),
                List.of());
    }

    /** What the policy says of tools in a place, on a thread that can be left behind. */
    private <T> T asked(Place place, Function<AvailableTools, T> question, T unknown) {
        AvailableTools tools = new AvailableTools(services.registry(), services.policy());
        try {
            return services.workers()
                    .call(
                            () -> question.apply(tools),
                            place.cancel(),
                            LONGEST,
                            () -> new ToolException(
                                    ToolException.Reason.TIMEOUT,
                                    "It was not decided in time which tools may be called"));
        } catch (CancelledException e) {
            throw e;
        } catch (RuntimeException e) {
            log.warn(
                    "Which tools may be called in turn {} is not known: {}",
                    place.turn(),
                    e.getClass().getName());
            return unknown;
        }
    }

    /** What comes of a call is certain by now: that it cannot be taken down must not change what the model is told. */
    private void ledger(LlmToolCall asked, Place place, String status, Facts facts) {
        String subject = services.registry().find(asked.name()).isPresent() ? asked.name() : "unknown";
        List<String> rules = facts.decision().map(Decision::rules).orElse(List.of());
        Json detail = Json.object()
                .put("call", facts.id().isEmpty() ? place.callId(asked) : facts.id())
                .put("arguments", Digests.of(asked.arguments()))
                .put("effects", facts.prepared().effects().size())
                .put("artifacts", facts.artifacts().size())
                .put("dryRun", place.dryRun())
                .build();
        try {
            services.ledger().record("call", place.actor(), subject, status, rules, detail);
        } catch (ArkestraException e) {
            log.error(
                    "Call {} of {} is {}, but the audit could not take it down: {}",
                    asked.id(),
                    subject,
                    status,
                    e.code());
        }
    }

    /** What the model is told of a failure; a cancellation of the turn passes through. */
    static Done failure(LlmToolCall asked, ToolSpec spec, Place place, RuntimeException e) {
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

    static Done failed(LlmToolCall asked, String code, String message) {
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
}
