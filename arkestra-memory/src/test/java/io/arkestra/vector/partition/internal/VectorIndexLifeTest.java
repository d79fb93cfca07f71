package io.arkestra.vector.partition.internal;

import static io.arkestra.testkit.VectorIndexFixture.ALICE;
import static io.arkestra.testkit.VectorIndexFixture.MODEL;
import static io.arkestra.testkit.VectorIndexFixture.checkpoint;
import static io.arkestra.testkit.VectorIndexFixture.contents;
import static io.arkestra.testkit.VectorIndexFixture.entries;
import static io.arkestra.testkit.VectorIndexFixture.ids;
import static io.arkestra.testkit.VectorIndexFixture.recall;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancellationSource;
import io.arkestra.common.CancelledException;
import io.arkestra.common.UserId;
import io.arkestra.store.Owner;
import io.arkestra.testkit.VectorIndexFixture;
import io.arkestra.vector.VectorEntry;
import io.arkestra.vector.VectorFilter;
import io.arkestra.vector.VectorIndex;
import io.arkestra.vector.VectorPartition;
import io.arkestra.vector.VectorQuery;
import io.arkestra.vector.VectorQuery.Effort;
import io.arkestra.vector.VectorStats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a partition does over a long life: seals, merges, rebuilds, and how much it keeps meanwhile. */
class VectorIndexLifeTest {
    private static final int DIMENSION = 64;
    private static final VectorPartition PARTITION = VectorIndexFixture.partition(ALICE, DIMENSION);

    @TempDir
    Path home;

    private static void add(VectorIndex index, long sequence, List<VectorEntry> entries) {
        index.upsert(sequence, entries);
        index.advance(sequence);
    }

    private List<String> segments() throws IOException {
        try (Stream<Path> entries = Files.list(home.resolve(PartitionDirectory.name(PARTITION)))) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.startsWith(PartitionDirectory.SEGMENT))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void growth_pastTheLimitOfAScan_buildsAGraphThatFindsAsMuch() throws Exception {
        List<VectorEntry> entries = entries(1, 3_000, DIMENSION, "e");
        List<VectorEntry> queries = entries(2, 40, DIMENSION, "q");
        try (Indexes indexes = Indexes.in(home)) {
            VectorIndex index = indexes.open(PARTITION);
            for (int i = 0; i < 3_000; i += 100) {
                add(index, i + 1, entries.subList(i, i + 100));
            }
            checkpoint(index);
            Indexes.settle(index);
            VectorStats stats = index.stats();
            assertTrue(stats.graphs() >= 1 && stats.graphs() <= 4, stats.toString());
            assertEquals(0, stats.dead());
            assertTrue(recall(index, contents(entries), queries, Effort.BALANCED) >= 0.93);
            // Half is allowed: along the graph. A tenth: by scanning.
            for (int tail : List.of(5, 1)) {
                VectorFilter filter = VectorFilter.where(id -> id.charAt(id.length() - 1) - '0' < tail);
                Map<String, float[]> allowed = contents(entries);
                allowed.keySet().removeIf(id -> id.charAt(id.length() - 1) - '0' >= tail);
                int found = 0;
                for (VectorEntry query : queries) {
                    List<String> truth = ids(VectorIndexFixture.nearest(allowed, query.vector(), 10));
                    List<String> hits = ids(
                            index.search(VectorQuery.of(MODEL, query.vector()).filter(filter)));
                    found += (int) truth.stream().filter(hits::contains).count();
                }
                assertTrue(found >= 0.93 * 10 * queries.size(), tail + " of 10: " + found);
            }
        }
        try (Indexes indexes = Indexes.in(home)) {
            VectorIndex index = indexes.open(PARTITION);
            assertTrue(recall(index, contents(entries), queries, Effort.BALANCED) >= 0.93);
            assertTrue(index.stats().graphs() >= 1);
            assertEquals(List.of(), indexes.warnings());
        }
    }

    @Test
    void remove_one_rewritesNoSegmentAndAThirdDoes() throws Exception {
        try (Indexes indexes = Indexes.in(home)) {
            VectorIndex index = indexes.open(PARTITION);
            add(index, 1, entries(3, 900, DIMENSION, "e"));
            checkpoint(index);
            Indexes.settle(index);
            List<String> before = segments();
            assertEquals(1, index.stats().graphs());

            index.remove(2, List.of("e5"));
            index.advance(2);
            checkpoint(index);
            Indexes.settle(index);
            assertEquals(before, segments());
            assertEquals(1, index.stats().dead());
        }
        try (Indexes indexes = Indexes.in(home)) {
            VectorIndex index = indexes.open(PARTITION);
            Indexes.settle(index);
            assertEquals(1, index.stats().dead(), "opening rewrites nothing either");
            List<String> gone = new ArrayList<>();
            for (int i = 10; i < 310; i++) {
                gone.add("e" + i);
            }
            index.remove(3, gone);
            index.advance(3);
            checkpoint(index);
            Indexes.settle(index);
            assertEquals(0, index.stats().dead());
            assertEquals(599, index.stats().live());
            assertEquals(List.of(), indexes.warnings());
        }
    }

    @Test
    void upsert_sameIdsAgainAndAgain_staysBounded() throws Exception {
        int ids = 400;
        int rounds = Integer.getInteger("arkestra.vector.rounds", 150);
        try (Indexes indexes = Indexes.in(home)) {
            VectorIndex index = indexes.open(PARTITION);
            long most = 0;
            long mostBytes = 0;
            List<List<VectorEntry>> versions = List.of(
                    entries(4, ids, DIMENSION, "e"), entries(5, ids, DIMENSION, "e"), entries(6, ids, DIMENSION, "e"));
            for (int round = 1; round <= rounds; round++) {
                add(index, round, versions.get(round % 3));
                most = Math.max(most, index.stats().live() + index.stats().dead());
                mostBytes = Math.max(mostBytes, index.stats().residentBytes());
            }
            checkpoint(index);
            Indexes.settle(index);
            assertEquals(ids, index.stats().live());
            assertTrue(most <= 20L * ids, most + " rows for " + ids);
            assertTrue(mostBytes <= 20L * ids * (DIMENSION * 4 + 200) + (1 << 20), mostBytes + " bytes");
            long size;
            try (Stream<Path> files = Files.walk(home)) {
                size = files.filter(Files::isRegularFile)
                        .mapToLong(file -> file.toFile().length())
                        .sum();
            }
            assertTrue(size <= 4L * ids * (DIMENSION * 4 + 100) + 10_000, size + " bytes on disk");
            assertEquals(List.of(), indexes.warnings());
        }
    }

    @Test
    void upsert_whatIsThereAlready_addsNoRow() throws Exception {
        try (Indexes indexes = Indexes.in(home)) {
            VectorIndex index = indexes.open(PARTITION);
            List<VectorEntry> entries = entries(7, 300, DIMENSION, "e");
            add(index, 1, entries);
            checkpoint(index);
            add(index, 2, entries);
            assertEquals(300, index.stats().live());
            assertEquals(0, index.stats().dead());
        }
    }

    @Test
    void duplicates_tenThousand_areSearchedLikeOthers() throws Exception {
        try (Indexes indexes = Indexes.in(home)) {
            VectorIndex index = indexes.open(PARTITION);
            VectorEntry one = entries(8, 1, DIMENSION, "e").get(0);
            VectorEntry other = entries(9, 1, DIMENSION, "e").get(0);
            List<VectorEntry> copies = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                copies.add(VectorEntry.of(String.format("copy-%05d", i), one.vector()));
            }
            copies.add(VectorEntry.of("other", other.vector()));
            add(index, 1, copies);
            checkpoint(index);
            Indexes.settle(index);
            assertEquals(1, index.stats().graphs());
            var hits = index.search(VectorQuery.of(MODEL, one.vector())).hits();
            assertEquals(10, hits.size());
            assertEquals(1, hits.get(9).score(), 1e-5);
            assertEquals(
                    "other",
                    ids(index.search(VectorQuery.of(MODEL, other.vector()).limit(1)))
                            .get(0));
        }
    }

    @Test
    void merge_outOfMemory_leavesTheSegmentsAndIsTriedAgain() throws Exception {
        AtomicBoolean full = new AtomicBoolean(true);
        WriteSteps steps = name -> {
            if (name.equals(SegmentWriter.GRAPH) && full.get()) {
                throw new OutOfMemoryError("no room for a graph");
            }
        };
        List<VectorEntry> entries = entries(10, 800, DIMENSION, "e");
        try (Indexes indexes = Indexes.in(home, Indexes.SMALL, steps)) {
            VectorIndex index = indexes.open(PARTITION);
            add(index, 1, entries);
            checkpoint(index);
            // The merge has failed or is about to.
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (indexes.warnings().isEmpty()) {
                assertTrue(System.nanoTime() < deadline);
                Thread.onSpinWait();
            }
            assertTrue(
                    indexes.warnings().get(0).contains("could not merge"),
                    indexes.warnings().toString());
            assertEquals(1, recall(index, contents(entries), entries(11, 5, DIMENSION, "q"), Effort.EXACT));
            assertEquals(0, index.stats().graphs());
        }
        full.set(false);
        try (Indexes indexes = Indexes.in(home, Indexes.SMALL, steps)) {
            VectorIndex index = indexes.open(PARTITION);
            assertEquals(1, index.appliedSequence());
            assertEquals(1, recall(index, contents(entries), entries(11, 5, DIMENSION, "q"), Effort.EXACT));
            Indexes.settle(index);
            assertEquals(1, index.stats().graphs(), "the graph that was due is built after opening");
            assertEquals(List.of(), indexes.warnings());
        }
    }

    @Test
    void close_duringABuild_doesNotWaitForIt() throws Exception {
        CountDownLatch building = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        WriteSteps steps = name -> {
            if (name.equals(SegmentWriter.GRAPH)) {
                building.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        };
        List<VectorEntry> entries = entries(12, 800, DIMENSION, "e");
        try (Indexes indexes = Indexes.in(home, Indexes.SMALL, steps)) {
            VectorIndex index = indexes.open(PARTITION);
            add(index, 1, entries);
            checkpoint(index);
            assertTrue(building.await(30, TimeUnit.SECONDS));
            // Searching, writing and saving go on beside the build.
            index.remove(2, List.of("e0"));
            index.advance(2);
            checkpoint(index);
            assertEquals(799, index.stats().live());
            index.close();
            VectorIndex again = indexes.open(PARTITION);
            assertEquals(2, again.appliedSequence());
            assertEquals(799, again.stats().live());
            goOn.countDown();
        } finally {
            goOn.countDown();
        }
    }

    @Test
    void closeOfAll_duringABuild_leavesNothingThatWrites() throws Exception {
        CountDownLatch building = new CountDownLatch(1);
        WriteSteps steps = name -> {
            if (name.equals(SegmentWriter.CODES)
                    && Thread.currentThread().getName().contains("build")) {
                building.countDown();
                // Does not hear of the end at once, as little as a disk that is slow does.
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
            }
        };
        try (Indexes indexes = Indexes.in(home, Indexes.SMALL, steps)) {
            VectorIndex index = indexes.open(PARTITION);
            add(index, 1, entries(12, 800, DIMENSION, "e"));
            checkpoint(index);
            assertTrue(building.await(30, TimeUnit.SECONDS));
        }
        try (Stream<Path> entries = Files.list(home.resolve(PartitionDirectory.name(PARTITION)))) {
            assertEquals(
                    List.of(),
                    entries.map(entry -> entry.getFileName().toString())
                            .filter(name -> name.endsWith(PartitionDirectory.TEMPORARY))
                            .toList());
        }
    }

    @Test
    void merge_besideChanges_carriesThemOver() throws Exception {
        CountDownLatch building = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        WriteSteps steps = name -> {
            if (name.equals(SegmentWriter.GRAPH)) {
                building.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        };
        List<VectorEntry> entries = entries(13, 800, DIMENSION, "e");
        Map<String, float[]> expected = contents(entries);
        try (Indexes indexes = Indexes.in(home, Indexes.SMALL, steps)) {
            VectorIndex index = indexes.open(PARTITION);
            add(index, 1, entries);
            checkpoint(index);
            assertTrue(building.await(30, TimeUnit.SECONDS));
            List<VectorEntry> moved = entries(14, 50, DIMENSION, "e");
            add(index, 2, moved);
            index.remove(3, List.of("e60", "e61"));
            index.advance(3);
            goOn.countDown();
            Indexes.settle(index);
            expected.putAll(contents(moved));
            expected.keySet().removeAll(List.of("e60", "e61"));
            assertEquals(798, index.stats().live());
            assertEquals(1, recall(index, expected, entries(15, 10, DIMENSION, "q"), Effort.EXACT));
            checkpoint(index);
        } finally {
            goOn.countDown();
        }
        try (Indexes indexes = Indexes.in(home)) {
            VectorIndex index = indexes.open(PARTITION);
            assertEquals(3, index.appliedSequence());
            assertEquals(798, index.stats().live());
            assertEquals(1, recall(index, expected, entries(15, 10, DIMENSION, "q"), Effort.EXACT));
        }
    }

    @Test
    void merge_manyPartitions_staysWithinTheBudget() throws Exception {
        AtomicInteger building = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        WriteSteps steps = name -> {
            if (name.equals(SegmentWriter.CODES)
                    && Thread.currentThread().getName().contains("build")) {
                most.accumulateAndGet(building.incrementAndGet(), Math::max);
            } else if (name.equals(SegmentWriter.GRAPH)) {
                building.decrementAndGet();
            }
        };
        long one = BuildAdmission.estimate(800, DIMENSION, true);
        PartitionTuning tuning = new PartitionTuning(200, 600, 4, 4, 0.25, one + one / 2);
        try (Indexes indexes = Indexes.in(home, tuning, steps)) {
            List<VectorIndex> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                VectorIndex index = indexes.open(VectorIndexFixture.partition(owner(i), DIMENSION));
                add(index, 1, entries(i, 800, DIMENSION, "e"));
                index.checkpoint();
                all.add(index);
            }
            for (VectorIndex index : all) {
                checkpoint(index);
                Indexes.settle(index);
                assertEquals(1, index.stats().graphs());
            }
            assertEquals(1, most.get(), "two at once would not fit");
            assertEquals(List.of(), indexes.warnings());
        }
    }

    @Test
    void merge_largerThanTheBudget_isNotBegun() throws Exception {
        PartitionTuning tuning =
                new PartitionTuning(200, 600, 4, 4, 0.25, BuildAdmission.estimate(700, DIMENSION, true));
        try (Indexes indexes = Indexes.in(home, tuning, WriteSteps.NONE)) {
            VectorIndex index = indexes.open(PARTITION);
            List<VectorEntry> entries = entries(16, 3_000, DIMENSION, "e");
            for (int i = 0; i < 3_000; i += 200) {
                add(index, i + 1, entries.subList(i, i + 200));
            }
            checkpoint(index);
            Indexes.settle(index);
            assertTrue(index.stats().segments() >= 4, index.stats().toString());
            assertEquals(1, recall(index, contents(entries), entries(17, 5, DIMENSION, "q"), Effort.EXACT));
            assertEquals(List.of(), indexes.warnings());
        }
    }

    @Test
    void admission_full_waitsAndCanBeCancelled() throws Exception {
        BuildAdmission admission = new BuildAdmission(100);
        admission.enter(70, Cancellation.none());
        CancellationSource cancel = new CancellationSource();
        CompletableFuture<Void> second = CompletableFuture.runAsync(
                () -> admission.enter(40, cancel), work -> new Thread(work, "second").start());
        cancel.cancel("enough");
        assertThrows(CancelledException.class, () -> {
            try {
                second.join();
            } catch (java.util.concurrent.CompletionException e) {
                throw e.getCause();
            }
        });
        admission.leave(70);
        admission.enter(1_000, Cancellation.none());
        admission.leave(1_000);
        admission.enter(100, Cancellation.none());
    }

    @Test
    void open_hundredPartitionsUnderASmallHeap_works() throws Exception {
        try (Indexes indexes = Indexes.in(home, PartitionTuning.standard(), WriteSteps.NONE)) {
            List<VectorEntry> entries = entries(18, 1_500, DIMENSION, "e");
            for (int i = 0; i < 100; i++) {
                VectorIndex index = indexes.open(VectorIndexFixture.partition(owner(i), DIMENSION));
                add(index, 1, entries);
                checkpoint(index);
                index.close();
            }
        }
        // All float rows together are 38 MB; in the heap they would not fit.
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx28m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Opener.class.getName(),
                        home.toString())
                .redirectErrorStream(true)
                .start();
        String output;
        try (var out = child.getInputStream()) {
            output = new String(out.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
        assertEquals(0, child.waitFor(), output);
        assertTrue(output.contains("found 1000"), output);
    }

    private static Owner owner(int number) {
        return Owner.of(UserId.of("user-" + number));
    }

    /** Opens all partitions at once and searches each. */
    static final class Opener {
        private Opener() {}

        public static void main(String[] arguments) throws Exception {
            int found = 0;
            try (Indexes indexes = Indexes.in(Path.of(arguments[0]), PartitionTuning.standard(), WriteSteps.NONE)) {
                List<VectorIndex> all = new ArrayList<>();
                for (VectorPartition partition : indexes.all().partitions()) {
                    all.add(indexes.open(partition));
                }
                VectorEntry query = entries(19, 1, DIMENSION, "q").get(0);
                for (VectorIndex index : all) {
                    found += index.search(VectorQuery.of(MODEL, query.vector()))
                            .hits()
                            .size();
                }
                indexes.warnings().forEach(System.out::println);
            }
            System.out.println("found " + found);
        }
    }

    @Test
    void files_keyOfAPartition_saysWhoseItIs() throws Exception {
        try (Indexes indexes = Indexes.in(home)) {
            VectorIndex index = indexes.open(PARTITION);
            add(index, 1, entries(20, 5, DIMENSION, "e"));
            checkpoint(index);
            String key = Files.readString(
                    home.resolve(PartitionDirectory.name(PARTITION)).resolve(PartitionDirectory.KEY));
            assertTrue(key.contains("u:alice") && key.contains(MODEL), key);
            assertFalse(PartitionDirectory.name(PARTITION).contains("alice"));
            indexes.all().drop(PARTITION);
            assertFalse(Files.exists(home.resolve(PartitionDirectory.name(PARTITION))));
        }
    }
}
