package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.ConfigException;
import io.arkestra.common.UserId;
import io.arkestra.store.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {
    private static final UserId ALICE = UserId.of("alice");

    @TempDir
    Path directory;

    @Test
    void restore_backupTakenWhileInUse_recallsWhatWasToldBefore() {
        Path backup = directory.resolve("backup.zip");
        try (Arkestra arkestra =
                Arkestra.builder().home(directory.resolve("home")).build()) {
            arkestra.session(ALICE).ask("Remember that the spare key is under the blue flowerpot");
            arkestra.backup(backup);
            arkestra.session(ALICE).ask("Remember that the gate code is 4711");
        }

        ArkestraBuilder elsewhere = Arkestra.builder().home(directory.resolve("elsewhere"));
        elsewhere.restore(backup);

        try (Arkestra arkestra = elsewhere.build()) {
            Reply key = arkestra.session(ALICE).ask("Where is the spare key?");
            Reply gate = arkestra.session(ALICE).ask("What is the gate code?");

            assertTrue(key.text().contains("under the blue flowerpot"), key.text());
            assertEquals(1, key.sources().size());
            assertTrue(gate.sources().isEmpty(), gate.text());
        }
    }

    @Test
    void restore_homeInUseAlready_isRefusedAndChangesNothing() {
        Path backup = directory.resolve("backup.zip");
        Path home = directory.resolve("home");
        try (Arkestra arkestra = Arkestra.builder().home(home).build()) {
            arkestra.session(ALICE).ask("Remember that the gate code is 4711");
            arkestra.backup(backup);
        }

        assertThrows(StoreException.class, () -> Arkestra.builder().home(home).restore(backup));

        try (Arkestra arkestra = Arkestra.builder().home(home).build()) {
            assertTrue(
                    arkestra.session(ALICE).ask("What is the gate code?").text().contains("4711"));
        }
    }

    @Test
    void restore_withoutHome_saysWhatIsMissing() {
        ConfigException e =
                assertThrows(ConfigException.class, () -> Arkestra.builder().restore(directory.resolve("backup.zip")));

        assertTrue(String.valueOf(e.getMessage()).contains(".home("), e.getMessage());
    }

    @Test
    void restore_truncatedBackup_isRefusedAndLeavesNoStore() throws Exception {
        Path backup = directory.resolve("backup.zip");
        try (Arkestra arkestra =
                Arkestra.builder().home(directory.resolve("home")).build()) {
            arkestra.session(ALICE).ask("Remember that the gate code is 4711");
            arkestra.backup(backup);
        }
        byte[] bytes = Files.readAllBytes(backup);
        Files.write(backup, java.util.Arrays.copyOf(bytes, bytes.length / 2));
        Path elsewhere = directory.resolve("elsewhere");

        assertThrows(
                StoreException.class, () -> Arkestra.builder().home(elsewhere).restore(backup));

        try (Arkestra arkestra = Arkestra.builder().home(elsewhere).build()) {
            assertTrue(arkestra.session(ALICE)
                    .ask("What is the gate code?")
                    .sources()
                    .isEmpty());
        }
    }
}
