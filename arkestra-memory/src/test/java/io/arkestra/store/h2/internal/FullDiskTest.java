package io.arkestra.store.h2.internal;

import static io.arkestra.store.h2.internal.StoreHomes.ALICE;
import static io.arkestra.store.h2.internal.StoreHomes.open;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.arkestra.common.Json;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocWrite;
import io.arkestra.store.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A disk without space. Runs where the property {@code arkestra.tiny-disk} names an empty directory on a disk of a few megabytes, for
 * example {@code mount -t tmpfs -o size=8m tmpfs DIR}.
 */
class FullDiskTest {
    @Test
    void put_diskFull_failsClearlyKeepsTheRestAndGoesOnWhenThereIsSpace() throws Exception {
        String tiny = System.getProperty("arkestra.tiny-disk", "");
        assumeTrue(!tiny.isEmpty() && Files.isDirectory(Path.of(tiny)), "no tiny disk");
        Path home = Files.createTempDirectory(Path.of(tiny), "home");
        Path ballast = Files.write(Path.of(tiny).resolve("ballast"), new byte[2_000_000]);
        Random random = new Random(1);
        Set<String> acknowledged = new TreeSet<>();
        try {
            try (H2DocStore store = open(home)) {
                for (int round = 0; round < 3; round++) {
                    StoreException e = fillUp(store, "r" + round + "-", random, acknowledged);
                    assertTrue(
                            e.code().equals("store.disk-full") || e.code().equals("store.write-failed"), e.toString());
                    assertFalse(e.retryable());
                    assertEquals(acknowledged, ids(store), "round " + round + ": everything acknowledged can be read");
                }
                StoreException compaction = assertThrows(StoreException.class, store::compact);
                assertEquals("store.disk-full", compaction.code());
                Files.delete(ballast);
                put(store, "after", random);
                acknowledged.add("after");
                store.sync();
                assertEquals(acknowledged, ids(store));
                Set<Long> sequences = new HashSet<>();
                store.changes("notes", 0, 10_000).forEach(change -> sequences.add(change.sequence()));
                assertEquals(acknowledged.size(), sequences.size());
            }
            try (H2DocStore store = open(home)) {
                assertEquals(acknowledged, ids(store));
            }
        } finally {
            Files.deleteIfExists(ballast);
            try (Stream<Path> files = Files.walk(home)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static StoreException fillUp(H2DocStore store, String prefix, Random random, Set<String> acknowledged) {
        for (int i = 0; i < 2_000; i++) {
            try {
                put(store, prefix + i, random);
                acknowledged.add(prefix + i);
            } catch (StoreException e) {
                return e;
            }
        }
        return fail("the disk should have become full");
    }

    private static void put(H2DocStore store, String id, Random random) {
        byte[] blob = new byte[20_000];
        random.nextBytes(blob);
        store.inTransaction(tx -> tx.put(
                "notes",
                DocWrite.of(ALICE, id, Json.object().put("n", 1).build()).blob(blob)));
    }

    private static Set<String> ids(H2DocStore store) {
        List<Doc> docs = store.inTransaction(
                        tx -> tx.find("notes", ALICE, DocQuery.all().limit(10_000)))
                .docs();
        Set<String> ids = new TreeSet<>();
        docs.forEach(doc -> ids.add(doc.id()));
        return ids;
    }
}
