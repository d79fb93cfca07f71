package io.arkestra.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.store.Doc;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.StoreException;
import io.arkestra.store.UniqueKeyException;
import io.arkestra.store.VersionConflictException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Writing, versions, unique keys, transactions. */
interface DocStoreWriteContract extends DocStoreFixture {
    @Test
    default void put_everyKindOfValue_readsBackEqual() {
        Json body = Json.object()
                .put("title", "Привет, \uD83D\uDE80 שלום e\u0301 \u0000 \u2028 \"quoted\"")
                .put("rank", Long.MIN_VALUE)
                .put("score", 0.1)
                .put("done", true)
                .put("due", Instant.parse("2026-03-01T10:00:00.123456789Z"))
                .put(
                        "nested",
                        Json.object()
                                .put("list", Json.array(Json.NULL, Json.of(1)))
                                .build())
                .build();
        Instant expires = clock().instant().plus(Duration.ofDays(1));
        byte[] blob = {0, -1, 127, 5};

        Doc written =
                put(DocWrite.of(ALICE, "id-ж-\uD83D\uDE80", body).blob(blob).expiresAt(expires));
        Doc read = get(ALICE, "id-ж-\uD83D\uDE80");

        assertNotNull(read);
        for (Doc doc : List.of(written, read)) {
            assertEquals(body, doc.body());
            assertEquals(body.toString(), doc.body().toString(), "order of members");
            assertArrayEquals(blob, doc.blob().orElseThrow());
            assertEquals(Optional.of(expires), doc.expiresAt());
            assertEquals(1, doc.version());
            assertEquals(ALICE, doc.owner());
            assertEquals(clock().instant(), doc.createdAt());
            assertEquals(clock().instant(), doc.updatedAt());
        }
        assertEquals(written.sequence(), read.sequence());
    }

    @Test
    default void put_largeBodyAndBlob_readBackEqual() {
        String text = "ж\uD83D\uDE80x".repeat(700_000);
        byte[] blob = new byte[3_000_001];
        blob[3_000_000] = 7;
        put(DocWrite.of(ALICE, "large", Json.object().put("text", text).build()).blob(blob));
        Doc read = get(ALICE, "large");
        assertNotNull(read);
        assertEquals(text, read.body().text("text"));
        assertArrayEquals(blob, read.blob().orElseThrow());
    }

    @Test
    default void put_bodyOverLimit_isRefusedNamingTheLimit() {
        Json body = Json.object().put("text", "x".repeat(16 * 1024 * 1024)).build();
        StoreException e = assertThrows(StoreException.class, () -> put(ALICE, "large", body));
        assertEquals("store.too-large", e.code());
        assertTrue(e.getMessage().contains("16777216"), e.getMessage());
        assertNull(get(ALICE, "large"));
    }

    @Test
    default void put_longStringInIndexedField_isRefusedNamingFieldAndLimit() {
        StoreException e =
                assertThrows(StoreException.class, () -> put(ALICE, "a", DocStoreFixture.note("x".repeat(513))));
        assertTrue(e.getMessage().contains("title") && e.getMessage().contains("512"), e.getMessage());
        assertNotNull(put(ALICE, "a", DocStoreFixture.note("x".repeat(512))));
    }

    @Test
    default void put_wrongTypeInIndexedField_isRefusedNamingTheField() {
        Json body = Json.object().put("rank", "three").build();
        StoreException e = assertThrows(StoreException.class, () -> put(ALICE, "a", body));
        assertTrue(e.getMessage().contains("rank"), e.getMessage());
        assertNull(get(ALICE, "a"));
    }

    @Test
    default void put_again_countsVersionsAndKeepsCreation() {
        Doc first = put(ALICE, "a", DocStoreFixture.note("one"));
        clock().advance(Duration.ofSeconds(5));
        Doc second = put(DocWrite.update(first, DocStoreFixture.note("two")));
        assertEquals(2, second.version());
        assertEquals(first.createdAt(), second.createdAt());
        assertEquals(clock().instant(), second.updatedAt());
        assertTrue(second.sequence() > first.sequence());
    }

    @Test
    default void put_oldVersion_conflictsAndChangesNothing() {
        Doc first = put(ALICE, "a", DocStoreFixture.note("one"));
        put(DocWrite.update(first, DocStoreFixture.note("two")));
        VersionConflictException e = assertThrows(
                VersionConflictException.class, () -> put(DocWrite.update(first, DocStoreFixture.note("lost"))));
        assertTrue(e.retryable());
        Doc read = get(ALICE, "a");
        assertNotNull(read);
        assertEquals("two", read.body().text("title"));
        assertEquals(2, read.version());
    }

    @Test
    default void put_expectedAbsent_onlyWhenThereIsNone() {
        DocWrite create = DocWrite.of(ALICE, "a", DocStoreFixture.note("one")).expectVersion(DocWrite.ABSENT);
        put(create);
        assertThrows(VersionConflictException.class, () -> put(create));
        assertThrows(
                VersionConflictException.class,
                () -> put(DocWrite.of(ALICE, "b", DocStoreFixture.note("x")).expectVersion(1)));
        put(DocWrite.of(BOB, "a", DocStoreFixture.note("mine")).expectVersion(DocWrite.ABSENT));
    }

    @Test
    default void put_afterDelete_doesNotUseAVersionTwice() {
        Doc first = put(ALICE, "a", DocStoreFixture.note("one"));
        delete(ALICE, "a");
        Doc second = put(DocWrite.of(ALICE, "a", DocStoreFixture.note("two")).expectVersion(DocWrite.ABSENT));
        assertTrue(second.version() > first.version());
        assertThrows(VersionConflictException.class, () -> put(DocWrite.update(first, DocStoreFixture.note("stale"))));
    }

    @Test
    default void put_concurrentCompareAndSet_losesNoUpdate() throws Exception {
        int threads = 4;
        int each = 50;
        put(ALICE, "counter", Json.object().put("rank", 0).build());
        DocStoreFixture.inParallel(threads, () -> {
            for (int i = 0; i < each; ) {
                try {
                    run(tx -> {
                        Doc doc = tx.get(NOTES, ALICE, "counter").orElseThrow();
                        long next = doc.body().integer("rank").orElseThrow() + 1;
                        tx.put(
                                NOTES,
                                DocWrite.update(
                                        doc, Json.object().put("rank", next).build()));
                    });
                    i++;
                } catch (VersionConflictException e) {
                    Thread.onSpinWait(); // somebody else was first: read again
                }
            }
        });
        Doc read = get(ALICE, "counter");
        assertNotNull(read);
        assertEquals(threads * each, read.body().integer("rank").orElseThrow());
        assertEquals(threads * each + 1, read.version());
    }

    @Test
    default void put_sameUniqueKey_conflictsPerOwner() {
        put(ALICE, "a", DocStoreFixture.slug("x"));
        UniqueKeyException e = assertThrows(UniqueKeyException.class, () -> put(ALICE, "b", DocStoreFixture.slug("x")));
        assertTrue(e.getMessage().contains("slug"), e.getMessage());
        assertNull(get(ALICE, "b"));
        put(ALICE, "a", DocStoreFixture.slug("x"));
        put(BOB, "b", DocStoreFixture.slug("x"));
        put(ALICE, "c", DocStoreFixture.slug("y"));
        assertThrows(UniqueKeyException.class, () -> put(ALICE, "c", DocStoreFixture.slug("x")));
        delete(ALICE, "a");
        put(ALICE, "c", DocStoreFixture.slug("x"));
    }

    @Test
    default void put_absentUniqueField_bindsNothing() {
        put(ALICE, "a", Json.emptyObject());
        put(ALICE, "b", Json.object().put("slug", Json.NULL).build());
        assertNotNull(get(ALICE, "b"));
    }

    @Test
    default void put_uniqueKeyOfExpiredDocument_takesItOver() {
        put(DocWrite.of(ALICE, "a", DocStoreFixture.slug("x"))
                .expiresAt(clock().instant().plusSeconds(1)));
        clock().advance(Duration.ofSeconds(2));
        put(ALICE, "b", DocStoreFixture.slug("x"));
        assertNull(get(ALICE, "a"));
        assertNotNull(get(ALICE, "b"));
    }

    @Test
    default void inTransaction_exception_rollsEverythingBackAndPassesItOn() {
        put(ALICE, "a", DocStoreFixture.note("one"));
        IllegalStateException mine = new IllegalStateException("mine");
        IllegalStateException thrown = assertThrows(
                IllegalStateException.class,
                () -> run(tx -> {
                    tx.put(NOTES, DocWrite.of(ALICE, "b", DocStoreFixture.note("two")));
                    tx.delete(NOTES, ALICE, "a");
                    throw mine;
                }));
        assertEquals(mine, thrown);
        assertNotNull(get(ALICE, "a"));
        assertNull(get(ALICE, "b"));
        assertEquals(1, store().changes(NOTES, 0, 10).size());
    }

    @Test
    default void inTransaction_caughtConflict_keepsTheOtherWrites() {
        put(ALICE, "a", DocStoreFixture.slug("x"));
        run(tx -> {
            tx.put(NOTES, DocWrite.of(ALICE, "b", DocStoreFixture.slug("y")));
            assertThrows(
                    UniqueKeyException.class, () -> tx.put(NOTES, DocWrite.of(ALICE, "c", DocStoreFixture.slug("x"))));
            assertThrows(
                    VersionConflictException.class,
                    () -> tx.put(
                            NOTES,
                            DocWrite.of(ALICE, "a", DocStoreFixture.slug("z")).expectVersion(9)));
        });
        assertNotNull(get(ALICE, "b"));
        assertNull(get(ALICE, "c"));
    }

    @Test
    default void inTransaction_ownWrites_areSeenInsideAndNotOutside() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            run(tx -> {
                tx.put(NOTES, DocWrite.of(ALICE, "a", DocStoreFixture.note("one")));
                assertTrue(tx.get(NOTES, ALICE, "a").isPresent());
                Future<Boolean> seen = other.submit(() -> get(ALICE, "a") != null);
                assertFalse(assertReturns(seen));
            });
        } finally {
            other.shutdownNow();
        }
        assertNotNull(get(ALICE, "a"));
    }

    @Test
    default void inTransaction_nested_isRefused() {
        StoreException e = assertThrows(
                StoreException.class, () -> run(tx -> store().inTransaction(inner -> inner.get(NOTES, ALICE, "a"))));
        assertEquals("store.nested", e.code());
        put(ALICE, "a", DocStoreFixture.note("still works"));
    }

    @Test
    default void transaction_usedAfterwards_isRefused() {
        DocTransaction kept = store().inTransaction(tx -> tx);
        assertThrows(StoreException.class, () -> kept.get(NOTES, ALICE, "a"));
    }

    @Test
    default void afterCommit_severalOfWhichOneFails_areAllDoneInOrderAndTheCommitStands() {
        List<String> done = new ArrayList<>();
        String result = store().inTransaction(tx -> {
            tx.put(NOTES, DocWrite.of(ALICE, "a", DocStoreFixture.note("one")));
            tx.afterCommit(() -> done.add(get(ALICE, "a") == null ? "too early" : "first"));
            tx.afterCommit(() -> {
                throw new IllegalStateException("outside of the store something failed");
            });
            tx.afterCommit(() -> done.add("last"));
            assertEquals(List.of(), done);
            return "result";
        });
        assertEquals("result", result);
        assertEquals(List.of("first", "last"), done);
        assertNotNull(get(ALICE, "a"));
    }

    @Test
    default void afterCommit_ofATransactionThatIsRolledBack_isNotDone() {
        List<String> done = new ArrayList<>();
        assertThrows(
                IllegalStateException.class,
                () -> run(tx -> {
                    tx.put(NOTES, DocWrite.of(ALICE, "a", DocStoreFixture.note("one")));
                    tx.afterCommit(() -> done.add("never"));
                    throw new IllegalStateException("rolled back");
                }));
        put(ALICE, "b", DocStoreFixture.note("two"));
        assertEquals(List.of(), done);
    }

    @Test
    default void afterCommit_ofATransactionThatIsOver_isRefused() {
        List<String> done = new ArrayList<>();
        DocTransaction over = store().inTransaction(tx -> tx);
        StoreException e = assertThrows(StoreException.class, () -> over.afterCommit(() -> done.add("never")));
        assertEquals("store.transaction-over", e.code());
        assertEquals(List.of(), done);
    }

    @Test
    default void anyCall_undefinedCollection_isRefusedNamingIt() {
        StoreException e = assertThrows(StoreException.class, () -> run(tx -> tx.get("nowhere", ALICE, "a")));
        assertTrue(e.getMessage().contains("nowhere"), e.getMessage());
        assertThrows(StoreException.class, () -> store().changes("nowhere", 0, 1));
    }

    static <T> T assertReturns(Future<T> future) {
        try {
            return future.get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("the other thread should have returned", e);
        }
    }
}
