package io.arkestra.tool.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Json;
import io.arkestra.common.ProjectId;
import io.arkestra.common.UserId;
import io.arkestra.concurrent.internal.Transactions;
import io.arkestra.provenance.internal.Flows;
import io.arkestra.provenance.internal.TaintMarks;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.FieldType;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import io.arkestra.store.VersionConflictException;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What calls with effects would do and did, so that an effect can be found after a crash and taken back. Thread-safe. */
public final class CallRecords {
    /** By id of the call; {@link StoredCall.State} in {@code state}. Kept for 30 days. */
    public static final CollectionSpec COLLECTION = CollectionSpec.builder("tool_calls")
            .field("turn", FieldType.STRING)
            .field("state", FieldType.STRING)
            .orderedIndex("turn")
            .orderedIndex("state")
            .check(doc -> {
                doc.body().text("turn");
                doc.body().text("tool");
                doc.body().text("state");
                StoredTargets.in(doc.body());
                StoredVerdict.in(doc.body());
                project(doc.body());
            })
            .build();

    /** The member of a record that says that an undo may be at work still. */
    static final String LEFT_BEHIND = "left_behind";

    private static final String PROJECT = "project";

    private static final Logger log = LoggerFactory.getLogger(CallRecords.class);
    private static final Duration KEPT = Duration.ofDays(30);

    private final DocStore store;
    private final Clock clock;
    private final TaintMarks marks;
    private final Set<String> running = ConcurrentHashMap.newKeySet();

    /** A call that is being made. */
    interface Running extends AutoCloseable {
        @Override
        void close();
    }

    public CallRecords(DocStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
        store.define(COLLECTION);
        marks = new TaintMarks(store);
    }

    /** Which files hold words of untrusted sources: it changes together with what is on record of calls. */
    public TaintMarks marks() {
        return marks;
    }

    /**
     * Takes down what a call would do, before it does it. What leaves the store's own transactions is on the disk when this returns.
     *
     * @param targets what it touches, as it was judged
     * @param flows what it does to the marks of files
     * @return to be closed when the call is over, however it ends
     * @throws io.arkestra.store.StoreException when it cannot be taken down; the call must not be made then
     */
    Running prepared(
            ToolRunner.Place place,
            ToolSpec spec,
            ToolCall call,
            Prepared prepared,
            List<Target> targets,
            StoredVerdict verdict,
            Flows flows) {
        Json body = Json.object()
                .put("turn", place.turn().value())
                .put("tool", call.tool())
                .put("version", spec.version())
                .put("state", StoredCall.State.PREPARED.name())
                .put("arguments", call.arguments())
                .put("effects", Json.strings(prepared.effects()))
                .put("preview", prepared.preview())
                .put("undo", prepared.undo())
                .put("digest", prepared.stateDigest())
                .put("reversible", spec.reversible())
                .put("locale", place.locale().toLanguageTag())
                .put("zone", place.zone().getId())
                .put(StoredTargets.MEMBER, StoredTargets.json(targets))
                .put("verdict", verdict.json())
                .putIfPresent(PROJECT, place.scope().project().map(ProjectId::value))
                .build();
        Owner owner = Owner.of(place.scope().user());
        DocWrite write =
                DocWrite.of(owner, call.id(), body).expiresAt(clock.instant().plus(KEPT));
        String key = key(place.scope().user(), call.id());
        // Before anybody can find the record: a call that is about to be made is not to be undone.
        running.add(key);
        try {
            write(write, flows);
            if (spec.sideEffect().compareTo(ToolSpec.SideEffect.LOCAL) >= 0) {
                store.sync();
            }
        } catch (RuntimeException | Error e) {
            running.remove(key);
            throw e;
        }
        return () -> running.remove(key);
    }

    private void write(DocWrite write, Flows flows) {
        Transactions.again(store, tx -> {
            flows.expected(tx);
            Doc stored = tx.put(COLLECTION.name(), write);
            // What the guard keeps out cannot be put back: such a call must not be undone from its record.
            boolean masked = !same("arguments", stored, write.body())
                    || !same("undo", stored, write.body())
                    || !same(PROJECT, stored, write.body());
            Json known = masked ? stored.body().with("masked", Json.TRUE) : stored.body();
            if (!same(PROJECT, stored, write.body())) {
                known = known.without(PROJECT);
            }
            if (!same(StoredTargets.MEMBER, stored, write.body())) {
                known = known.without(StoredTargets.MEMBER); // nobody is to judge by what the guard made of them
            }
            return known.equals(stored.body()) ? stored : tx.put(COLLECTION.name(), DocWrite.update(stored, known));
        });
    }

    private static String key(UserId user, String id) {
        return user.value() + "\n" + id;
    }

    /** Whether the call is being made now, by this process. */
    boolean isRunning(StoredCall call) {
        return running.contains(key(call.user(), call.call().id()));
    }

    private static boolean same(String member, Doc stored, Json body) {
        return stored.body().get(member).equals(body.get(member));
    }

    /** What became of it is certain: that it cannot be noted down must not change what the model is told. */
    void ended(UserId user, ToolCall call, StoredCall.State state, String error, Consumer<DocTransaction> also) {
        try {
            Transactions.again(store, tx -> {
                also.accept(tx);
                return tx.get(COLLECTION.name(), Owner.of(user), call.id())
                        .map(doc -> tx.put(COLLECTION.name(), DocWrite.update(doc, changed(doc.body(), state, error))));
            });
        } catch (ArkestraException e) {
            log.warn(
                    "Call {} of {} is {}, but stays recorded as prepared: {}", call.id(), call.tool(), state, e.code());
        }
    }

    /** Notes down something of a call that is not on record itself. */
    void noted(Consumer<DocTransaction> work) {
        Transactions.again(store, tx -> {
            work.accept(tx);
            return true;
        });
    }

    /** Moves a call to another state unless somebody else moved it since it was read; empty then. */
    Optional<StoredCall> moved(StoredCall from, StoredCall.State state, String error) {
        return moved(from, state, error, true);
    }

    /**
     * @param over whether nobody is at work on it any more: what its undo did not bring back will not come back then. Is on record until
     *     somebody says otherwise
     */
    Optional<StoredCall> moved(StoredCall from, StoredCall.State state, String error, boolean over) {
        Owner owner = Owner.of(from.user());
        Optional<StoredCall> moved;
        try {
            moved = store.inTransaction(tx -> tx.get(
                            COLLECTION.name(), owner, from.call().id())
                    .filter(doc -> doc.version() == from.revision())
                    .map(doc -> tx.put(
                            COLLECTION.name(),
                            DocWrite.update(doc, known(changed(doc.body(), state, error), state, over))))
                    .map(StoredCall::of)
                    .map(changed -> {
                        marked(tx, from.state(), changed, over);
                        return changed;
                    }));
        } catch (VersionConflictException e) {
            return Optional.empty();
        }
        store.sync();
        return moved;
    }

    private void marked(DocTransaction tx, StoredCall.State from, StoredCall call, boolean over) {
        boolean undoing = from == StoredCall.State.UNDOING;
        String id = call.call().id();
        switch (call.state()) {
            case UNDOING -> marks.reviving(tx, id);
            case UNDONE, ABANDONED -> marks.undone(tx, id);
            case DONE, REPORTED -> {
                if (undoing && over && call.state() == StoredCall.State.DONE) {
                    marks.stayed(tx, id);
                } else if (undoing) {
                    marks.reviving(tx, id); // also where somebody vouched before it came to that
                }
            }
            default -> {
                // what it wrote may be there
            }
        }
    }

    /**
     * Takes in a record that came from elsewhere: what its undo would do was written by who knows whom, and is about another machine. It
     * shows what was done, and can neither be undone nor asked about.
     */
    public void adopt(DocTransaction tx, Doc doc) {
        tx.put(COLLECTION.name(), DocWrite.update(doc, doc.body().with("masked", Json.TRUE)));
    }

    /** In which project the call of a record was made. */
    public static Optional<ProjectId> project(Json call) {
        return call.string(PROJECT).map(ProjectId::of);
    }

    private static Json changed(Json body, StoredCall.State state, String error) {
        Json changed = body.with("state", Json.of(state.name()));
        return error.isEmpty() ? changed.without("error") : changed.with("error", Json.of(error));
    }

    /** Who is about to take it back cannot know whether somebody else is still at it. */
    private static Json known(Json body, StoredCall.State state, boolean over) {
        if (state == StoredCall.State.UNDOING) {
            return body;
        }
        return over ? body.without(LEFT_BEHIND) : body.with(LEFT_BEHIND, Json.TRUE);
    }

    Optional<StoredCall> find(UserId user, String id) {
        return store.inTransaction(tx -> tx.get(COLLECTION.name(), Owner.of(user), id))
                .map(StoredCall::of);
    }

    /** The newest first. */
    List<StoredCall> newest(UserId user, int limit) {
        DocQuery query = DocQuery.all().descending(CollectionSpec.FIELD_CREATED).limit(limit);
        return store.inTransaction(tx -> tx.find(COLLECTION.name(), Owner.of(user), query)).docs().stream()
                .map(StoredCall::of)
                .toList();
    }

    /** Those in one of the states, the oldest first. */
    List<StoredCall> in(UserId user, List<StoredCall.State> states) {
        DocQuery query = DocQuery.where(Filter.in(
                        "state", List.copyOf(states.stream().map(Enum::name).toList())))
                .ascending(CollectionSpec.FIELD_CREATED)
                .limit(DocQuery.MAX_LIMIT);
        return store.inTransaction(tx -> tx.find(COLLECTION.name(), Owner.of(user), query)).docs().stream()
                .map(StoredCall::of)
                .toList();
    }

    /** Those whose end nobody saw and that nobody could settle. */
    List<StoredCall> unfinished(UserId user) {
        return in(user, List.of(StoredCall.State.PREPARED, StoredCall.State.UNDOING, StoredCall.State.REPORTED))
                .stream()
                .filter(call -> !isRunning(call))
                .toList();
    }

    /** Those of everybody in one of the states. */
    List<StoredCall> ofAll(List<StoredCall.State> states) {
        List<StoredCall> all = new ArrayList<>();
        for (Owner owner : store.owners()) {
            owner.user().ifPresent(user -> all.addAll(in(user, states)));
        }
        return all;
    }
}
