package io.arkestra.testkit;

import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.FieldType;
import io.arkestra.store.Owner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the groups of {@link DocStoreContract}'s tests share. */
interface DocStoreFixture {
    Owner ALICE = Owner.of(UserId.of("alice"));
    Owner BOB = Owner.of(UserId.of("bob"));

    /** The collection that most tests write to. */
    String NOTES = "notes";

    DocStore store();

    ManualClock clock();

    Path directory();

    boolean keepsDocuments();

    /** Closes the store and opens it again in the same place. */
    DocStore reopen();

    default Doc put(DocWrite write) {
        return store().inTransaction(tx -> tx.put(NOTES, write));
    }

    default Doc put(Owner owner, String id, Json body) {
        return put(DocWrite.of(owner, id, body));
    }

    default @Nullable Doc get(Owner owner, String id) {
        return store().inTransaction(tx -> tx.get(NOTES, owner, id)).orElse(null);
    }

    default boolean delete(Owner owner, String id) {
        return store().inTransaction(tx -> tx.delete(NOTES, owner, id));
    }

    default void run(Consumer<DocTransaction> work) {
        store().inTransaction(tx -> {
            work.accept(tx);
            return true;
        });
    }

    static CollectionSpec notes() {
        return CollectionSpec.builder(NOTES)
                .field("title", FieldType.STRING)
                .field("rank", FieldType.LONG)
                .field("score", FieldType.DOUBLE)
                .field("done", FieldType.BOOLEAN)
                .field("due", FieldType.INSTANT)
                .field("slug", FieldType.STRING)
                .orderedIndex("title", "rank")
                .orderedIndex("due")
                .uniqueKey("slug")
                .feed()
                .build();
    }

    static Json note(String title) {
        return Json.object().put("title", title).build();
    }

    static Json slug(String value) {
        return Json.object().put("slug", value).build();
    }

    /** Runs the work in several threads and fails when one fails or takes longer than a minute. */
    static void inParallel(int threads, Runnable work) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(pool.submit(work));
            }
            for (Future<?> future : running) {
                future.get(60, TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
