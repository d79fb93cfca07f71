package io.arkestra.approval.internal;

import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.concurrent.internal.Transactions;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.FieldType;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/** Questions as documents. Every change of one is made to what is stored by then. Thread-safe. */
final class Questions {
    /** By id. Derived: a question goes nowhere but to whoever was asked here, and an archive cannot bring an answer. */
    static final CollectionSpec COLLECTION = CollectionSpec.builder("approvals")
            .field("state", FieldType.STRING)
            .field("session", FieldType.STRING)
            .field("call", FieldType.STRING)
            .field("turn", FieldType.STRING)
            .orderedIndex("state", "session")
            .orderedIndex("call")
            .orderedIndex("turn")
            .derived()
            .check(doc -> new Question(doc).request())
            .build();

    private static final Duration KEPT = Duration.ofDays(30);

    private final DocStore store;
    private final ReentrantLock asking = new ReentrantLock();

    Questions(DocStore store) {
        this.store = store;
        store.define(COLLECTION);
    }

    /** Writes a new one, unless this many of the session wait already. */
    Optional<Question> ask(UserId user, String id, Json body, int most, Instant now) {
        Owner owner = Owner.of(user);
        Filter same = Filter.and(
                Filter.eq("state", Question.State.WAITING.name()), Filter.eq("session", body.text("session")));
        // Calls that are made at the same time ask at the same time: each has to see what the other wrote.
        asking.lock();
        try {
            return written(owner, id, body, same, most, now);
        } finally {
            asking.unlock();
        }
    }

    private Optional<Question> written(Owner owner, String id, Json body, Filter same, int most, Instant now) {
        return Transactions.again(store, tx -> {
            long waiting = tx.find(COLLECTION.name(), owner, DocQuery.where(same)).docs().stream()
                    .filter(doc -> !new Question(doc).isExpired(now))
                    .count();
            if (waiting >= most) {
                return Optional.empty();
            }
            DocWrite write =
                    DocWrite.of(owner, id, body).expectVersion(DocWrite.ABSENT).expiresAt(expiry(body));
            return Optional.of(new Question(tx.put(COLLECTION.name(), write)));
        });
    }

    private static Instant expiry(Json body) {
        return body.instant("expires_at").orElseThrow().plus(KEPT);
    }

    Optional<Question> find(UserId user, String id) {
        if (id.isEmpty() || id.length() > 200) {
            return Optional.empty();
        }
        return store.inTransaction(tx -> find(tx, user, id));
    }

    private static Optional<Question> find(DocTransaction tx, UserId user, String id) {
        return tx.get(COLLECTION.name(), Owner.of(user), id).map(Question::new);
    }

    /** Changes one, and does what goes with that; the change gives the new body, or nothing to leave it as it is. */
    Optional<Question> change(UserId user, String id, Change change) {
        return Transactions.again(store, tx -> {
            Optional<Question> found = id.isEmpty() || id.length() > 200 ? Optional.empty() : find(tx, user, id);
            Optional<Json> body = found.flatMap(question -> change.of(tx, question));
            return body.map(changed -> new Question(tx.put(
                            COLLECTION.name(),
                            DocWrite.update(found.orElseThrow().doc(), changed).expiresAt(expiry(changed)))))
                    .or(() -> found);
        });
    }

    /** A change of a question, within the transaction that makes it. */
    @FunctionalInterface
    interface Change {
        Optional<Json> of(DocTransaction tx, Question question);
    }

    void finish(DocTransaction tx, UserId user, String id) {
        find(tx, user, id)
                .ifPresent(question -> tx.put(
                        COLLECTION.name(),
                        DocWrite.update(
                                question.doc(),
                                question.doc().body().with("state", Json.of(Question.State.FINISHED.name())))));
    }

    /** What of a user waits, the oldest first. */
    List<Question> waiting(UserId user, Instant now) {
        return in(user, Question.State.WAITING).stream()
                .filter(question -> !question.isExpired(now))
                .toList();
    }

    List<Question> in(UserId user, Question.State... states) {
        List<Question> found = new ArrayList<>();
        for (Question.State state : states) {
            DocQuery query = DocQuery.where(Filter.eq("state", state.name()))
                    .ascending(CollectionSpec.FIELD_CREATED)
                    .limit(DocQuery.MAX_LIMIT);
            store.inTransaction(tx -> tx.find(COLLECTION.name(), Owner.of(user), query)).docs().stream()
                    .map(Question::new)
                    .forEach(found::add);
        }
        return found;
    }

    /** The newest about a call. */
    Optional<Question> about(UserId user, String call) {
        DocQuery query = DocQuery.where(Filter.eq("call", call))
                .descending(CollectionSpec.FIELD_CREATED)
                .limit(10);
        List<Doc> docs = store.inTransaction(tx -> tx.find(COLLECTION.name(), Owner.of(user), query))
                .docs();
        // Ids grow with time, also within one tick of the clock.
        return docs.stream().max(java.util.Comparator.comparing(Doc::id)).map(Question::new);
    }

    List<UserId> users() {
        return store.owners().stream().flatMap(owner -> owner.user().stream()).toList();
    }

    <R> R inTransaction(Function<DocTransaction, R> work) {
        return store.inTransaction(work);
    }

    /** What was decided must survive. */
    void sync() {
        store.sync();
    }
}
