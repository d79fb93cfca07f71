package io.arkestra.store.h2.internal;

import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocWrite;
import io.arkestra.store.FieldType;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import io.arkestra.testkit.TestProviderContext;
import java.nio.file.Path;

/** What the tests of stores in a directory share. */
final class StoreHomes {
    static final Owner ALICE = Owner.of(UserId.of("alice"));
    static final CollectionSpec NOTES = CollectionSpec.builder("notes")
            .field("n", FieldType.LONG)
            .orderedIndex("n")
            .feed()
            .build();

    private StoreHomes() {}

    static H2DocStore open(Path directory) {
        return open(TestProviderContext.builder().dataDirectory(directory).build());
    }

    static H2DocStore openAcceptingLoss(Path directory) {
        return open(TestProviderContext.builder()
                .dataDirectory(directory)
                .settings(Json.object().put("acceptLoss", true).build())
                .build());
    }

    static H2DocStore open(TestProviderContext context) {
        H2DocStore store = (H2DocStore) new H2DocStoreProvider().open(context);
        store.define(NOTES);
        return store;
    }

    /** Writes documents {@code d<from>} to {@code d<to - 1>}, each in a transaction of its own. */
    static void fill(DocStore store, int from, int to) {
        for (int i = from; i < to; i++) {
            put(store, "d" + i, i);
        }
    }

    static void put(DocStore store, String id, long n) {
        store.inTransaction(tx -> tx.put(
                "notes",
                DocWrite.of(
                        ALICE,
                        id,
                        Json.object().put("n", n).put("text", "x".repeat(200)).build())));
    }

    static long count(DocStore store) {
        return store.inTransaction(tx -> tx.count("notes", ALICE, Filter.all()));
    }
}
