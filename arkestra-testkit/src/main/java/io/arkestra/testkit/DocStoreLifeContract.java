package io.arkestra.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.arkestra.common.Json;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocWrite;
import io.arkestra.store.FieldType;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import io.arkestra.store.StoreException;
import io.arkestra.store.UniqueKeyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Definitions that change, two owners at once, maintenance, closing and opening again. */
interface DocStoreLifeContract extends DocStoreFixture {
    @Test
    default void define_newFieldAndIndexes_coverWhatWasStored() {
        store().define(CollectionSpec.builder("grown").build());
        run(tx -> {
            for (int i = 0; i < 1_200; i++) {
                tx.put(
                        "grown",
                        DocWrite.of(
                                ALICE,
                                "d" + i,
                                Json.object()
                                        .put("size", i)
                                        .put("name", "n" + i)
                                        .build()));
            }
        });
        store().define(CollectionSpec.builder("grown")
                .field("size", FieldType.LONG)
                .field("name", FieldType.STRING)
                .orderedIndex("size")
                .uniqueKey("name")
                .build());
        assertEquals(
                200L,
                store().inTransaction(tx -> tx.count("grown", ALICE, Filter.gte("size", 1_000)))
                        .longValue());
        assertThrows(
                UniqueKeyException.class,
                () -> run(tx -> tx.put(
                        "grown",
                        DocWrite.of(ALICE, "x", Json.object().put("name", "n7").build()))));
    }

    @Test
    default void define_fieldTakenAwayAndBack_isCorrectAgain() {
        CollectionSpec with = CollectionSpec.builder("back")
                .field("size", FieldType.LONG)
                .orderedIndex("size")
                .build();
        store().define(with);
        run(tx -> tx.put(
                "back", DocWrite.of(ALICE, "a", Json.object().put("size", 1).build())));
        store().define(CollectionSpec.builder("back").build());
        run(tx -> tx.put(
                "back", DocWrite.of(ALICE, "a", Json.object().put("size", 2).build())));
        store().define(with);
        assertEquals(
                1L,
                store().inTransaction(tx -> tx.count("back", ALICE, Filter.eq("size", 2)))
                        .longValue());
        assertEquals(
                0L,
                store().inTransaction(tx -> tx.count("back", ALICE, Filter.eq("size", 1)))
                        .longValue());
    }

    @Test
    default void define_uniqueKeyThatIsViolated_isRefusedAndTheOldDefinitionStays() {
        store().define(CollectionSpec.builder("twins")
                .field("name", FieldType.STRING)
                .build());
        for (String id : List.of("a", "b")) {
            run(tx -> tx.put(
                    "twins",
                    DocWrite.of(ALICE, id, Json.object().put("name", "same").build())));
        }
        CollectionSpec unique = CollectionSpec.builder("twins")
                .field("name", FieldType.STRING)
                .uniqueKey("name")
                .build();
        assertThrows(UniqueKeyException.class, () -> store().define(unique));
        run(tx -> tx.delete("twins", ALICE, "b"));
        store().define(unique);
    }

    @Test
    default void define_otherTypeOfAField_isRefused() {
        store().define(CollectionSpec.builder("typed")
                .field("size", FieldType.LONG)
                .build());
        StoreException e = assertThrows(
                StoreException.class,
                () -> store().define(CollectionSpec.builder("typed")
                        .field("size", FieldType.STRING)
                        .build()));
        assertEquals("store.field-type", e.code());
        assertTrue(e.getMessage().contains("size"), e.getMessage());
    }

    @Test
    default void define_newSchemaVersion_upcastsOnReadAndInQueries() {
        store().define(CollectionSpec.builder("shaped")
                .field("txt", FieldType.STRING)
                .build());
        run(tx -> tx.put(
                "shaped",
                DocWrite.of(ALICE, "a", Json.object().put("txt", "one").build())));
        CollectionSpec newer = CollectionSpec.builder("shaped")
                .schemaVersion(3)
                .upcast(
                        1,
                        body -> body.without("txt").with("text", body.get("txt").orElse(Json.NULL)))
                .upcast(2, body -> body.with("length", Json.of(body.text("text").length())))
                .field("text", FieldType.STRING)
                .field("length", FieldType.LONG)
                .build();
        store().define(newer);
        Doc read = store().inTransaction(tx -> tx.find("shaped", ALICE, DocQuery.where(Filter.eq("length", 3))))
                .docs()
                .get(0);
        assertEquals(Json.object().put("text", "one").put("length", 3).build(), read.body());
        assertEquals(1, read.version());
        run(tx -> tx.put("shaped", DocWrite.update(read, read.body())));
        assertEquals(
                read.body(),
                store().inTransaction(tx -> tx.get("shaped", ALICE, "a"))
                        .orElseThrow()
                        .body());
        StoreException e = assertThrows(
                StoreException.class,
                () -> store().define(CollectionSpec.builder("shaped")
                        .field("txt", FieldType.STRING)
                        .build()));
        assertEquals("store.newer-schema", e.code());
    }

    @Test
    default void anyCall_twoOwnersUnderLoad_neverSeeEachOther() throws Exception {
        AtomicInteger number = new AtomicInteger();
        DocStoreFixture.inParallel(4, () -> {
            int me = number.getAndIncrement();
            Owner owner = me % 2 == 0 ? ALICE : BOB;
            for (int i = 0; i < 60; i++) {
                String id = "d" + (i % 15);
                String title = owner.key();
                run(tx -> {
                    tx.put(NOTES, DocWrite.of(owner, id, DocStoreFixture.note(title)));
                    if (tx.count(NOTES, owner, Filter.eq("title", title)) > 10) {
                        tx.deleteBatch(NOTES, owner, Filter.all(), 3);
                    }
                    for (Doc doc : tx.find(NOTES, owner, DocQuery.all().descending("title"))
                            .docs()) {
                        assertEquals(owner, doc.owner());
                        assertEquals(title, doc.body().text("title"));
                    }
                });
            }
        });
        for (Owner owner : List.of(ALICE, BOB)) {
            assertTrue(store().inTransaction(tx -> tx.count(NOTES, owner, Filter.all())) > 0);
        }
    }

    @Test
    default void sync_andCompact_whileOthersWork_loseNothing() throws Exception {
        AtomicInteger number = new AtomicInteger();
        DocStoreFixture.inParallel(3, () -> {
            int me = number.getAndIncrement();
            for (int i = 0; i < 20; i++) {
                put(ALICE, me + "-" + i, DocStoreFixture.note("x"));
                store().sync();
                if (me == 0 && i % 10 == 9) {
                    store().compact();
                }
            }
        });
        assertEquals(
                60L,
                store().inTransaction(tx -> tx.count(NOTES, ALICE, Filter.all()))
                        .longValue());
    }

    @Test
    default void backup_existingFileOrMissingDirectory_isRefused() throws Exception {
        Path file = directory().resolve("taken.zip");
        Files.writeString(file, "mine");
        assertThrows(StoreException.class, () -> store().backup(file));
        assertEquals("mine", Files.readString(file));
        assertThrows(
                StoreException.class,
                () -> store().backup(directory().resolve("missing").resolve("b.zip")));
    }

    @Test
    default void close_twice_isFineAndLaterCallsAreRefused() {
        DocStore closed = store();
        closed.close();
        closed.close();
        for (Executable call : List.<Executable>of(
                () -> closed.inTransaction(tx -> tx.get(NOTES, ALICE, "a")),
                () -> closed.changes(NOTES, 0, 1),
                () -> closed.fetch(NOTES, List.of()),
                () -> closed.define(DocStoreFixture.notes()),
                () -> closed.watch(NOTES, () -> {}),
                () -> closed.deleteAll(NOTES, ALICE, Filter.all()),
                closed::expire,
                closed::compact,
                () -> closed.erase(ALICE),
                () -> closed.changes(NOTES, ALICE, 0, 1),
                () -> closed.lastSequence(NOTES),
                closed::collections,
                closed::sync,
                closed::now,
                () -> closed.backup(directory().resolve("b.zip")))) {
            StoreException e = assertThrows(StoreException.class, call);
            assertEquals("store.closed", e.code());
        }
    }

    @Test
    default void open_again_hasEverything() {
        assumeTrue(keepsDocuments(), "a store in memory forgets");
        Doc kept = put(DocWrite.of(ALICE, "a", DocStoreFixture.note("1")).blob(new byte[] {1, 2}));
        put(DocWrite.of(ALICE, "b", DocStoreFixture.note("2"))
                .expiresAt(clock().instant().plusSeconds(5)));
        put(ALICE, "c", DocStoreFixture.note("3"));
        delete(ALICE, "c");
        clock().advance(Duration.ofSeconds(5));
        store().expire();
        var changes = store().changes(NOTES, 0, 10);
        long highest = changes.get(changes.size() - 1).sequence();

        reopen();

        Doc read = get(ALICE, "a");
        assertNotNull(read);
        assertEquals(kept.body(), read.body());
        assertEquals(kept.version(), read.version());
        assertEquals(kept.sequence(), read.sequence());
        assertNull(get(ALICE, "b"));
        assertEquals(changes, store().changes(NOTES, 0, 10));
        assertTrue(put(ALICE, "d", DocStoreFixture.note("4")).sequence() > highest);
    }
}
