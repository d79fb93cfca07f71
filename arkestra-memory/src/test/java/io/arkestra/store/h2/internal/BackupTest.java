package io.arkestra.store.h2.internal;

import static io.arkestra.store.h2.internal.StoreHomes.NOTES;
import static io.arkestra.store.h2.internal.StoreHomes.count;
import static io.arkestra.store.h2.internal.StoreHomes.fill;
import static io.arkestra.store.h2.internal.StoreHomes.open;
import static io.arkestra.store.h2.internal.StoreHomes.put;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.store.Change;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Filter;
import io.arkestra.store.StoreException;
import io.arkestra.testkit.TestProviderContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {
    @TempDir
    Path scratch;

    private Path home;
    private Path other;
    private Path zip;

    @BeforeEach
    void directories() throws Exception {
        home = Files.createDirectory(scratch.resolve("it's home"));
        other = Files.createDirectory(scratch.resolve("other"));
        zip = scratch.resolve("it's a backup.zip");
    }

    @Test
    void restore_backup_bringsEverythingBack() throws Exception {
        List<Change> changes;
        try (H2DocStore store = open(home)) {
            fill(store, 0, 50);
            store.deleteAll("notes", StoreHomes.ALICE, Filter.lt("n", 10));
            changes = store.changes("notes", 0, 100);
            store.backup(zip);
            fill(store, 100, 110);
        }
        restore(zip, other);
        try (H2DocStore store = open(other)) {
            assertEquals(40, count(store));
            assertEquals(changes, store.changes("notes", 0, 100));
            fill(store, 200, 201);
        }
        assertEquals(List.of(), leftovers(scratch));
    }

    @Test
    void backup_inMemory_canBeRestoredIntoADirectory() throws Exception {
        try (H2DocStore store = open(TestProviderContext.builder().build())) {
            fill(store, 0, 20);
            store.inTransaction(tx -> tx.put(
                    "notes",
                    DocWrite.of(
                                    StoreHomes.ALICE,
                                    "ж",
                                    Json.object()
                                            .put("text", "a'b\uD83D\uDE80\u0000\n")
                                            .build())
                            .blob(new byte[1_500_000])));
            store.backup(zip);
        }
        restore(zip, other);
        try (H2DocStore store = open(other)) {
            assertEquals(21, count(store));
            var doc = store.inTransaction(tx -> tx.get("notes", StoreHomes.ALICE, "ж"))
                    .orElseThrow();
            assertEquals("a'b\uD83D\uDE80\u0000\n", doc.body().text("text"));
            assertEquals(1_500_000, doc.blob().orElseThrow().length);
            assertEquals(21, store.changes("notes", 0, 100).size());
        }
    }

    @Test
    void backup_whileOthersWrite_isConsistent() throws Exception {
        AtomicBoolean writing = new AtomicBoolean(true);
        CountDownLatch begun = new CountDownLatch(1);
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try (H2DocStore store = open(home)) {
            Future<?> writer = pool.submit(() -> {
                for (long i = 0; writing.get(); i++) {
                    long n = i;
                    store.inTransaction(tx -> {
                        for (String id : List.of("left", "right")) {
                            tx.put(
                                    "notes",
                                    DocWrite.of(
                                            StoreHomes.ALICE,
                                            id + n % 50,
                                            Json.object().put("n", n).build()));
                        }
                        return true;
                    });
                    begun.countDown();
                }
            });
            assertTrue(begun.await(10, TimeUnit.SECONDS));
            for (int i = 0; i < 3; i++) {
                Path file = scratch.resolve(i + ".zip");
                store.backup(file);
                Path target = Files.createDirectory(scratch.resolve("restored" + i));
                restore(file, target);
                try (H2DocStore copy = open(target)) {
                    copy.inTransaction(tx -> {
                        for (int d = 0; d < 50; d++) {
                            var left = tx.get("notes", StoreHomes.ALICE, "left" + d);
                            var right = tx.get("notes", StoreHomes.ALICE, "right" + d);
                            assertEquals(left.map(doc -> doc.body()), right.map(doc -> doc.body()));
                        }
                        return true;
                    });
                    assertEquals(count(copy), copy.changes("notes", 0, 1_000).size());
                }
            }
            writing.set(false);
            writer.get(10, TimeUnit.SECONDS);
        } finally {
            writing.set(false);
            pool.shutdownNow();
        }
    }

    @Test
    void restore_intoADirectoryWithAStore_isRefusedAndChangesNothing() throws Exception {
        try (H2DocStore store = open(home)) {
            fill(store, 0, 5);
            store.backup(zip);
        }
        byte[] before = Files.readAllBytes(home.resolve(Home.FILE));
        StoreException e = assertThrows(StoreException.class, () -> restore(zip, home));
        assertEquals("store.not-empty", e.code());
        assertArrayEquals(before, Files.readAllBytes(home.resolve(Home.FILE)));
        try (H2DocStore store = open(home)) {
            assertEquals(
                    "store.in-use",
                    assertThrows(StoreException.class, () -> restore(zip, home)).code());
            assertEquals(5, count(store));
        }
    }

    @Test
    void restore_damagedBackup_isRefusedAndTheDirectoryStaysEmpty() throws Exception {
        try (H2DocStore store = open(home)) {
            fill(store, 0, 50);
            store.backup(zip);
        }
        byte[] whole = Files.readAllBytes(zip);
        byte[] flipped = whole.clone();
        for (int i = 2_000; i < 2_100; i++) {
            flipped[i] ^= 0x55;
        }
        for (byte[] content : List.of(
                Arrays.copyOf(whole, whole.length / 2),
                Arrays.copyOf(whole, whole.length - 30),
                new byte[0],
                flipped,
                "not a zip".getBytes(java.nio.charset.StandardCharsets.UTF_8))) {
            Files.write(zip, content);
            StoreException e = assertThrows(StoreException.class, () -> restore(zip, other));
            assertEquals("store.backup-damaged", e.code(), e.getMessage());
            assertTrue(e.getMessage().contains(zip.toString()), e.getMessage());
            assertFalse(Files.exists(other.resolve(Home.FILE)));
            assertEquals(List.of(), leftovers(other));
        }
        Files.delete(zip);
        assertThrows(StoreException.class, () -> restore(zip, other));
        Files.write(zip, whole);
        restore(zip, other);
        try (H2DocStore store = open(other)) {
            assertEquals(50, count(store));
        }
    }

    @Test
    void backup_insideATransaction_isRefused() {
        try (H2DocStore store = open(home)) {
            StoreException e = assertThrows(
                    StoreException.class,
                    () -> store.inTransaction(tx -> {
                        store.backup(zip);
                        return true;
                    }));
            assertEquals("store.nested", e.code());
            put(store, "a", 1);
            store.define(NOTES);
        }
    }

    private static void restore(Path zip, Path directory) {
        new H2DocStoreProvider()
                .restore(
                        zip,
                        TestProviderContext.builder().dataDirectory(directory).build());
    }

    private static List<String> leftovers(Path directory) throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith(".") || name.contains("unfinished"))
                    .toList();
        }
    }
}
