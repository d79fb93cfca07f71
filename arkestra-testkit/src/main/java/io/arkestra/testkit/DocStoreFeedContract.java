package io.arkestra.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Subscription;
import io.arkestra.store.Change;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import io.arkestra.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The feed, expiry, watching, deletion in bulk. */
interface DocStoreFeedContract extends DocStoreFixture {
    @Test
    default void changes_putDeleteExpire_showTheLatestOfEachInOrder() {
        put(ALICE, "a", DocStoreFixture.note("1"));
        put(ALICE, "b", DocStoreFixture.note("2"));
        put(DocWrite.of(BOB, "c", DocStoreFixture.note("3"))
                .expiresAt(clock().instant().plusSeconds(1)));
        put(ALICE, "a", DocStoreFixture.note("4"));
        delete(ALICE, "b");
        clock().advance(Duration.ofSeconds(1));
        assertEquals(1, store().expire());

        List<Change> changes = store().changes(NOTES, 0, 10);
        assertEquals(List.of("PUT a", "DELETED b", "EXPIRED c"), described(changes));
        assertEquals(
                List.of(ALICE, ALICE, BOB), changes.stream().map(Change::owner).toList());
        assertEquals(clock().instant(), changes.get(2).at());
        assertAscending(changes);
        assertEquals(
                changes.subList(1, 3), store().changes(NOTES, changes.get(0).sequence(), 10));
        assertEquals(changes.subList(0, 2), store().changes(NOTES, 0, 2));
        assertEquals(List.of(), store().changes(NOTES, changes.get(2).sequence(), 10));
    }

    @Test
    default void changes_putAfterDelete_showsOnlyThePut() {
        put(ALICE, "a", DocStoreFixture.note("1"));
        delete(ALICE, "a");
        long deleted = store().changes(NOTES, 0, 10).get(0).sequence();
        put(ALICE, "a", DocStoreFixture.note("2"));
        List<Change> changes = store().changes(NOTES, 0, 10);
        assertEquals(List.of("PUT a"), described(changes));
        assertTrue(changes.get(0).sequence() > deleted);
    }

    @Test
    default void changes_collectionWithoutFeed_isRefused() {
        store().define(CollectionSpec.builder("quiet").build());
        StoreException e = assertThrows(StoreException.class, () -> store().changes("quiet", 0, 10));
        assertTrue(e.getMessage().contains("quiet"), e.getMessage());
        run(tx -> tx.put("quiet", DocWrite.of(ALICE, "a", DocStoreFixture.note("1"))));
        run(tx -> assertTrue(tx.delete("quiet", ALICE, "a")));
    }

    @Test
    default void fetch_changes_givesPresentDocumentsOnly() {
        put(ALICE, "a", DocStoreFixture.note("1"));
        put(BOB, "a", DocStoreFixture.note("2"));
        put(ALICE, "b", DocStoreFixture.note("3"));
        List<Change> changes = store().changes(NOTES, 0, 10);
        delete(ALICE, "b");
        List<Doc> docs = store().fetch(NOTES, changes);
        assertEquals(
                List.of("u:alice/1", "u:bob/2"),
                docs.stream()
                        .map(doc -> doc.owner() + "/" + doc.body().text("title"))
                        .toList());
    }

    /** A reader that only ever asks for what comes next ends up with exactly what the store holds. */
    @Test
    default void changes_whileOthersCommit_missNothing() throws Exception {
        AtomicBoolean writing = new AtomicBoolean(true);
        Replica replica = new Replica(this);
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            Future<?> reader = pool.submit(() -> {
                while (writing.get()) {
                    replica.readOn();
                }
            });
            Future<?> expirer = pool.submit(() -> {
                while (writing.get()) {
                    clock().advance(Duration.ofMillis(1));
                    store().expire();
                }
            });
            AtomicInteger seed = new AtomicInteger();
            DocStoreFixture.inParallel(4, () -> {
                int number = seed.incrementAndGet();
                writeAtRandom(number % 2 == 0 ? ALICE : BOB, new Random(number));
            });
            writing.set(false);
            reader.get(30, TimeUnit.SECONDS);
            expirer.get(30, TimeUnit.SECONDS);
        } finally {
            writing.set(false);
            pool.shutdownNow();
        }
        store().expire();
        replica.readOn();
        Set<String> stored = new TreeSet<>();
        for (Owner owner : List.of(ALICE, BOB)) {
            store().inTransaction(tx -> tx.find(NOTES, owner, DocQuery.all().limit(1000)))
                    .docs()
                    .forEach(doc -> stored.add(owner + "/" + doc.id()));
        }
        assertEquals(stored, replica.documents, "what a reader saw while others wrote");
        Replica fresh = new Replica(this);
        fresh.readOn();
        assertEquals(stored, fresh.documents, "what a reader sees afterwards");
    }

    private void writeAtRandom(Owner owner, Random random) {
        for (int i = 0; i < 150; i++) {
            run(tx -> {
                for (int write = 0; write < 3; write++) {
                    String id = "d" + random.nextInt(40);
                    DocWrite put = DocWrite.of(owner, id, DocStoreFixture.note(id));
                    switch (random.nextInt(3)) {
                        case 0 -> tx.delete(NOTES, owner, id);
                        case 1 -> tx.put(NOTES, put.expiresAt(clock().instant().plusMillis(5)));
                        default -> tx.put(NOTES, put);
                    }
                }
            });
        }
    }

    /** A derived index in its simplest form: which documents there are. Confined to one thread at a time. */
    final class Replica {
        private final DocStoreFixture fixture;
        private final Set<String> documents = new TreeSet<>();
        private long applied;

        private Replica(DocStoreFixture fixture) {
            this.fixture = fixture;
        }

        private void readOn() {
            List<Change> changes;
            do {
                changes = fixture.store().changes(NOTES, applied, 50);
                for (Change change : changes) {
                    assertTrue(change.sequence() > applied, "in order: " + change + " after " + applied);
                    applied = change.sequence();
                    String key = change.owner() + "/" + change.id();
                    if (change.kind() == Change.Kind.PUT) {
                        documents.add(key);
                    } else {
                        documents.remove(key);
                    }
                }
            } while (!changes.isEmpty());
        }
    }

    @Test
    default void expire_timeRunsOut_isInvisibleAtOnceAndInTheFeedAfterwards() {
        put(DocWrite.of(ALICE, "a", DocStoreFixture.note("1"))
                .expiresAt(clock().instant().plusSeconds(60)));
        assertEquals(0, store().expire());
        clock().advance(Duration.ofSeconds(60));
        assertNull(get(ALICE, "a"));
        assertEquals(1, store().expire());
        assertEquals(List.of("EXPIRED a"), described(store().changes(NOTES, 0, 10)));
        assertEquals(0, store().expire());
    }

    @Test
    default void expire_expiryTakenAwayAgain_keepsTheDocument() {
        Doc doc = put(DocWrite.of(ALICE, "a", DocStoreFixture.note("1"))
                .expiresAt(clock().instant().plusSeconds(60)));
        put(DocWrite.update(doc, doc.body()).neverExpires());
        clock().advance(Duration.ofDays(1));
        assertEquals(0, store().expire());
        assertNotNull(get(ALICE, "a"));
    }

    @Test
    default void anyWrite_clockGoesBack_keepsTheOrderOfTheFeed() {
        Doc first = put(ALICE, "a", DocStoreFixture.note("1"));
        clock().advance(Duration.ofDays(-400));
        Doc second = put(ALICE, "b", DocStoreFixture.note("2"));
        Doc third = put(DocWrite.update(first, DocStoreFixture.note("3")));
        assertTrue(first.sequence() < second.sequence() && second.sequence() < third.sequence());
        assertEquals(List.of("PUT b", "PUT a"), described(store().changes(NOTES, 0, 10)));
        assertEquals(clock().instant(), store().now());
    }

    @Test
    default void watch_commits_callAfterwardsUntilClosed() {
        List<Integer> seen = new ArrayList<>();
        Subscription subscription = store().watch(
                        NOTES, () -> seen.add(store().changes(NOTES, 0, 100).size()));
        put(ALICE, "a", DocStoreFixture.note("1"));
        assertThrows(
                IllegalStateException.class,
                () -> run(tx -> {
                    tx.put(NOTES, DocWrite.of(ALICE, "b", DocStoreFixture.note("2")));
                    throw new IllegalStateException("rolled back");
                }));
        run(tx -> tx.get(NOTES, ALICE, "a"));
        run(tx -> {
            tx.put(NOTES, DocWrite.of(ALICE, "b", DocStoreFixture.note("2")));
            tx.put(NOTES, DocWrite.of(ALICE, "c", DocStoreFixture.note("3")));
        });
        subscription.close();
        subscription.close();
        put(ALICE, "d", DocStoreFixture.note("4"));
        assertEquals(List.of(1, 3), seen);
    }

    @Test
    default void watch_failingAction_neitherUndoesTheCommitNorStopsTheOthers() {
        AtomicInteger called = new AtomicInteger();
        try (Subscription broken = store().watch(NOTES, () -> {
                    throw new IllegalStateException("a broken watcher, on purpose");
                });
                Subscription whole = store().watch(NOTES, called::incrementAndGet)) {
            assertNotNull(broken);
            assertNotNull(whole);
            put(ALICE, "a", DocStoreFixture.note("1"));
        }
        assertEquals(1, called.get());
        assertNotNull(get(ALICE, "a"));
    }

    @Test
    default void deleteAll_manyDocuments_deletesTheMatchingOnesOfTheOwner() {
        for (int batch = 0; batch < 5; batch++) {
            int from = batch * 500;
            run(tx -> {
                for (int i = from; i < from + 500; i++) {
                    tx.put(NOTES, DocWrite.of(ALICE, "d" + i, DocStoreFixture.note(i % 10 == 0 ? "keep" : "drop")));
                }
            });
        }
        put(BOB, "d1", DocStoreFixture.note("drop"));
        put(DocWrite.of(ALICE, "old", DocStoreFixture.note("drop")).expiresAt(clock().instant()));
        assertEquals(2_250, store().deleteAll(NOTES, ALICE, Filter.eq("title", "drop")));
        assertEquals(
                250L,
                store().inTransaction(tx -> tx.count(NOTES, ALICE, Filter.all()))
                        .longValue());
        assertNotNull(get(BOB, "d1"));
        List<Change> changes = store().changes(NOTES, 0, DocQuery.MAX_LIMIT);
        assertAscending(changes);
        assertEquals(
                2_250,
                changes.stream()
                        .filter(change -> change.kind() == Change.Kind.DELETED)
                        .count());
        assertEquals(0, store().deleteAll(NOTES, ALICE, Filter.eq("title", "drop")));
    }

    @Test
    default void deleteBatch_limit_deletesNoMore() {
        for (int i = 0; i < 5; i++) {
            put(ALICE, "d" + i, DocStoreFixture.note("x"));
        }
        int deleted = store().inTransaction(tx -> tx.deleteBatch(NOTES, ALICE, Filter.eq("title", "x"), 3));
        assertEquals(3, deleted);
        assertEquals(
                2L,
                store().inTransaction(tx -> tx.count(NOTES, ALICE, Filter.all()))
                        .longValue());
    }

    private static List<String> described(List<Change> changes) {
        return changes.stream().map(change -> change.kind() + " " + change.id()).toList();
    }

    private static void assertAscending(List<Change> changes) {
        Set<Long> sequences = new HashSet<>();
        for (int i = 0; i < changes.size(); i++) {
            assertTrue(sequences.add(changes.get(i).sequence()), "each sequence once");
            assertTrue(i == 0 || changes.get(i - 1).sequence() < changes.get(i).sequence(), "ascending");
        }
    }
}
