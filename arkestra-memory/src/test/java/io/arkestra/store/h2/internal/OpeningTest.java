package io.arkestra.store.h2.internal;

import static io.arkestra.store.h2.internal.StoreHomes.ALICE;
import static io.arkestra.store.h2.internal.StoreHomes.count;
import static io.arkestra.store.h2.internal.StoreHomes.fill;
import static io.arkestra.store.h2.internal.StoreHomes.open;
import static io.arkestra.store.h2.internal.StoreHomes.openAcceptingLoss;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.store.DocPage;
import io.arkestra.store.DocQuery;
import io.arkestra.store.StoreException;
import io.arkestra.testkit.TestProviderContext;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opening a directory: who holds it, and what is refused without being touched. */
class OpeningTest {
    @TempDir
    Path home;

    @Test
    void open_heldInThisJvm_isRefusedNamingTheHolderUntilItCloses() throws Exception {
        try (H2DocStore first = open(home)) {
            StoreException e = refused("store.in-use");
            assertTrue(
                    e.getMessage().contains("process " + ProcessHandle.current().pid()), e.getMessage());
            assertTrue(e.getMessage().contains(home.toRealPath().toString()), e.getMessage());
            fill(first, 0, 3);
        }
        try (H2DocStore second = open(home)) {
            assertEquals(3, count(second));
        }
    }

    @Test
    void open_lockFileOfADeadProcess_isTakenOver() throws Exception {
        Files.writeString(
                home.resolve(DirectoryLock.FILE),
                Json.object()
                        .put("pid", 999_999_999)
                        .put("since", "2020-01-01T00:00:00Z")
                        .build()
                        .toString());
        try (H2DocStore store = open(home)) {
            String text = Files.readString(home.resolve(DirectoryLock.FILE));
            Json holder = Json.parse(text);
            assertEquals(ProcessHandle.current().pid(), holder.integer("pid").orElseThrow());
            assertFalse(holder.text("host").isEmpty());
            assertEquals(home.toRealPath().toString(), holder.text("directory"));
            assertEquals(0, count(store));
        }
    }

    @Test
    void open_missingDirectoryOrFileInItsPlace_isNotWritable() throws Exception {
        Path missing = home.resolve("missing");
        assertEquals(
                "store.not-writable",
                assertThrows(StoreException.class, () -> open(missing)).code());
        Path file = Files.writeString(home.resolve("file"), "text");
        assertEquals(
                "store.not-writable",
                assertThrows(StoreException.class, () -> open(file)).code());
        assertEquals("text", Files.readString(file));
    }

    @Test
    void open_truncatedFile_isRefusedWithBothFiguresAndNotTouched() throws Exception {
        byte[] early;
        try (H2DocStore store = open(home)) {
            fill(store, 0, 20);
        }
        early = Files.readAllBytes(database());
        try (H2DocStore store = open(home)) {
            fill(store, 20, 50);
            store.sync();
        }
        Files.write(database(), early);

        StoreException e = refused("store.truncated");
        assertTrue(e.getMessage().contains("sequence 20") && e.getMessage().contains("sequence 50"), e.getMessage());
        assertTrue(e.getMessage().contains("acceptLoss"), e.getMessage());
        assertArrayEquals(early, Files.readAllBytes(database()));

        try (H2DocStore store = openAcceptingLoss(home)) {
            assertEquals(20, count(store));
            fill(store, 60, 61);
            var changes = store.changes("notes", 0, 100);
            assertEquals(51, changes.get(changes.size() - 1).sequence(), "no lost sequence is used again");
        }
        try (H2DocStore store = open(home)) {
            assertEquals(21, count(store));
        }
    }

    @Test
    void open_fileCutAnywhere_neverShowsLessThanWasSynced() throws Exception {
        try (H2DocStore store = open(home)) {
            fill(store, 0, 200);
        }
        byte[] whole = Files.readAllBytes(database());
        for (int percent = 2; percent < 100; percent += 3) {
            byte[] part = Arrays.copyOf(whole, (int) ((long) whole.length * percent / 100));
            Files.write(database(), part);
            try (H2DocStore store = open(home)) {
                // The end of a file may be free space; then nothing is missing.
                DocPage all = store.inTransaction(
                        tx -> tx.find("notes", ALICE, DocQuery.all().limit(1_000)));
                assertEquals(200, all.docs().size(), "cut at " + percent + " %");
            } catch (StoreException e) {
                assertTrue(e.code().equals("store.truncated") || e.code().equals("store.damaged"), e.getMessage());
                assertArrayEquals(part, Files.readAllBytes(database()), "a refused file is not touched");
            }
        }
        Files.write(database(), whole);
        try (H2DocStore store = open(home)) {
            assertEquals(200, count(store));
        }
    }

    @Test
    void open_databaseMissingBesideItsLedger_isRefused() throws Exception {
        open(home).close();
        Files.delete(database());
        StoreException e = refused("store.truncated");
        assertTrue(e.getMessage().contains("missing"), e.getMessage());
        assertFalse(Files.exists(database()));
        openAcceptingLoss(home).close();
        open(home).close();
    }

    @Test
    void open_notADatabase_isDamagedAndNotTouched() throws Exception {
        byte[] random = new byte[20_000];
        new Random(1).nextBytes(random);
        for (boolean withLedger : new boolean[] {false, true}) {
            if (withLedger) {
                Files.delete(database());
                open(home).close();
            }
            for (byte[] content : new byte[][] {
                random,
                new byte[0],
                "H:2,".getBytes(StandardCharsets.UTF_8),
                "hello\n".repeat(3_000).getBytes(StandardCharsets.UTF_8)
            }) {
                Files.write(database(), content);
                StoreException e = refused("store.damaged");
                assertTrue(e.getMessage().contains(database().toString()), e.getMessage());
                assertArrayEquals(content, Files.readAllBytes(database()));
            }
        }
    }

    @Test
    void open_directoryInTheFilesPlace_isDamaged() throws Exception {
        Files.createDirectory(database());
        refused("store.damaged");
        assertTrue(Files.isDirectory(database()));
    }

    @Test
    void open_databaseOfSomebodyElse_isForeignAndNotTouched() throws Exception {
        String url = "jdbc:h2:file:" + home.resolve("arkestra").toAbsolutePath();
        for (String user : new String[] {"sa", "arkestra"}) {
            Files.deleteIfExists(database());
            try (var connection = DriverManager.getConnection(url, user, "");
                    var statement = connection.createStatement()) {
                statement.execute("CREATE TABLE mine(id INT)");
            }
            byte[] before = Files.readAllBytes(database());
            refused("store.foreign");
            assertArrayEquals(before, Files.readAllBytes(database()));
        }
    }

    @Test
    void open_databaseOfAnotherStore_isForeign() throws Exception {
        Path other = Files.createDirectory(home.resolve("other"));
        try (H2DocStore store = open(other)) {
            fill(store, 0, 5);
        }
        open(home).close();
        Files.copy(other.resolve(Home.FILE), database(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        refused("store.foreign");
        try (H2DocStore store = openAcceptingLoss(home)) {
            assertEquals(5, count(store));
        }
        open(home).close();
    }

    @Test
    void open_tornLedgerSlot_usesTheOtherSlot() throws Exception {
        try (H2DocStore store = open(home)) {
            fill(store, 0, 5);
            store.sync();
            fill(store, 5, 6);
        }
        long newest = Ledger.read(home).orElseThrow().generation();
        try (RandomAccessFile file =
                new RandomAccessFile(home.resolve(Ledger.FILE).toFile(), "rw")) {
            file.seek((newest & 1) * 512 + 20);
            file.write(99);
        }
        assertEquals(newest - 1, Ledger.read(home).orElseThrow().generation());
        try (H2DocStore store = open(home)) {
            assertEquals(6, count(store));
        }
    }

    @Test
    void open_unreadableLedger_isRefusedNamingIt() throws Exception {
        open(home).close();
        Files.writeString(home.resolve(Ledger.FILE), "nonsense");
        StoreException e = refused("store.damaged");
        assertTrue(e.getMessage().contains(Ledger.FILE), e.getMessage());
        Files.delete(home.resolve(Ledger.FILE));
        open(home).close();
    }

    @Test
    void open_withoutLedger_warnsAndWritesOne() throws Exception {
        try (H2DocStore store = open(home)) {
            fill(store, 0, 5);
        }
        Files.delete(home.resolve(Ledger.FILE));
        TestProviderContext context =
                TestProviderContext.builder().dataDirectory(home).build();
        open(context).close();
        assertEquals(1, context.warnings().size());
        assertEquals(5, Ledger.read(home).orElseThrow().sequence());
    }

    @Test
    void open_newerInternalSchema_isRefusedAndNotTouched() throws Exception {
        open(home).close();
        change("INSERT INTO \"arkestra_schema\" VALUES(99,'future','x',0)");
        byte[] before = Files.readAllBytes(database());
        StoreException e = refused("store.newer-schema");
        assertTrue(e.getMessage().contains("99"), e.getMessage());
        assertArrayEquals(before, Files.readAllBytes(database()));
    }

    @Test
    void open_changedChecksum_isRefusedNamingTheMigration() throws Exception {
        open(home).close();
        change("UPDATE \"arkestra_schema\" SET \"checksum\"='tampered'");
        StoreException e = refused("store.changed-migration");
        assertTrue(e.getMessage().contains("V001"), e.getMessage());
    }

    @Test
    void open_afterARefusal_worksOnceTheCauseIsGone() throws Exception {
        Files.writeString(database(), "not a database");
        refused("store.damaged");
        Files.delete(database());
        try (H2DocStore store = open(home)) {
            assertEquals(0, count(store));
        }
    }

    @Test
    void open_leftoverOfAnInterruptedCreation_startsAgain() throws Exception {
        Files.write(home.resolve("arkestra-unfinished.mv.db"), new byte[100]);
        open(home).close();
        assertFalse(Files.exists(home.resolve("arkestra-unfinished.mv.db")));
    }

    @Test
    void ledger_state_survivesManyAdvances() {
        UUID store = UUID.randomUUID();
        try (Ledger ledger = Ledger.open(home, store, 0)) {
            for (int i = 1; i <= 100; i++) {
                ledger.advance(i);
                assertEquals(i, Ledger.read(home).orElseThrow().sequence());
            }
            ledger.advance(7);
        }
        assertEquals(new Ledger.State(101, store, 100), Ledger.read(home).orElseThrow());
    }

    private Path database() {
        return home.resolve(Home.FILE);
    }

    private StoreException refused(String code) {
        StoreException e = assertThrows(StoreException.class, () -> open(home).close());
        assertEquals(code, e.code(), e.getMessage());
        return e;
    }

    private void change(String sql) throws Exception {
        String url = "jdbc:h2:file:" + home.resolve("arkestra").toAbsolutePath();
        try (var connection = DriverManager.getConnection(url, "arkestra", "");
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
