package io.arkestra;

import io.arkestra.approval.internal.ApprovalDesk;
import io.arkestra.approval.internal.Question;
import io.arkestra.audit.Audit;
import io.arkestra.common.ArkestraException;
import io.arkestra.common.Budget;
import io.arkestra.common.Cancellation;
import io.arkestra.common.CancellationSource;
import io.arkestra.common.Health;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.concurrent.internal.Transactions;
import io.arkestra.event.EventBus;
import io.arkestra.guard.Guard;
import io.arkestra.guard.GuardContext;
import io.arkestra.learning.Learning;
import io.arkestra.learning.internal.LearningStore;
import io.arkestra.llm.Usage;
import io.arkestra.memory.Memory;
import io.arkestra.memory.Passage;
import io.arkestra.neuro.Neuro;
import io.arkestra.policy.Approvals;
import io.arkestra.schedule.Deliveries;
import io.arkestra.schedule.JobHandler;
import io.arkestra.schedule.JobQueue;
import io.arkestra.schedule.Reminders;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocWrite;
import io.arkestra.store.FieldType;
import io.arkestra.store.Owner;
import io.arkestra.text.internal.Phrasebook;
import io.arkestra.text.internal.Tone;
import io.arkestra.turn.internal.SessionQueues;
import io.arkestra.turn.internal.SortableIds;
import io.arkestra.turn.internal.TurnInput;
import io.arkestra.turn.internal.TurnPipeline;
import io.arkestra.turn.internal.TurnResult;
import io.arkestra.turn.internal.TurnServices;
import io.arkestra.turn.internal.TurnWishes;
import io.arkestra.turn.internal.WaitingCall;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine behind {@link Arkestra}: hands turns to the pipeline and everything else to its parts. */
final class Engine implements Arkestra {
    private static final Logger log = LoggerFactory.getLogger(Engine.class);
    static final CollectionSpec FEEDBACK = CollectionSpec.builder("feedback")
            .field("turn", FieldType.STRING)
            .orderedIndex("turn")
            .check(doc -> {
                doc.body().text("turn");
                Feedback.Kind.valueOf(doc.body().text("kind"));
            })
            .build();
    private static final Duration CANCEL_WAIT = Duration.ofSeconds(5);

    private final TurnServices services;
    private final EngineParts parts;
    private final SessionQueues queues;
    private final SortableIds ids;
    private final RunningTurns running = new RunningTurns();
    private final People people;
    private final Continuations continuations;
    private final AtomicBoolean closed = new AtomicBoolean();

    Engine(TurnServices services, EngineParts parts) {
        this.services = services;
        this.parts = parts;
        this.queues = new SessionQueues(parts.turnThreads());
        this.ids = new SortableIds(services.clock());
        this.people = new EnginePeople(
                parts.files(),
                parts.forgetting(),
                services.records().people(),
                parts.aliases(),
                services.persona().onboarding(),
                services.persona().zone(),
                services.records().memory().dataSetConsent(),
                running);
        this.continuations = new Continuations(parts.approvals(), parts.deliveries(), parts.recovery(), this::goOn);
    }

    /** Goes on after answers: the handler of {@link ApprovalDesk#TYPE}. */
    JobHandler continuations() {
        return continuations;
    }

    @Override
    public Session session(UserId user) {
        open();
        SessionId session = services.records()
                .log()
                .latest(
                        user,
                        services.clock().instant(),
                        services.records().ending().idle())
                .orElseGet(() -> SessionId.of(ids.next()));
        return new EngineSession(this, user, session);
    }

    @Override
    public Session session(UserId user, SessionId session) {
        open();
        return new EngineSession(this, user, session);
    }

    String accept(String message) {
        return parts.limits().accept(message);
    }

    Turn start(
            Scope scope,
            SessionId session,
            String message,
            TurnWishes wishes,
            @Nullable Budget budget,
            Consumer<String> onText) {
        open();
        TurnId id = TurnId.of(ids.next());
        return start(new TurnInput(
                id,
                scope,
                session,
                message,
                wishes,
                budget == null ? parts.budget() : budget,
                onText,
                new CancellationSource()));
    }

    /** Starts the turn that goes on after a person has answered. */
    private Turn goOn(Question question) {
        open();
        String message = Phrasebook.of(question.locale())
                .say("approval.answered", question.asked().name());
        TurnInput input = new TurnInput(
                TurnId.of(ids.next()),
                question.scope(),
                question.session(),
                message,
                TurnWishes.NONE,
                parts.budget(),
                text -> {},
                new CancellationSource());
        return start(input.resuming(
                new WaitingCall(question.turn(), question.asked(), question.quality(), question.taints())));
    }

    private Turn start(TurnInput input) {
        Scope scope = input.scope();
        SessionId session = input.session();
        EngineTurn turn = new EngineTurn(input.id(), input.cancel(), Engine::cancelledInQueue);
        running.add(turn, scope.user());
        try {
            queues.submit(scope.user(), session, () -> {
                try {
                    if (turn.begin()) {
                        try (RoleModels.Lease models = parts.models().lease()) {
                            turn.end(outcome(input, models));
                        }
                    }
                } finally {
                    running.remove(turn);
                }
            });
        } catch (RejectedExecutionException e) {
            running.remove(turn);
            throw closedException(e);
        }
        return turn;
    }

    /** Whatever happens there is an outcome: somebody waits for it. */
    private Outcome outcome(TurnInput input, RoleModels.Lease models) {
        try {
            return outcome(input.id(), new TurnPipeline(services.with(models.junior(), models.senior()), input).run());
        } catch (RuntimeException | Error e) {
            log.error(
                    "Turn {} failed unexpectedly with {}",
                    input.id(),
                    e.getClass().getName());
            log.debug("Turn {} failed unexpectedly", input.id(), e);
            return Outcome.failed(
                    emptyReply(input.id(), Outcome.Kind.FAILED),
                    new ArkestraException("engine.failed", "Unexpected failure: " + e, e));
        }
    }

    private Outcome outcome(TurnId id, TurnResult result) {
        Outcome.Kind kind = Outcome.Kind.valueOf(result.end().name());
        Reply reply = new Reply(
                id,
                kind,
                result.text(),
                result.sources().stream().map(this::source).toList(),
                result.tools().stream().map(CallViews::use).toList(),
                result.tools().stream()
                        .flatMap(done -> CallViews.preview(done).stream())
                        .toList(),
                result.tools().stream()
                        .flatMap(done -> done.approval().stream())
                        .toList(),
                result.usage());
        return switch (kind) {
            case COMPLETED -> Outcome.completed(reply);
            case NEEDS_APPROVAL -> Outcome.needsApproval(reply);
            case OVER_BUDGET -> Outcome.overBudget(reply, result.exhausted().orElse(Budget.Kind.WALL));
            case CANCELLED -> Outcome.cancelled(reply);
            case FAILED ->
                Outcome.failed(
                        reply,
                        result.error().orElseGet(() -> new ArkestraException("engine.failed", "The turn failed")));
        };
    }

    private Source source(Passage passage) {
        String quote =
                services.guard().inspect(passage.text(), GuardContext.toOwner()).text();
        String kind = passage.kind().name().toLowerCase(java.util.Locale.ROOT);
        return new Source(passage.id(), kind, passage.at(), passage.speaker(), quote, passage.citation());
    }

    private static Outcome cancelledInQueue(TurnId id) {
        return Outcome.cancelled(emptyReply(id, Outcome.Kind.CANCELLED));
    }

    private static Reply emptyReply(TurnId id, Outcome.Kind kind) {
        return new Reply(id, kind, "", List.of(), List.of(), List.of(), List.of(), Usage.NONE);
    }

    void tell(UserId user, SessionId session, String name, String value) {
        open();
        parts.surroundings().tell(user, session, name, value);
    }

    void feedback(UserId user, TurnId turn, Feedback feedback) {
        open();
        if (services.records().traces().find(user, turn).isEmpty()) {
            throw new InvalidInputException("There is no turn " + turn + " of this user to give feedback on");
        }
        Json body = Json.object()
                .put("turn", turn.value())
                .put("kind", feedback.kind().name())
                .put("text", feedback.text())
                .put("at", services.clock().instant())
                .build();
        LearningStore learning = services.persona().learning();
        Transactions.again(services.records().store(), tx -> {
            Json context = learning.context(tx, user, turn);
            tx.put(FEEDBACK.name(), DocWrite.of(Owner.of(user), ids.next(), body.with("context", context)));
            verdict(feedback).ifPresent(good -> learning.judge(tx, user, turn, good));
            return true;
        });
        services.records().store().sync();
    }

    /** Whether the user praises or blames; empty when the words do not tell. */
    private static Optional<Boolean> verdict(Feedback feedback) {
        return switch (feedback.kind()) {
            case UP, OK -> Optional.of(true);
            case DOWN -> Optional.of(false);
            case TEXT ->
                switch (Tone.of(feedback.text())) {
                    case GOOD -> Optional.of(true);
                    case BAD -> Optional.of(false);
                    case NEITHER -> Optional.empty();
                };
        };
    }

    @Override
    public Memory memory() {
        return services.records().memory();
    }

    @Override
    public Tools tools() {
        return parts.tools();
    }

    @Override
    public Permissions policy() {
        open();
        return parts.permissions();
    }

    @Override
    public Models models() {
        return parts.models();
    }

    @Override
    public Reminders schedule() {
        return parts.reminders();
    }

    @Override
    public Deliveries deliveries() {
        return parts.deliveries();
    }

    @Override
    public JobQueue jobs() {
        return services.records().jobs();
    }

    @Override
    public Approvals approvals() {
        open();
        return parts.approvals();
    }

    @Override
    public CompletionStage<Outcome> afterApproval(UserId user, String approval) {
        open();
        return continuations.outcome(user, approval);
    }

    @Override
    public Audit audit() {
        open();
        return parts.audit();
    }

    @Override
    public EventBus events() {
        return services.bus();
    }

    @Override
    public DocStore store() {
        return services.records().store();
    }

    @Override
    public Guard guard() {
        return services.guard();
    }

    @Override
    public People people() {
        open();
        return people;
    }

    @Override
    public Neuro neuro() {
        open();
        return services.persona().neuro();
    }

    @Override
    public Learning learning() {
        open();
        return services.persona().learning();
    }

    @Override
    public Profile profile(UserId user) {
        return new Profile(
                services.records().people().profile(user), services.persona().zone());
    }

    @Override
    public Optional<Explanation> explain(Scope scope, TurnId turn) {
        return services.records()
                .traces()
                .find(scope.user(), turn)
                .map(trace -> explanation(turn, trace, new LearnedStep(memory(), scope).of(turn)));
    }

    private Explanation explanation(TurnId turn, Json trace, Optional<Explanation.Step> learned) {
        List<Explanation.Step> steps = new ArrayList<>(trace.list("steps").stream()
                .map(step -> new Explanation.Step(
                        step.text("stage"),
                        step.text("summary"),
                        step.get("detail").orElse(Json.emptyObject()),
                        Duration.ofNanos(step.integer("nanos").orElse(0L))))
                .toList());
        learned.map(step -> new Explanation.Step(
                        step.stage(),
                        step.summary(),
                        services.records().traces().masked(step.detail()),
                        step.took()))
                .ifPresent(steps::add);
        return new Explanation(turn, trace.instant("at").orElse(Instant.EPOCH), trace.text("outcome"), steps);
    }

    @Override
    public SleepReport sleep() {
        open();
        return parts.nightly().sleep(Cancellation.none());
    }

    @Override
    public void backup(Path file) {
        services.records().store().sync();
        services.records().store().backup(file);
    }

    @Override
    public Health health() {
        int reported = parts.calls().reported();
        Health calls = reported == 0
                ? Health.green()
                : Health.yellow(List.of("Nobody can tell what became of " + reported
                        + " calls of tools that were cut off when a process ended: look at"
                        + " tools().unfinished(user), and undo or check them by hand"));
        return memory().health().and(calls).and(parts.permissions().health());
    }

    @Override
    public String describe() {
        return parts.describe().get();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        RunningTurns.await(running.all(), parts.closeWait());
        running.all().forEach(EngineTurn::cancel);
        RunningTurns.await(running.all(), CANCEL_WAIT);
        try {
            parts.resources().close();
        } finally {
            for (EngineTurn turn : running.all()) {
                turn.end(Outcome.failed(emptyReply(turn.id(), Outcome.Kind.FAILED), closedException(null)));
            }
        }
    }

    private void open() {
        if (closed.get()) {
            throw closedException(null);
        }
    }

    private static ArkestraException closedException(@Nullable Throwable cause) {
        return new ArkestraException("engine.closed", "The engine is closed; build another one", cause);
    }
}
