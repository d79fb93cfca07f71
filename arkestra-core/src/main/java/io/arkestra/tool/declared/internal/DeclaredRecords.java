package io.arkestra.tool.declared.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Declared tools as they are kept: one document for a name, with all of its versions. Thread-safe. */
final class DeclaredRecords {
    static final CollectionSpec COLLECTION =
            CollectionSpec.builder("declared_tools").check(doc -> Kept.of(doc)).build();
    /** Versions of one tool. */
    static final int MOST_VERSIONS = 1_000;

    private static final String NAME = COLLECTION.name();

    private final DocStore store;

    DeclaredRecords(DocStore store) {
        this.store = store;
        store.define(COLLECTION);
    }

    /**
     * A tool with its versions.
     *
     * @param state {@code enabled}, {@code disabled} or {@code removed}
     * @param pinned the digest that the host vouches for; empty for none
     * @param versions the oldest first, each with {@code version}, {@code at}, {@code definition}
     */
    record Kept(String name, String state, String pinned, List<Json> versions) {
        static Kept of(Doc doc) {
            return new Kept(
                    doc.id(),
                    doc.body().text("state"),
                    doc.body().string("pinned").orElse(""),
                    doc.body().list("versions"));
        }

        Json newest() {
            return versions.get(versions.size() - 1);
        }

        boolean isRemoved() {
            return state.equals("removed");
        }

        boolean isEnabled() {
            return state.equals("enabled");
        }

        Kept in(String value) {
            return new Kept(name, value, pinned, versions);
        }

        Kept pinned(String digest) {
            return new Kept(name, state, digest, versions);
        }

        Kept with(Json version) {
            List<Json> all = new ArrayList<>(versions);
            all.add(version);
            return new Kept(name, "enabled", "", all);
        }

        Json body() {
            return Json.object()
                    .put("state", state)
                    .put("pinned", pinned)
                    .put("versions", Json.array(versions))
                    .build();
        }
    }

    Optional<Kept> find(String name) {
        return name.isEmpty() || name.length() > 200
                ? Optional.empty()
                : store.inTransaction(tx -> tx.get(NAME, Owner.SYSTEM, name)).map(Kept::of);
    }

    List<Kept> all() {
        return store
                .inTransaction(tx -> tx.find(NAME, Owner.SYSTEM, DocQuery.all().limit(DocQuery.MAX_LIMIT)))
                .docs()
                .stream()
                .map(Kept::of)
                .sorted(java.util.Comparator.comparing(Kept::name))
                .toList();
    }

    /** @throws ConfigException when it holds what the guard keeps out of the store; nothing was kept then */
    void put(Kept kept) {
        Json body = kept.body();
        store.inTransaction(tx -> {
            Doc stored = tx.put(NAME, DocWrite.of(Owner.SYSTEM, kept.name(), body));
            if (!stored.body().equals(body)) {
                throw new ConfigException("The definition of '" + kept.name()
                        + "' holds what looks like a secret or personal data, which is not stored; put secrets into the"
                        + " environment and write env://NAME");
            }
            return stored;
        });
        store.sync();
    }
}
