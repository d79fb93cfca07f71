package io.arkestra.store.h2.internal;

import static io.arkestra.store.h2.internal.StoreHomes.ALICE;
import static io.arkestra.store.h2.internal.StoreHomes.open;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocWrite;
import io.arkestra.store.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the bytes of what was deleted leave the file. */
class ExpungeTest {
    private static final String WORDS = "Zyxomarkeria";

    @TempDir
    Path directory;

    @Test
    void close_afterExpunge_leavesNoByteOfWhatWasDeleted() throws Exception {
        try (H2DocStore store = open(directory)) {
            write(store);
            delete(store);
            assertTrue(isInTheFile(directory), "a rewrite for each deletion would be too dear");
        }
        assertFalse(isInTheFile(directory));
        assertFalse(Files.exists(directory.resolve(Home.EXPUNGE)));
        try (H2DocStore store = open(directory)) {
            assertEquals(50, StoreHomes.count(store));
        }
    }

    @Test
    void compact_afterExpunge_leavesNoByteAndNothingToDoForClose() throws Exception {
        try (H2DocStore store = open(directory)) {
            write(store);
            delete(store);
            store.compact();
            assertFalse(isInTheFile(directory));
            assertFalse(Files.exists(directory.resolve(Home.EXPUNGE)));
            assertEquals(50, StoreHomes.count(store));
        }
    }

    /** Nobody writes meanwhile, so a copy of the files is what a killed process leaves. */
    @Test
    void open_processThatExpungedWasKilled_leavesNoByteOfWhatWasDeleted(@TempDir Path copy) throws Exception {
        try (H2DocStore store = open(directory)) {
            write(store);
            delete(store);
            for (String name : new String[] {Home.FILE, Ledger.FILE, Home.EXPUNGE}) {
                Files.copy(directory.resolve(name), copy.resolve(name));
            }
        }
        assertTrue(isInTheFile(copy));
        try (H2DocStore store = open(copy)) {
            assertFalse(isInTheFile(copy));
            assertEquals(50, StoreHomes.count(store));
        }
    }

    /** A copy for a backup that was cut off holds everything that was there then. */
    @Test
    void open_scratchOfABackupThatWasCutOff_isDeleted() throws Exception {
        open(directory).close();
        Path scratch = Files.createDirectory(directory.resolve(".arkestra-backup-17"));
        Files.writeString(scratch.resolve(Home.FILE), WORDS);
        open(directory).close();
        assertFalse(Files.exists(scratch));
    }

    @Test
    void notWritable_diskFull_namesSpaceAsWhatHelps() {
        StoreException full = DirectoryLock.notWritable(directory, new IOException("No space left on device"));
        assertEquals("store.disk-full", full.code());
        assertTrue(full.getMessage().contains("Free some space"), full.getMessage());
        assertEquals(
                "store.not-writable",
                DirectoryLock.notWritable(directory, new IOException("denied")).code());
    }

    @Test
    void expunge_inATransactionThatFails_takesNothingAway() {
        try (H2DocStore store = open(directory)) {
            write(store);
            try {
                store.inTransaction(tx -> {
                    tx.expunge();
                    tx.delete("notes", ALICE, "secret");
                    throw new IllegalStateException("changed its mind");
                });
            } catch (IllegalStateException e) {
                assertEquals("changed its mind", e.getMessage());
            }
        }
        try (H2DocStore store = open(directory)) {
            assertEquals(51, StoreHomes.count(store));
        }
    }

    private static void write(DocStore store) {
        StoreHomes.fill(store, 0, 50);
        Json body = Json.object().put("n", 99L).put("text", WORDS.repeat(3)).build();
        store.inTransaction(tx -> tx.put("notes", DocWrite.of(ALICE, "secret", body)));
        store.sync();
    }

    private static void delete(DocStore store) {
        store.inTransaction(tx -> {
            tx.expunge();
            return tx.delete("notes", ALICE, "secret");
        });
        store.sync();
    }

    private static boolean isInTheFile(Path home) throws IOException {
        return Files.readString(home.resolve(Home.FILE), StandardCharsets.ISO_8859_1)
                .contains(WORDS);
    }
}
