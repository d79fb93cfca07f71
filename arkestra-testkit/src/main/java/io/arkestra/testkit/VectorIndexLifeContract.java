package io.arkestra.testkit;

import static io.arkestra.testkit.VectorIndexFixture.ALICE;
import static io.arkestra.testkit.VectorIndexFixture.BOB;
import static io.arkestra.testkit.VectorIndexFixture.MODEL;
import static io.arkestra.testkit.VectorIndexFixture.checkpoint;
import static io.arkestra.testkit.VectorIndexFixture.entries;
import static io.arkestra.testkit.VectorIndexFixture.ids;
import static io.arkestra.testkit.VectorIndexFixture.partition;
import static io.arkestra.testkit.VectorIndexSubject.add;
import static io.arkestra.testkit.VectorIndexSubject.query;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.vector.VectorEntry;
import io.arkestra.vector.VectorFilter;
import io.arkestra.vector.VectorIndex;
import io.arkestra.vector.VectorIndexException;
import io.arkestra.vector.VectorIndexes;
import io.arkestra.vector.VectorPartition;
import io.arkestra.vector.VectorQuery.Effort;
import io.arkestra.vector.VectorResult;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How a vector index is opened, saved, emptied and closed: part of {@link VectorIndexContract}. */
interface VectorIndexLifeContract extends VectorIndexSubject {
    @Test
    default void empty_openSearchCheckpointClose_works() throws Exception {
        VectorIndex index = alice();
        VectorEntry query = entries(22, 1, DIMENSION, "q").get(0);
        assertEquals(VectorResult.of(List.of(), 0, 0), index.search(query(query)));
        checkpoint(index);
        index.advance(7);
        checkpoint(index);
        index.close();
        index.close();
        VectorIndex again = alice();
        assertEquals(keeps() ? 7 : 0, again.appliedSequence());
        assertEquals(List.of(), ids(again.search(query(query))));
    }

    @Test
    default void open_samePartition_isTheSameIndexUntilItIsClosed() {
        VectorIndex index = alice();
        assertSame(index, alice());
        index.close();
        assertEquals(
                "vector.closed",
                assertThrows(VectorIndexException.class, () -> index.advance(1)).code());
        assertNotSame(index, alice());
    }

    @Test
    default void reopen_afterChanges_equalsARebuild() throws Exception {
        VectorIndex index = alice();
        List<VectorEntry> entries = entries(23, 700, DIMENSION, "e");
        add(index, 1, entries);
        checkpoint(index);
        // As many removed as added: whoever compares counts alone sees nothing.
        List<VectorEntry> added = entries(24, 100, DIMENSION, "new");
        List<String> removed = ids0(entries.subList(0, 100));
        index.upsert(2, added);
        index.remove(2, removed);
        index.advance(2);
        checkpoint(index);

        VectorIndexes again = reopen();
        VectorIndex found = again.open(partition(ALICE, DIMENSION));
        if (!keeps()) {
            assertEquals(0, found.appliedSequence());
            return;
        }
        assertEquals(2, found.appliedSequence());
        VectorIndex rebuilt = again.open(partition(BOB, DIMENSION));
        add(rebuilt, 1, entries.subList(100, 700));
        add(rebuilt, 2, added);
        assertEquals(rebuilt.stats().live(), found.stats().live());
        for (VectorEntry query : entries(25, 30, DIMENSION, "q")) {
            assertEquals(
                    rebuilt.search(query(query).effort(Effort.EXACT).limit(700)).hits(),
                    found.search(query(query).effort(Effort.EXACT).limit(700)).hits());
        }
        assertEquals(Map.of(), found.vectors(removed));
    }

    private static List<String> ids0(List<VectorEntry> entries) {
        return entries.stream().map(VectorEntry::id).toList();
    }

    @Test
    default void model_changed_isAPartitionOfItsOwn() {
        add(alice(), 9, entries(26, 10, DIMENSION, "e"));
        VectorPartition other = VectorPartition.of(ALICE, "embeddings", "other-model", DIMENSION);
        VectorIndex fresh = indexes().open(other);
        assertEquals(0, fresh.appliedSequence());
        assertEquals(0, fresh.stats().live());
        assertEquals(10, alice().stats().live());
    }

    @Test
    default void clear_removesEverythingAndForgetsTheSequence() throws Exception {
        VectorIndex index = alice();
        add(index, 3, entries(27, 50, DIMENSION, "e"));
        checkpoint(index);
        index.clear();
        assertEquals(0, index.appliedSequence());
        assertEquals(0, index.stats().live());
        VectorIndex again = reopen().open(partition(ALICE, DIMENSION));
        assertEquals(0, again.appliedSequence());
        assertEquals(0, again.stats().live());
    }

    @Test
    default void drop_owner_removesTheirPartitionsAlone() throws Exception {
        VectorIndex mine = alice();
        add(mine, 1, entries(28, 10, DIMENSION, "e"));
        VectorIndex other = indexes().open(VectorPartition.of(ALICE, "documents", MODEL, DIMENSION));
        add(other, 1, entries(28, 10, DIMENSION, "e"));
        VectorIndex bob = indexes().open(partition(BOB, DIMENSION));
        add(bob, 1, entries(28, 10, DIMENSION, "e"));
        checkpoint(mine);
        checkpoint(other);
        checkpoint(bob);

        indexes().drop(ALICE);

        assertThrows(
                VectorIndexException.class,
                () -> mine.search(query(entries(28, 1, DIMENSION, "q").get(0))));
        assertEquals(List.of(partition(BOB, DIMENSION)), indexes().partitions());
        assertEquals(0, alice().stats().live());
        assertEquals(10, bob.stats().live());
    }

    @Test
    default void compact_afterRemoving_leavesNoDeadRow() throws Exception {
        VectorIndex index = alice();
        add(index, 1, entries(29, 400, DIMENSION, "e"));
        checkpoint(index);
        index.remove(2, List.of("e5"));
        index.advance(2);
        index.compact().toCompletableFuture().get(60, java.util.concurrent.TimeUnit.SECONDS);
        assertEquals(399, index.stats().live());
        if (keeps()) {
            assertEquals(0, index.stats().dead());
        }
        VectorIndex again = reopen().open(partition(ALICE, DIMENSION));
        assertEquals(keeps() ? 399 : 0, again.stats().live());
    }

    @Test
    default void search_besideAWriterAndCheckpoints_seesWholeBatchesAndItsOwnWrites() throws Exception {
        VectorIndex index = alice();
        // Each batch moves all of a group together; a search must never see a group in part, twice or not at all.
        int group = 20;
        List<VectorEntry> start = entries(30, group, DIMENSION, "g");
        add(index, 1, start);
        AtomicBoolean writing = new AtomicBoolean(true);
        AtomicInteger role = new AtomicInteger();
        DocStoreFixture.inParallel(3, () -> {
            if (role.getAndIncrement() == 0) {
                try {
                    for (int round = 2; round < 150; round++) {
                        add(index, round, entries(30 + round, group, DIMENSION, "g"));
                        index.upsert(round + 1, entries(round, 3, DIMENSION, "t" + round + "-"));
                        index.remove(round + 1, List.of("t" + round + "-0"));
                        VectorResult mine = index.search(
                                query(entries(round, 3, DIMENSION, "").get(1)).limit(1));
                        assertEquals(1, mine.hits().get(0).score(), 1e-5, "own write");
                        if (round % 20 == 0) {
                            index.checkpoint();
                        }
                    }
                } finally {
                    writing.set(false);
                }
            } else {
                VectorEntry query = entries(31, 1, DIMENSION, "q").get(0);
                do {
                    List<String> found = ids(index.search(
                            query(query).limit(1000).filter(VectorFilter.where(id -> id.startsWith("g")))));
                    assertEquals(group, found.size());
                    assertEquals(group, Set.copyOf(found).size());
                } while (writing.get());
            }
        });
        assertEquals(group + 2 * 148, index.stats().live());
    }

    @Test
    default void close_duringSearches_endsThemCleanly() throws Exception {
        VectorIndex index = alice();
        add(index, 1, entries(32, 3_000, DIMENSION, "e"));
        AtomicInteger searches = new AtomicInteger();
        AtomicInteger role = new AtomicInteger();
        DocStoreFixture.inParallel(3, () -> {
            if (role.getAndIncrement() == 0) {
                while (searches.get() < 50) {
                    Thread.onSpinWait();
                }
                index.close();
                return;
            }
            VectorEntry query = entries(33, 1, DIMENSION, "q").get(0);
            while (true) {
                try {
                    assertEquals(10, index.search(query(query)).hits().size());
                    searches.incrementAndGet();
                } catch (VectorIndexException e) {
                    assertEquals("vector.closed", e.code());
                    return;
                }
            }
        });
        long left = alice().stats().live();
        assertTrue(left == 0 || keeps() && left <= 3_000, left + " entries after an end without a checkpoint");
    }
}
