package io.arkestra.turn.internal;

import io.arkestra.common.Json;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.guard.Guard;
import io.arkestra.guard.GuardContext;
import io.arkestra.guard.internal.GuardedJson;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Why turns went as they did, one document a turn, kept for 30 days. Text goes through the guard before it is kept. Thread-safe. */
public final class TraceStore {
    public static final CollectionSpec COLLECTION =
            CollectionSpec.builder("traces").check(TraceStore::check).build();

    private static final Duration KEPT = Duration.ofDays(30);

    private final DocStore store;
    private final Guard guard;

    public TraceStore(DocStore store, Guard guard) {
        this.store = store;
        this.guard = guard;
        store.define(COLLECTION);
    }

    private static void check(Doc doc) {
        doc.body().instant("at");
        doc.body().text("outcome");
        for (Json step : doc.body().list("steps")) {
            step.text("stage");
            step.text("summary");
            step.integer("nanos");
        }
    }

    /** @param masked the trace, after {@link #masked} */
    public void save(DocTransaction tx, UserId user, TurnId turn, Json masked, Instant now) {
        tx.put(
                COLLECTION.name(),
                DocWrite.of(Owner.of(user), turn.value(), masked).expiresAt(now.plus(KEPT)));
    }

    public Optional<Json> find(UserId user, TurnId turn) {
        return store.inTransaction(tx -> tx.get(COLLECTION.name(), Owner.of(user), turn.value()))
                .map(Doc::body);
    }

    /** Every text in it after the guard. Apart from {@link #save}, so that no transaction waits for the guard. */
    public Json masked(Json json) {
        return GuardedJson.of(guard, json, GuardContext.of(GuardContext.Direction.TO_LOG));
    }
}
