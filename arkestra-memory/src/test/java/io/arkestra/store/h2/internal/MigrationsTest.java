package io.arkestra.store.h2.internal;

import static io.arkestra.store.h2.internal.StoreHomes.count;
import static io.arkestra.store.h2.internal.StoreHomes.fill;
import static io.arkestra.store.h2.internal.StoreHomes.open;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.store.StoreException;
import io.arkestra.testkit.TestProviderContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program with one migration more, and the program before it. */
class MigrationsTest {
    private static final String NEXT = "/io/arkestra/store/h2/migrations-next";

    @TempDir
    Path home;

    @Test
    void open_pendingMigration_backsUpThenMigratesOnce() throws Exception {
        try (H2DocStore store = open(home)) {
            fill(store, 0, 5);
        }
        Path backup = home.resolve("arkestra-before-schema-3.zip");
        for (int i = 0; i < 2; i++) {
            try (H2DocStore store = openNext()) {
                assertEquals(5, count(store));
                assertEquals(1, extras(store));
                assertEquals(3, store.onDatabase(Migrations::applied).size());
            }
            assertTrue(Files.exists(backup));
        }
        assertEquals(
                "store.newer-schema",
                assertThrows(StoreException.class, () -> open(home)).code());

        Path restored = Files.createDirectory(home.resolve("restored"));
        new H2DocStoreProvider()
                .restore(
                        backup,
                        TestProviderContext.builder().dataDirectory(restored).build());
        try (H2DocStore store = open(restored)) {
            assertEquals(5, count(store));
        }
    }

    @Test
    void open_migrationInterruptedBeforeItWasRecorded_runsItAgain() {
        open(home).close();
        openNext().close();
        try (H2DocStore store = openNext()) {
            store.onDatabase(handle -> Sql.update(handle, "DELETE FROM \"arkestra_schema\" WHERE \"version\"=3"));
        }
        try (H2DocStore store = openNext()) {
            assertEquals(1, extras(store));
            assertEquals(3, store.onDatabase(Migrations::applied).size());
        }
    }

    @Test
    void open_newDatabase_makesNoBackup() throws Exception {
        openNext().close();
        assertFalse(Files.exists(home.resolve("arkestra-before-schema-3.zip")));
    }

    @Test
    void define_collectionOfAnEarlierLayout_getsTheIndexesOfTheOwnersFeed() {
        try (H2DocStore store = open(home)) {
            fill(store, 0, 5);
            store.onDatabase(handle -> {
                handle.execute("DROP INDEX \"f_notes\"");
                handle.execute("DROP INDEX \"g_notes\"");
                return Sql.update(
                        handle,
                        "UPDATE \"arkestra_collection\" SET \"spec\"=REGEXP_REPLACE(\"spec\",'\"layout\":\\d+,','')");
            });
        }
        try (H2DocStore store = open(home)) {
            assertEquals(5, store.changes("notes", StoreHomes.ALICE, 0, 100).size());
        }
    }

    private H2DocStore openNext() {
        Opening opening = new Opening(
                Clock.systemUTC(), false, warning -> {}, Migrations.load(NEXT), Vault.of(java.util.Optional.empty()));
        H2DocStore store = new H2DocStore(opening.inDirectory(home), Clock.systemUTC());
        store.define(StoreHomes.NOTES);
        return store;
    }

    private static long extras(H2DocStore store) {
        return store.onDatabase(handle -> Sql.number(handle, "SELECT COUNT(*) FROM \"arkestra_extra\""));
    }
}
