package io.arkestra.approval.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.Principal;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.event.Events;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.policy.Action;
import io.arkestra.policy.ApprovalHandler;
import io.arkestra.policy.ApprovalOutcome;
import io.arkestra.policy.ApprovalRequest;
import io.arkestra.policy.Approvals;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Grant;
import io.arkestra.schedule.JobQueue;
import io.arkestra.schedule.JobSpec;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.Owner;
import io.arkestra.store.UniqueKeyException;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tool.internal.Approver;
import io.arkestra.tool.internal.CallLedger;
import io.arkestra.tool.internal.StoredCall;
import io.arkestra.tool.internal.ToolRunner;
import io.arkestra.turn.internal.SortableIds;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where people are asked. A question is stored before anybody hears of it; an answer is on the disk before anything follows from it, and holds
 * only for the digest that was shown. A turn waits a while; then the call is parked, and whoever answers it begins a turn that goes on from
 * there, by way of a durable job. Thread-safe.
 */
public final class ApprovalDesk implements Approvals, Approver {
    /** The job that goes on after an answer; its payload holds the id of the question. */
    public static final String TYPE = "approval";

    /** What the questions are kept in. */
    public static final String COLLECTION = Questions.COLLECTION.name();

    private static final Logger log = LoggerFactory.getLogger(ApprovalDesk.class);
    private static final String NOT_SANDBOXED = "not sandboxed";

    private final Questions questions;
    private final Grants grants;
    private final @Nullable ApprovalHandler handler;
    private final ApprovalSettings settings;
    private final JobQueue jobs;
    private final CallLedger ledger;
    private final EngineEventBus bus;
    private final Executor workers;
    private final SortableIds ids;
    private final Clock clock;
    /** Turns of this process that wait, by the id of the question. */
    private final Map<String, WaitingTurn> waiting = new ConcurrentHashMap<>();
    /** Calls that somebody was asked about and that are on their way. */
    private final Set<String> onTheirWay = ConcurrentHashMap.newKeySet();

    /**
     * @param handler passes questions on; null when nobody does
     * @param workers runs the handler, which may be slow
     */
    public ApprovalDesk(
            DocStore store,
            @Nullable ApprovalHandler handler,
            ApprovalSettings settings,
            JobQueue jobs,
            CallLedger ledger,
            EngineEventBus bus,
            Executor workers,
            Clock clock) {
        this.questions = new Questions(store);
        this.grants = new Grants(store);
        this.handler = handler;
        this.settings = settings;
        this.jobs = jobs;
        this.ledger = ledger;
        this.bus = bus;
        this.workers = workers;
        this.ids = new SortableIds(clock);
        this.clock = clock;
    }

    @Override
    public Verdict ask(ToolRunner.Place place, ToolCall call, Prepared prepared, Action action, Decision decision) {
        ToolSpec spec = action.tool().orElseThrow();
        String definition = Definition.of(spec);
        String digest = Definition.of(call, prepared, definition);
        Optional<Verdict> answered = answered(place, call, digest, action, decision);
        if (answered.isPresent()) {
            return answered.get();
        }
        UserId user = place.scope().user();
        Optional<Grant> grant =
                grants.use(user, place.scope().session(), action, definition, decision, clock.instant());
        if (grant.isPresent()) {
            audit("grant", place.actor(), grant.get().id(), "used", decision.rules(), fact("tool", call.tool()));
            return new Agreed(grant.get().id());
        }
        if (handler == null && !settings.park()) {
            return new Refused("a person would have to agree, and nobody can be asked here");
        }
        if (place.scope().session().isEmpty()) {
            return new Refused("a person would have to agree, and there is no conversation to ask in");
        }
        Instant now = clock.instant();
        String asked = call.id().startsWith(place.turn().value() + "-")
                ? call.id().substring(place.turn().value().length() + 1)
                : call.id();
        String sandbox = action.sandbox().isEmpty() ? NOT_SANDBOXED : action.sandbox();
        Json body = Question.write(
                place,
                asked,
                call,
                prepared,
                decision,
                sandbox,
                action.taints(),
                Grants.bound(action, decision),
                definition,
                digest,
                now,
                now.plus(settings.expiry()));
        Optional<Question> written = questions.ask(user, ids.next(), body, settings.mostWaiting(), now);
        if (written.isEmpty()) {
            audit("approval", place.actor(), call.tool(), "flooded", decision.rules(), fact("digest", digest));
            return new Refused(settings.mostWaiting()
                    + " questions of this conversation wait for an answer already, and no more are put to a person");
        }
        Question question = written.get();
        onTheirWay.add(call.id());
        audit("approval", place.actor(), question.id(), "asked", decision.rules(), about(question));
        boolean whole = question.arguments().equals(call.arguments());
        WaitingTurn turn = new WaitingTurn(this, place, question, action, decision, whole);
        // Who hears of the question may answer before this goes on.
        waiting.put(question.id(), turn);
        try {
            tell(question, "WAITING");
            return turn.verdict(handler, settings.inTurn(), workers);
        } finally {
            waiting.remove(question.id());
        }
    }

    /** What a person said about this very call before, in a process that ended or in a turn that did. */
    private Optional<Verdict> answered(
            ToolRunner.Place place, ToolCall call, String digest, Action action, Decision decision) {
        Optional<Question> before = questions.about(place.scope().user(), call.id());
        if (before.isEmpty()) {
            return Optional.empty();
        }
        Question question = before.get();
        onTheirWay.add(call.id());
        return switch (question.state()) {
            case APPROVED -> {
                if (question.digest().equals(digest) && question.covers(decision)) {
                    if (question.doc().body().bool("remember").orElse(false)) {
                        remember(question, action, decision);
                    }
                    yield Optional.of(new Agreed(question.id()));
                }
                moved(question, Question.State.CANCELLED);
                audit("approval", place.actor(), question.id(), "changed", List.of(), about(question));
                yield Optional.empty();
            }
            case EDITED -> {
                Json wanted = question.edited().orElse(Json.emptyObject());
                boolean asked = question.arguments().equals(call.arguments());
                if (asked && !(question.digest().equals(digest) && question.covers(decision))) {
                    moved(question, Question.State.CANCELLED);
                    audit("approval", place.actor(), question.id(), "changed", List.of(), about(question));
                    yield Optional.empty();
                }
                if (!wanted.equals(call.arguments())) {
                    yield Optional.of(new Edited(question.id(), wanted));
                }
                // It went through the policy with what the person wrote, and the policy wants to know again.
                moved(question, Question.State.CANCELLED);
                yield Optional.empty();
            }
            case DENIED -> Optional.of(refused(question));
            default -> Optional.empty();
        };
    }

    /** The grant has the id of the question: going on twice makes it once. */
    void remember(Question question, Action action, Decision decision) {
        grants.remember(question, action, decision, clock.instant())
                .ifPresent(grant -> audit(
                        "grant",
                        Scope.of(question.user()).withPrincipal(Principal.user(question.user())),
                        grant.id(),
                        "made",
                        decision.rules(),
                        fact("tool", grant.tool())));
    }

    static Refused refused(Question question) {
        return new Refused(question.note().isEmpty() ? "a person said no" : "a person said no: " + question.note());
    }

    @Override
    public void ended(ToolRunner.Place place, String call) {
        if (!onTheirWay.remove(call)) {
            return;
        }
        questions
                .about(place.scope().user(), call)
                .filter(question -> !question.parked() && isAnswered(question))
                .ifPresent(question -> moved(question, Question.State.FINISHED));
    }

    @Override
    public void withdrawn(ToolRunner.Place place, String approval) {
        questions
                .find(place.scope().user(), approval)
                .ifPresent(question -> close(question, place.actor(), "withdrawn"));
    }

    private static boolean isAnswered(Question question) {
        return switch (question.state()) {
            case APPROVED, EDITED, DENIED -> true;
            default -> false;
        };
    }

    /** The question as it is by now. */
    Question now(Question question) {
        return questions.find(question.user(), question.id()).orElse(question);
    }

    /** Takes a question back that nobody has answered. */
    void close(Question question, Scope by, String outcome) {
        end(question, Question.State.CANCELLED, found -> true, by, outcome);
    }

    /** Ends a question that nobody has answered, on record; false when there is none to end. */
    private boolean end(Question question, Question.State state, Predicate<Question> still, Scope by, String outcome) {
        boolean[] done = {false};
        questions.change(question.user(), question.id(), (tx, found) -> {
            done[0] = found.state() == Question.State.WAITING && still.test(found);
            return done[0] ? Optional.of(found.doc().body().with("state", Json.of(state.name()))) : Optional.empty();
        });
        if (done[0]) {
            audit("approval", by, question.id(), outcome, List.of(), about(question));
            tell(question, state.name());
        }
        return done[0];
    }

    Optional<Question> moved(Question from, Question.State state) {
        return questions.change(
                from.user(),
                from.id(),
                (tx, question) -> question.state() == from.state()
                        ? Optional.of(question.doc().body().with("state", Json.of(state.name())))
                        : Optional.empty());
    }

    @Override
    public List<ApprovalRequest> pending(UserId user) {
        return questions.waiting(user, clock.instant()).stream()
                .map(Question::request)
                .toList();
    }

    @Override
    public Optional<ApprovalRequest> find(UserId user, String id) {
        Instant now = clock.instant();
        return questions
                .find(user, id)
                .filter(question -> question.state() == Question.State.WAITING && !question.isExpired(now))
                .map(Question::request);
    }

    @Override
    public void answer(UserId user, String id, ApprovalOutcome outcome) {
        Given given = Given.of(outcome);
        Scope by = Scope.of(user).withPrincipal(Principal.user(user));
        Question question;
        try {
            question = settled(user, id, given, by);
        } catch (UniqueKeyException e) { // what follows from an answer is on its way already
            throw new InvalidInputException(
                    "The approval " + id + " does not wait any more: somebody answered at the same time", e);
        }
        questions.sync();
        audit("approval", by, id, given.state().name(), List.of(), about(question));
        tell(question, given.state().name());
        WaitingTurn turn = waiting.get(id);
        if (turn != null) {
            turn.answered(outcome);
        }
    }

    private Question settled(UserId user, String id, Given given, Scope by) {
        Instant now = clock.instant();
        AtomicReference<Question> forged = new AtomicReference<>();
        Optional<Question> settled = questions.change(user, id, (tx, question) -> {
            if (question.state() != Question.State.WAITING) {
                throw new InvalidInputException(
                        "The approval " + id + " does not wait any more: it is " + question.state());
            }
            if (question.isExpired(now)) {
                throw new InvalidInputException(
                        "The approval " + id + " expired at " + question.expiresAt() + "; the call was refused");
            }
            if (!given.fits(question)) {
                forged.set(question);
                return Optional.empty();
            }
            Json body =
                    question.doc().body().with("state", Json.of(given.state().name()));
            for (Map.Entry<String, Json> member : given.members().members().entrySet()) {
                body = body.with(member.getKey(), member.getValue());
            }
            if (question.parked()) {
                submit(tx, question);
            }
            return Optional.of(body);
        });
        if (forged.get() != null) {
            audit("approval", by, id, "forged", List.of(), about(forged.get()));
            throw new InvalidInputException("The answer to the approval " + id
                    + " names another digest than the question: it is not about what was shown");
        }
        return settled.orElseThrow(
                () -> new InvalidInputException("No approval of the id " + id + " waits for this user"));
    }

    private void submit(DocTransaction tx, Question question) {
        jobs.submit(
                tx,
                JobSpec.builder(TYPE, Owner.of(question.user()))
                        .payload(Json.object()
                                .put("approval", question.id())
                                .put("turn", question.turn().value())
                                .build())
                        .dedupeKey(TYPE + ":" + question.id())
                        .maxAttempts(3)
                        .build());
    }

    @Override
    public List<Grant> grants(UserId user) {
        return grants.all(user, clock.instant());
    }

    @Override
    public boolean revoke(UserId user, String grant) {
        boolean gone = grants.revoke(user, grant);
        if (gone) {
            Scope by = Scope.of(user).withPrincipal(Principal.user(user));
            audit("grant", by, grant, "revoked", List.of(), Json.emptyObject());
        }
        return gone;
    }

    /** The question that a continuation is about, as long as something has to follow from its answer. */
    public Optional<Question> toGoOn(UserId user, String id) {
        return questions.find(user, id).filter(ApprovalDesk::isAnswered);
    }

    /** All that followed from an answer was done: part of the transaction that makes it so. */
    public void finish(DocTransaction tx, UserId user, String id) {
        questions.finish(tx, user, id);
    }

    /** Parks a question that still waits, and gives it as it is then. */
    Question park(Question question) {
        Question now = questions
                .change(
                        question.user(),
                        question.id(),
                        (tx, found) ->
                                found.state() == Question.State.WAITING ? Optional.of(parked(found)) : Optional.empty())
                .orElse(question);
        questions.sync();
        return now;
    }

    Instant now() {
        return clock.instant();
    }

    /** Whether a call that did not happen will be made after all, because a person has agreed to it. */
    public boolean takesOver(StoredCall call) {
        return questions
                .about(call.user(), call.call().id())
                .map(Question::state)
                .filter(state -> state == Question.State.APPROVED || state == Question.State.EDITED)
                .isPresent();
    }

    @Override
    public List<String> unanswered(UserId user, SessionId session) {
        Instant now = clock.instant();
        return questions.in(user, Question.State.WAITING).stream()
                .filter(question -> question.session().equals(session) && question.isExpired(now))
                .filter(question -> expire(question, now))
                .map(Question::tool)
                .toList();
    }

    boolean expire(Question question, Instant now) {
        return end(
                question,
                Question.State.EXPIRED,
                found -> found.isExpired(now),
                Scope.of(question.user()),
                Question.State.EXPIRED.name());
    }

    /**
     * Finds what an earlier process left: questions whose turn died with it are parked, and what was answered goes on. Called once, before
     * jobs run.
     */
    public void resume() {
        for (UserId user : questions.users()) {
            for (Question question : questions.in(
                    user,
                    Question.State.WAITING,
                    Question.State.APPROVED,
                    Question.State.EDITED,
                    Question.State.DENIED)) {
                if (!question.parked() && expire(question, clock.instant())) {
                    continue; // what expired while nothing ran does not get new time
                }
                questions.change(user, question.id(), (tx, found) -> {
                    if (isAnswered(found)) {
                        submit(tx, found);
                    }
                    return found.parked()
                            ? Optional.empty()
                            : Optional.of(
                                    found.state() == Question.State.WAITING
                                            ? parked(found)
                                            : found.doc().body().with("parked", Json.TRUE));
                });
            }
        }
    }

    Json parked(Question question) {
        return question.doc()
                .body()
                .with("parked", Json.TRUE)
                .with(
                        "expires_at",
                        Json.of(clock.instant().plus(settings.parkedExpiry()).toString()));
    }

    void tell(Question question, String state) {
        bus.publish(new Events.ApprovalChanged(
                bus.nextHeader(question.user(), question.turn()), question.id(), question.tool(), state));
    }

    /** What was decided holds, whether or not it can be taken down. */
    void audit(String kind, Scope scope, String subject, String outcome, List<String> rules, Json detail) {
        try {
            ledger.record(kind, scope, subject, outcome, rules, detail);
        } catch (ArkestraException e) {
            log.error("The {} {} is {}, but the audit could not take it down: {}", kind, subject, outcome, e.code());
        }
    }

    static Json about(Question question) {
        return Json.object()
                .put("tool", question.tool())
                .put("call", question.doc().body().text("call"))
                .put("digest", question.digest())
                .build();
    }

    private static Json fact(String name, String value) {
        return Json.object().put(name, value).build();
    }
}
