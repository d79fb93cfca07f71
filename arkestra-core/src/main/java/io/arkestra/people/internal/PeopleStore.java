package io.arkestra.people.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.common.UserId;
import io.arkestra.concurrent.internal.Transactions;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What users told about themselves that the engine itself goes by. Thread-safe. */
public final class PeopleStore {
    public static final CollectionSpec COLLECTION = CollectionSpec.builder("people")
            .check(doc -> ProfileFields.check(doc.body()))
            .build();

    private static final String ID = "profile";

    private final DocStore store;

    public PeopleStore(DocStore store) {
        this.store = store;
        store.define(COLLECTION);
    }

    /** The stored profile; an empty object for a user who told nothing. */
    public Json profile(UserId user) {
        return store.inTransaction(tx -> profile(tx, user));
    }

    public Json profile(DocTransaction tx, UserId user) {
        return read(tx, user).map(Doc::body).orElse(Json.emptyObject());
    }

    public Optional<String> name(UserId user) {
        return profile(user).string("name");
    }

    public Optional<ZoneId> zone(UserId user) {
        return zone(profile(user));
    }

    /** The zone of a profile; none when it is not a zone that this Java knows. */
    public static Optional<ZoneId> zone(Json profile) {
        return profile.string("zone").flatMap(id -> {
            try {
                return Optional.of(ZoneId.of(id));
            } catch (DateTimeException e) {
                return Optional.empty();
            }
        });
    }

    public void setName(UserId user, String name) {
        change(user, body -> ProfileFields.name(body, name));
    }

    public void setZone(UserId user, ZoneId zone) {
        change(user, body -> ProfileFields.zone(body, zone.getId()));
    }

    /**
     * Changes a profile and returns what it is then. Two sessions of a user may set different things at once: neither may lose what
     * the other set, so the change may be made more than once, each time to what is stored by then. On disk when this
     * returns.
     */
    public Json change(UserId user, UnaryOperator<Json> change) {
        return change(user, change, Set.of());
    }

    /** The same with untrusted sources that the change may come from. */
    public Json change(UserId user, UnaryOperator<Json> change, Set<Taint> sources) {
        Json profile = Transactions.again(
                store, tx -> change(tx, user, old -> ProfileTaint.changed(old, change.apply(old), sources)));
        store.sync();
        return profile;
    }

    /** Puts a profile back as it was, with the sources that it came from then. */
    public void restore(UserId user, UnaryOperator<Json> change) {
        Transactions.again(store, tx -> change(tx, user, change));
        store.sync();
    }

    /** Changes a profile within a transaction, which fails when somebody else changed it meanwhile. */
    Json change(DocTransaction tx, UserId user, UnaryOperator<Json> change) {
        Optional<Doc> doc = read(tx, user);
        Json old = doc.map(Doc::body).orElse(Json.emptyObject());
        Json body = change.apply(old);
        if (body.equals(old)) {
            return old;
        }
        if (body.size() == 0) {
            tx.delete(COLLECTION.name(), Owner.of(user), ID);
            return body;
        }
        tx.put(
                COLLECTION.name(),
                doc.map(known -> DocWrite.update(known, body))
                        .orElseGet(() -> DocWrite.of(Owner.of(user), ID, body).expectVersion(DocWrite.ABSENT)));
        return body;
    }

    private static Optional<Doc> read(DocTransaction tx, UserId user) {
        return tx.get(COLLECTION.name(), Owner.of(user), ID);
    }
}
