package io.arkestra.store.h2.internal;

import static io.arkestra.store.h2.internal.StoreHomes.ALICE;
import static io.arkestra.store.h2.internal.StoreHomes.open;
import static io.arkestra.store.h2.internal.StoreHomes.put;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commits that go into freed space of the file. H2 frees space after 45 seconds, so tests that kill young processes never meet them;
 * H2 2.5.252 writes a file header that does not lead to such a commit, which a crash then loses.
 */
class ReusedSpaceTest {
    @TempDir
    Path directory;

    @Test
    void sync_commitInReusedSpace_isInTheFileAsACrashWouldLeaveIt() throws Exception {
        Path home = Files.createDirectory(directory.resolve("home"));
        try (H2DocStore store = open(home)) {
            store.onDatabase(handle -> handle.execute("SET RETENTION_TIME 0"));
            for (int i = 0; i < 60; i++) {
                put(store, "d" + i % 5, i);
                store.sync();
                assertEquals(i, valueAfterCrash(home, i), "after commit " + i);
            }
        }
    }

    /** Nobody writes meanwhile, so a copy of the files is what a killed process leaves. */
    private long valueAfterCrash(Path home, int i) throws Exception {
        Path copy = Files.createDirectory(directory.resolve("copy" + i));
        for (String name : new String[] {Home.FILE, Ledger.FILE}) {
            Files.copy(home.resolve(name), copy.resolve(name));
        }
        try (H2DocStore store = open(copy)) {
            return store.inTransaction(tx -> tx.get("notes", ALICE, "d" + i % 5))
                    .orElseThrow()
                    .body()
                    .integer("n")
                    .orElse(-1L);
        }
    }
}
