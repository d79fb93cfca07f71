package io.arkestra.vector.partition.internal;

import static io.arkestra.testkit.VectorIndexFixture.ALICE;
import static io.arkestra.testkit.VectorIndexFixture.BOB;
import static io.arkestra.testkit.VectorIndexFixture.MODEL;
import static io.arkestra.testkit.VectorIndexFixture.checkpoint;
import static io.arkestra.testkit.VectorIndexFixture.contents;
import static io.arkestra.testkit.VectorIndexFixture.entries;
import static io.arkestra.testkit.VectorIndexFixture.nearest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.testkit.VectorIndexFixture;
import io.arkestra.vector.VectorEntry;
import io.arkestra.vector.VectorIndex;
import io.arkestra.vector.VectorIndexException;
import io.arkestra.vector.VectorPartition;
import io.arkestra.vector.VectorQuery;
import io.arkestra.vector.VectorQuery.Effort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to the files, an index opens with a state that was true once and says which; the rest comes from the feed. */
class VectorIndexDamageTest {
    private static final int DIMENSION = 32;
    private static final VectorPartition PARTITION = VectorIndexFixture.partition(ALICE, DIMENSION);

    @TempDir
    Path home;

    /** Change n: adds a hundred, removes ten of those of the change before. */
    private static void apply(VectorIndex index, int change) {
        index.upsert(change, added(change));
        index.remove(change, removed(change));
        index.advance(change);
    }

    private static List<VectorEntry> added(int change) {
        return entries(change, 100, DIMENSION, "c" + change + "-");
    }

    private static List<String> removed(int change) {
        return added(change - 1).subList(0, 10).stream().map(VectorEntry::id).toList();
    }

    private static Map<String, float[]> state(long changes) {
        List<VectorEntry> all = new ArrayList<>();
        List<String> gone = new ArrayList<>();
        for (int change = 1; change <= changes; change++) {
            all.addAll(added(change));
            gone.addAll(removed(change));
        }
        Map<String, float[]> contents = contents(all);
        contents.keySet().removeAll(gone);
        return contents;
    }

    /** The index holds exactly what the feed said up to a change. */
    private static void assertHolds(VectorIndex index, long changes, String when) {
        Map<String, float[]> expected = state(changes);
        assertEquals(expected.size(), index.stats().live(), when);
        for (VectorEntry query : entries(99, 3, DIMENSION, "q")) {
            assertEquals(
                    VectorIndexFixture.ids(nearest(expected, query.vector(), 20)),
                    VectorIndexFixture.ids(index.search(
                            VectorQuery.of(MODEL, query.vector()).limit(20).effort(Effort.EXACT))),
                    when);
        }
    }

    private void fill(int changes) throws Exception {
        try (Indexes indexes = Indexes.in(home)) {
            VectorIndex index = indexes.open(PARTITION);
            for (int change = 1; change <= changes; change++) {
                apply(index, change);
                if (change % 3 == 0) {
                    checkpoint(index);
                }
            }
            checkpoint(index);
            Indexes.settle(index);
            index.remove(changes + 1, List.of("nobody"));
            apply(index, changes + 1);
            checkpoint(index);
            Indexes.settle(index);
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @Test
    void open_anyFileTruncatedOrFlipped_givesATrueStateAndTheFeedMendsIt() throws Exception {
        int last = 9;
        fill(last - 1);
        Random random = new Random(5);
        List<Path> all = files();
        assertTrue(all.stream().anyMatch(file -> file.endsWith("graph")), all.toString());
        assertTrue(all.stream().anyMatch(file -> file.getFileName().toString().startsWith("dead-")), all.toString());
        Map<Path, byte[]> whole = whole();
        for (Path file : all) {
            for (int round = 0; round < 2; round++) {
                restore(whole);
                byte[] bytes = whole.get(file).clone();
                if (round == 0) {
                    bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
                } else {
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                }
                Files.write(file, bytes);
                mends(home.relativize(file) + " round " + round, last, file.endsWith("key"));
            }
        }
    }

    private Map<Path, byte[]> whole() throws IOException {
        Map<Path, byte[]> whole = new LinkedHashMap<>();
        for (Path file : files()) {
            whole.put(file, Files.readAllBytes(file));
        }
        return whole;
    }

    private void restore(Map<Path, byte[]> whole) throws IOException {
        PartitionDirectory.deleteQuietly(home.resolve(PartitionDirectory.name(PARTITION)));
        for (Map.Entry<Path, byte[]> file : whole.entrySet()) {
            Files.createDirectories(file.getKey().getParent());
            Files.write(file.getKey(), file.getValue());
        }
    }

    private void mends(String what, int last, boolean harmless) throws Exception {
        try (Indexes indexes = Indexes.in(home)) {
            VectorIndex index = indexes.open(PARTITION);
            if (harmless) {
                assertHolds(index, index.appliedSequence(), what);
                return;
            }
            // What only the full check sum tells comes out a moment later, in the background.
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (index.appliedSequence() != 0) {
                assertTrue(System.nanoTime() < deadline, what + " was not noticed");
                Thread.onSpinWait();
            }
            assertEquals(1, indexes.warnings().size(), what + ": " + indexes.warnings());
            assertEquals(0, index.stats().live(), what);
            for (int change = 1; change <= last; change++) {
                apply(index, change);
            }
            assertHolds(index, last, what);
            checkpoint(index);
            // A merge that closing cancels lets go of its files a moment later, and the next round replaces them.
            Indexes.settle(index);
        }
        try (Indexes indexes = Indexes.in(home)) {
            VectorIndex index = indexes.open(PARTITION);
            assertEquals(last, index.appliedSequence(), what);
            assertHolds(index, last, what);
            assertEquals(List.of(), indexes.warnings(), what);
        }
    }

    @Test
    void advance_afterDamageByAFollowerWhoDidNotAsk_doesNotHideTheLoss() throws Exception {
        fill(5);
        Path rows = files().stream()
                .filter(file -> file.endsWith("rows-0"))
                .findFirst()
                .orElseThrow();
        byte[] bytes = Files.readAllBytes(rows);
        bytes[bytes.length - 1] ^= 1;
        Files.write(rows, bytes);
        try (Indexes indexes = Indexes.in(home)) {
            VectorIndex index = indexes.open(PARTITION);
            while (index.stats().live() > 0) {
                Thread.onSpinWait();
            }
            apply(index, 7);
            assertEquals(0, index.stats().appliedSequence());
            assertEquals(0, index.appliedSequence());
        }
    }

    @Test
    void open_manifestOfAnotherPartition_isLeftOut() throws Exception {
        fill(3);
        Path other = home.resolve(PartitionDirectory.name(VectorIndexFixture.partition(BOB, DIMENSION)));
        try (Stream<Path> files = Files.walk(home.resolve(PartitionDirectory.name(PARTITION)))) {
            Path from = home.resolve(PartitionDirectory.name(PARTITION));
            for (Path file : files.toList()) {
                Files.copy(file, other.resolve(from.relativize(file).toString()));
            }
        }
        try (Indexes indexes = Indexes.in(home)) {
            VectorIndex bob = indexes.open(VectorIndexFixture.partition(BOB, DIMENSION));
            assertEquals(0, bob.appliedSequence());
            assertEquals(0, bob.stats().live());
            assertTrue(
                    indexes.warnings().get(0).contains("its owner is u:alice"),
                    indexes.warnings().toString());
            assertEquals(
                    List.of(PARTITION, bob.partition()).stream()
                            .sorted(java.util.Comparator.comparing(
                                    p -> p.owner().key()))
                            .toList(),
                    indexes.all().partitions().stream()
                            .sorted(java.util.Comparator.comparing(
                                    p -> p.owner().key()))
                            .toList());
        }
    }

    @Test
    void open_directoryDeleted_startsEmpty() throws Exception {
        fill(3);
        PartitionDirectory.deleteQuietly(home.resolve(PartitionDirectory.name(PARTITION)));
        try (Indexes indexes = Indexes.in(home)) {
            assertEquals(0, indexes.open(PARTITION).appliedSequence());
            assertEquals(List.of(), indexes.warnings());
        }
    }

    @Test
    void checkpoint_failingAtAnyStep_leavesWhatWasSavedAndWhatIsInMemory() throws Exception {
        fill(7);
        Map<Path, byte[]> whole = whole();
        boolean failed = true;
        for (int at = 1; failed; at++) {
            restore(whole);
            int fatal = at;
            AtomicInteger step = new AtomicInteger();
            WriteSteps steps = name -> {
                if (step.incrementAndGet() == fatal) {
                    throw new IOException("no space left at " + name);
                }
            };
            String when = "step " + at;
            try (Indexes indexes = Indexes.in(home, Indexes.SMALL, steps)) {
                VectorIndex index = indexes.open(PARTITION);
                apply(index, 9);
                index.remove(10, List.of("c5-20"));
                failed = fails(index);
                assertEquals(failed, !indexes.warnings().isEmpty(), when);
                assertEquals(state(9).size() - 1, index.stats().live(), when);
                Indexes.settle(index);
            }
            try (Indexes indexes = Indexes.in(home)) {
                VectorIndex index = indexes.open(PARTITION);
                long sequence = index.appliedSequence();
                assertTrue(sequence == 8 || sequence == 9, when + ": " + sequence);
                assertEquals(List.of(), indexes.warnings(), when);
                for (int change = (int) sequence + 1; change <= 9; change++) {
                    apply(index, change);
                }
                index.upsert(11, added(5).subList(20, 21));
                index.advance(11);
                assertHolds(index, 9, when);
            }
            assertTrue(at < 100, "it should end");
        }
    }

    private static boolean fails(VectorIndex index) throws Exception {
        try {
            checkpoint(index);
            return false;
        } catch (ExecutionException e) {
            assertEquals("vector.io", ((VectorIndexException) e.getCause()).code());
            return true;
        }
    }

    @Test
    void checkpoint_failedOnce_succeedsTheNextTime() throws Exception {
        AtomicInteger step = new AtomicInteger();
        WriteSteps steps = name -> {
            if (step.incrementAndGet() == 2) {
                throw new IOException("no space left");
            }
        };
        try (Indexes indexes = Indexes.in(home, Indexes.SMALL, steps)) {
            VectorIndex index = indexes.open(PARTITION);
            apply(index, 1);
            assertTrue(fails(index));
            apply(index, 2);
            assertFalse(fails(index));
            assertHolds(index, 2, "in memory");
        }
        try (Indexes indexes = Indexes.in(home)) {
            VectorIndex index = indexes.open(PARTITION);
            assertEquals(2, index.appliedSequence());
            assertHolds(index, 2, "after opening");
        }
    }

    @Test
    void callers_interrupted_succeedAndKeepTheFlag() throws Exception {
        for (int change = 1; change <= 5; change++) {
            Thread.currentThread().interrupt();
            try (Indexes indexes = Indexes.in(home)) {
                VectorIndex index = indexes.open(PARTITION);
                assertEquals(change - 1, index.appliedSequence());
                apply(index, change);
                assertHolds(index, change, "interrupted");
                var saved = index.checkpoint().toCompletableFuture();
                assertTrue(Thread.interrupted());
                saved.get(60, TimeUnit.SECONDS);
                assertEquals(List.of(), indexes.warnings());
            }
        }
    }

    @Test
    void open_afterTheProcessWasKilled_isAtItsLastCheckpointOrTheOneBegun() throws Exception {
        int kills = Integer.getInteger("arkestra.kills", 4);
        Random random = new Random(3);
        for (int kill = 0; kill < kills; kill++) {
            long acknowledged = runAndKill(1 + random.nextInt(12), random.nextInt(400_000));
            try (Indexes indexes = Indexes.in(home)) {
                VectorIndex index = indexes.open(PARTITION);
                long found = index.appliedSequence();
                assertTrue(found >= acknowledged, found + " after " + acknowledged);
                // A merge may have saved removals of the change that was being applied; the feed brings that again.
                apply(index, (int) found + 1);
                assertHolds(index, found + 1, "after kill " + kill);
                assertEquals(List.of(), indexes.warnings());
            }
        }
    }

    private long runAndKill(int lines, int spins) throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledWriter.class.getName(),
                        home.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long acknowledged = 0;
        try (var out = child.inputReader()) {
            for (int i = 0; i < lines; i++) {
                String line = out.readLine();
                assertFalse(line == null, "the child ended by itself");
                acknowledged = Long.parseLong(line.substring(0, line.length() - 1));
            }
            for (int i = 0; i < spins; i++) {
                Thread.onSpinWait();
            }
        } finally {
            child.destroyForcibly().waitFor();
        }
        return acknowledged;
    }

    /** Applies a change and checkpoints, again and again, until it is killed; merges and graphs go on meanwhile. */
    static final class KilledWriter {
        private KilledWriter() {}

        public static void main(String[] arguments) throws Exception {
            VectorIndex index = Indexes.in(Path.of(arguments[0])).open(PARTITION);
            for (int change = (int) index.appliedSequence() + 1; ; change++) {
                apply(index, change);
                checkpoint(index);
                System.out.println(change + ".");
            }
        }
    }

    @Test
    void indexes_closed_refuseEverything() {
        Indexes indexes = Indexes.in(home);
        VectorIndex index = indexes.open(PARTITION);
        indexes.close();
        assertEquals(
                "vector.closed",
                assertThrows(VectorIndexException.class, () -> indexes.open(PARTITION))
                        .code());
        assertEquals(
                "vector.closed",
                assertThrows(VectorIndexException.class, index::stats).code());
    }
}
