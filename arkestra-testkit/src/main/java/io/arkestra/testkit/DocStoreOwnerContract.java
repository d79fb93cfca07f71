package io.arkestra.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.arkestra.store.Change;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import io.arkestra.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The feed of one owner, and erasing one. */
interface DocStoreOwnerContract extends DocStoreFixture {
    @Test
    default void changesOfOwner_putDeleteExpire_areTheOwnersPartOfTheFeed() {
        put(ALICE, "a", DocStoreFixture.note("1"));
        put(BOB, "a", DocStoreFixture.note("2"));
        put(ALICE, "b", DocStoreFixture.note("3"));
        put(DocWrite.of(ALICE, "c", DocStoreFixture.note("4"))
                .expiresAt(clock().instant().plusSeconds(1)));
        put(BOB, "b", DocStoreFixture.note("5"));
        delete(ALICE, "a");
        delete(BOB, "a");
        clock().advance(Duration.ofSeconds(1));
        store().expire();
        for (Owner owner : List.of(ALICE, BOB, Owner.SYSTEM)) {
            List<Change> own = store().changes(NOTES, 0, 100).stream()
                    .filter(change -> change.owner().equals(owner))
                    .toList();
            assertEquals(own, store().changes(NOTES, owner, 0, 100));
            List<Change> read = new ArrayList<>();
            for (List<Change> next = store().changes(NOTES, owner, 0, 1);
                    !next.isEmpty();
                    next = store().changes(NOTES, owner, next.get(0).sequence(), 1)) {
                read.addAll(next);
            }
            assertEquals(own, read, "one by one");
        }
        assertEquals(3, store().changes(NOTES, ALICE, 0, 100).size());
    }

    @Test
    default void changesOfOwner_wrongLimitOrNoFeed_isRefused() {
        store().define(CollectionSpec.builder("quiet").build());
        assertThrows(StoreException.class, () -> store().changes(NOTES, ALICE, 0, 0));
        assertThrows(StoreException.class, () -> store().changes("quiet", ALICE, 0, 1));
        assertThrows(StoreException.class, () -> store().lastSequence("quiet"));
    }

    /** Readers of single owners, while both owners write: each ends up with exactly what its owner has. */
    @Test
    default void changesOfOwner_whileOthersCommit_missNothing() throws Exception {
        AtomicBoolean writing = new AtomicBoolean(true);
        List<OwnerReplica> replicas = List.of(new OwnerReplica(this, ALICE), new OwnerReplica(this, BOB));
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            List<Future<?>> readers = new ArrayList<>();
            for (OwnerReplica replica : replicas) {
                readers.add(pool.submit(() -> {
                    while (writing.get()) {
                        replica.readOn();
                    }
                }));
            }
            AtomicInteger seed = new AtomicInteger();
            DocStoreFixture.inParallel(4, () -> {
                int number = seed.incrementAndGet();
                Owner owner = number % 2 == 0 ? ALICE : BOB;
                Random random = new Random(number);
                for (int i = 0; i < 80; i++) {
                    run(tx -> {
                        String id = "d" + random.nextInt(30);
                        if (random.nextInt(3) == 0) {
                            tx.delete(NOTES, owner, id);
                        } else {
                            tx.put(NOTES, DocWrite.of(owner, id, DocStoreFixture.note(id)));
                        }
                    });
                }
            });
            writing.set(false);
            for (Future<?> reader : readers) {
                reader.get(30, TimeUnit.SECONDS);
            }
        } finally {
            writing.set(false);
            pool.shutdownNow();
        }
        for (OwnerReplica replica : replicas) {
            replica.readOn();
            assertEquals(ids(replica.owner), replica.documents, "what a reader of " + replica.owner + " saw");
        }
    }

    /** A derived index of one owner in its simplest form. Confined to one thread at a time. */
    final class OwnerReplica {
        private final DocStoreFixture fixture;
        private final Owner owner;
        private final TreeSet<String> documents = new TreeSet<>();
        private long applied;

        private OwnerReplica(DocStoreFixture fixture, Owner owner) {
            this.fixture = fixture;
            this.owner = owner;
        }

        private void readOn() {
            List<Change> changes;
            do {
                changes = fixture.store().changes(NOTES, owner, applied, 20);
                for (Change change : changes) {
                    assertEquals(owner, change.owner());
                    assertTrue(change.sequence() > applied, "in order: " + change + " after " + applied);
                    applied = change.sequence();
                    if (change.kind() == Change.Kind.PUT) {
                        documents.add(change.id());
                    } else {
                        documents.remove(change.id());
                    }
                }
            } while (!changes.isEmpty());
        }
    }

    private TreeSet<String> ids(Owner owner) {
        TreeSet<String> ids = new TreeSet<>();
        store().inTransaction(tx ->
                        tx.find(NOTES, owner, io.arkestra.store.DocQuery.all().limit(1_000)))
                .docs()
                .forEach(doc -> ids.add(doc.id()));
        return ids;
    }

    @Test
    default void lastSequence_writesAndDeletions_isThatOfTheLatest() {
        assertEquals(0, store().lastSequence(NOTES));
        Doc doc = put(ALICE, "a", DocStoreFixture.note("1"));
        assertEquals(doc.sequence(), store().lastSequence(NOTES));
        delete(ALICE, "a");
        assertEquals(store().changes(NOTES, 0, 10).get(0).sequence(), store().lastSequence(NOTES));
        assertTrue(store().lastSequence(NOTES) > doc.sequence());
    }

    @Test
    default void collections_defined_areListed() {
        store().define(CollectionSpec.builder("quiet").build());
        assertTrue(store().collections().containsAll(List.of(NOTES, "quiet")), store().collections()::toString);
    }

    @Test
    default void declaration_definedOrNot_isWhatThisProcessDeclared() {
        assertEquals(
                DocStoreFixture.notes().fields(),
                store().declaration(NOTES).orElseThrow().fields());
        assertTrue(store().declaration("nowhere").isEmpty());
    }

    @Test
    default void owners_ofAnyCollection_areListedOnceUntilTheyAreErased() {
        assertEquals(List.of(), store().owners());
        store().define(CollectionSpec.builder("quiet").build());
        put(BOB, "a", DocStoreFixture.note("1"));
        put(BOB, "b", DocStoreFixture.note("2"));
        run(tx -> {
            tx.put("quiet", DocWrite.of(BOB, "q", DocStoreFixture.note("3")));
            tx.put("quiet", DocWrite.of(ALICE, "q", DocStoreFixture.note("4")));
            tx.put("quiet", DocWrite.of(Owner.SYSTEM, "q", DocStoreFixture.note("5")));
        });
        assertEquals(List.of(Owner.SYSTEM, ALICE, BOB), store().owners());
        store().erase(ALICE);
        assertEquals(List.of(Owner.SYSTEM, BOB), store().owners());
    }

    @Test
    default void erase_owner_leavesNothingOfItAndEverythingOfOthers() {
        store().define(CollectionSpec.builder("quiet").build());
        for (int batch = 0; batch < 3; batch++) {
            int from = batch * 500;
            run(tx -> {
                for (int i = from; i < from + 500; i++) {
                    tx.put(NOTES, DocWrite.of(ALICE, "d" + i, DocStoreFixture.note("x")));
                }
            });
        }
        put(DocWrite.of(ALICE, "old", DocStoreFixture.note("x")).expiresAt(clock().instant()));
        Doc kept = put(BOB, "d1", DocStoreFixture.note("bob's"));
        delete(ALICE, "d7");
        run(tx -> {
            tx.put("quiet", DocWrite.of(ALICE, "q", DocStoreFixture.note("x")));
            tx.put("quiet", DocWrite.of(Owner.SYSTEM, "q", DocStoreFixture.note("system's")));
            tx.put(
                    "quiet",
                    DocWrite.of(Owner.of(io.arkestra.common.UserId.of("alice2")), "q", DocStoreFixture.note("a")));
        });
        assertEquals(1_499 + 1 + 1, store().erase(ALICE));
        assertEquals(List.of(), store().changes(NOTES, ALICE, 0, 10));
        assertEquals(
                List.of("u:bob/d1"),
                store().changes(NOTES, 0, 10).stream()
                        .map(change -> change.owner() + "/" + change.id())
                        .toList());
        assertNull(get(ALICE, "d1"));
        Doc bobs = get(BOB, "d1");
        assertNotNull(bobs);
        assertEquals(kept.body(), bobs.body());
        assertEquals(kept.version(), bobs.version());
        long quiet = store().inTransaction(tx -> tx.count("quiet", ALICE, Filter.all())
                + 10 * tx.count("quiet", Owner.SYSTEM, Filter.all())
                + 100 * tx.count("quiet", Owner.of(io.arkestra.common.UserId.of("alice2")), Filter.all()));
        assertEquals(110, quiet);
        assertEquals(0, store().erase(ALICE));
    }

    @Test
    default void erase_system_isRefused() {
        put(Owner.SYSTEM, "a", DocStoreFixture.note("1"));
        StoreException e = assertThrows(StoreException.class, () -> store().erase(Owner.SYSTEM));
        assertEquals("store.erase-system", e.code());
        assertNotNull(get(Owner.SYSTEM, "a"));
    }

    @Test
    default void erase_sameOwnerAgainLater_followersWithAnOldPositionSeeOnlyWhatIsNew() {
        put(BOB, "b", DocStoreFixture.note("1"));
        put(ALICE, "a", DocStoreFixture.note("1"));
        put(ALICE, "a", DocStoreFixture.note("2"));
        long old = store().lastSequence(NOTES);
        store().erase(ALICE);
        assertEquals(old, store().lastSequence(NOTES), "the end of the feed does not go back");
        assertEquals(List.of(), store().changes(NOTES, old, 10));
        if (keepsDocuments()) {
            reopen();
            assertEquals(old, store().lastSequence(NOTES), "also not after opening again");
        }
        Doc anew = put(ALICE, "a", DocStoreFixture.note("3"));
        assertEquals(1, anew.version(), "nothing tells that there was such a document");
        assertTrue(anew.sequence() > old);
        List<Change> expected = List.of(Change.of(anew.sequence(), Change.Kind.PUT, ALICE, "a", clock().instant()));
        assertEquals(expected, store().changes(NOTES, ALICE, old, 10));
        assertEquals(expected, store().changes(NOTES, old, 10));
    }

    @Test
    default void erase_collectionNotDefinedSinceOpening_isErasedToo() {
        assumeTrue(keepsDocuments(), "a store in memory forgets");
        CollectionSpec quiet = CollectionSpec.builder("quiet").build();
        store().define(quiet);
        run(tx -> tx.put("quiet", DocWrite.of(ALICE, "q", DocStoreFixture.note("x"))));
        reopen();
        assertEquals(1, store().erase(ALICE));
        store().define(quiet);
        assertEquals(
                0L,
                store().inTransaction(tx -> tx.count("quiet", ALICE, Filter.all()))
                        .longValue());
    }

    @Test
    default void erase_insideATransaction_isRefused() {
        put(ALICE, "a", DocStoreFixture.note("1"));
        StoreException e = assertThrows(StoreException.class, () -> run(tx -> store().erase(ALICE)));
        assertEquals("store.nested", e.code());
        assertNotNull(get(ALICE, "a"));
    }
}
