package io.arkestra.memory.sleep.internal;

import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocWrite;
import io.arkestra.store.FieldType;
import io.arkestra.store.Owner;
import java.time.Duration;
import java.time.Instant;

/** What each sleep did to the memories of a user, by ids and without texts. A sleep that did nothing leaves no trace. */
final class SleepAudit {
    static final CollectionSpec SPEC = CollectionSpec.builder("sleep_runs")
            .field("started_at", FieldType.INSTANT)
            .orderedIndex("started_at")
            .check(doc -> {
                doc.body().text("started_at");
                doc.body().text("step");
                doc.body().list("entries");
            })
            .build();

    private static final Duration KEPT = Duration.ofDays(90);

    private final DocStore store;

    SleepAudit(DocStore store) {
        this.store = store;
        store.define(SPEC);
    }

    /** Writes what is known so far, over what was known before. */
    void write(UserId user, String id, Instant startedAt, String step, SleepRun run) {
        if (run.userCounts().isEmpty() && run.userEntries().isEmpty()) {
            return;
        }
        Json.ObjectBuilder counts = Json.object();
        run.userCounts().forEach(counts::put);
        Json body = Json.object()
                .put("started_at", startedAt)
                .put("step", step)
                .put("counts", counts.build())
                .put(
                        "entries",
                        Json.array(run.userEntries().stream()
                                .map(entry -> Json.object()
                                        .put("action", entry.action())
                                        .put("id", entry.id())
                                        .put("reason", entry.reason())
                                        .build())
                                .toList()))
                .build();
        store.inTransaction(tx -> tx.put(
                SPEC.name(),
                DocWrite.of(Owner.of(user), id, body).expiresAt(store.now().plus(KEPT))));
    }
}
