package io.arkestra.people.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
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

/** What users told about themselves that the engine itself goes by. Thread-safe. */
public final class PeopleStore {
    public static final CollectionSpec COLLECTION =
            CollectionSpec.builder("people").check(PeopleStore::check).build();

    private static final String ID = "profile";
    private static final int LONGEST_NAME = 100;

    private final DocStore store;

    public PeopleStore(DocStore store) {
        this.store = store;
        store.define(COLLECTION);
    }

    private static void check(Doc doc) {
        if (doc.body().string("name").isEmpty() && doc.body().string("zone").isEmpty()) {
            throw new InvalidInputException("it has neither the member \"name\" nor the member \"zone\"");
        }
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
        String clean = name.strip().replaceAll("\\s+", " ");
        if (clean.isEmpty() || clean.length() > LONGEST_NAME) {
            throw new InvalidInputException(
                    "The name has " + clean.length() + " characters; expected 1 to " + LONGEST_NAME);
        }
        set(user, "name", clean);
    }

    public void setZone(UserId user, ZoneId zone) {
        set(user, "zone", zone.getId());
    }

    /** Two sessions of a user may set different things at once: neither may lose what the other set. */
    private void set(UserId user, String key, String value) {
        Transactions.again(store, tx -> set(tx, user, key, value));
    }

    private static Doc set(DocTransaction tx, UserId user, String key, String value) {
        Optional<Doc> doc = read(tx, user);
        Json body = doc.map(Doc::body).orElse(Json.emptyObject()).with(key, Json.of(value));
        return tx.put(
                COLLECTION.name(),
                doc.map(old -> DocWrite.update(old, body))
                        .orElseGet(() -> DocWrite.of(Owner.of(user), ID, body).expectVersion(DocWrite.ABSENT)));
    }

    private static Optional<Doc> read(DocTransaction tx, UserId user) {
        return tx.get(COLLECTION.name(), Owner.of(user), ID);
    }
}
