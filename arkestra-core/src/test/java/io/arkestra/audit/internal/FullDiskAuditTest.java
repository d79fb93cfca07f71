package io.arkestra.audit.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.Arkestra;
import io.arkestra.audit.AuditQuery;
import io.arkestra.audit.AuditReport;
import io.arkestra.common.ArkestraException;
import io.arkestra.common.Json;
import io.arkestra.testkit.ManualClock;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.KeyPair;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk that is full in the middle of a line, and has room again later. */
@Timeout(180)
class FullDiskAuditTest {
    /** Keeps who is who. */
    private static Arkestra engine;

    private final ManualClock clock = ManualClock.at("2026-03-01T10:00:00Z");
    private final KeyPair keys = AuditKeys.fresh();

    @TempDir
    Path home;

    @BeforeAll
    static void begin() {
        engine = Arkestra.builder().build();
    }

    @AfterAll
    static void end() {
        engine.close();
    }

    private Path entries() {
        return home.resolve("audit").resolve("audit.jsonl");
    }

    private Path checkpoints() {
        return home.resolve("audit").resolve("checkpoints.jsonl");
    }

    private static FileChannel real(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    }

    private AuditLog open() {
        return AuditLog.open(home, engine.store(), keys, List.of(), clock);
    }

    private AuditLog over(FileChannel entries, FileChannel checkpoints) {
        return AuditLog.over(
                engine.store(),
                AuditLines.over(entries(), entries),
                AuditLines.over(checkpoints(), checkpoints),
                keys,
                clock);
    }

    private static void add(AuditLog log) {
        log.recordSystem("rules", "rules.yaml", "reloaded", List.of(), Json.emptyObject());
    }

    private void assertWhole(int count) {
        AuditReport report = AuditLog.verify(home, keys.getPublic());
        assertTrue(report.intact(), report.describe());
        assertEquals(count, report.entries());
        assertEquals(List.of(), report.remarks());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 57, 200})
    void record_whileTheDiskIsFull_failsAndTheChainGoesOnAfterwards(int room) throws IOException {
        try (NarrowChannel narrow = new NarrowChannel(real(entries()));
                AuditLog log = over(narrow, real(checkpoints()))) {
            add(log);
            narrow.room = room;
            assertEquals(
                    "audit.file",
                    assertThrows(ArkestraException.class, () -> add(log)).code());
            assertEquals(
                    "audit.file",
                    assertThrows(ArkestraException.class, () -> add(log)).code());
            narrow.room = Long.MAX_VALUE;
            add(log);
            assertEquals(2, log.system(AuditQuery.latest(10)).size());
        }
        assertWhole(2);
        try (AuditLog log = open()) {
            add(log);
        }
        assertWhole(3);
    }

    @Test
    void record_whenATornLineCannotBeTakenAwayAtOnce_isTakenAwayBeforeTheNext() throws IOException {
        try (NarrowChannel narrow = new NarrowChannel(real(entries()));
                AuditLog log = over(narrow, real(checkpoints()))) {
            add(log);
            narrow.room = 40;
            narrow.cuts = false;
            assertThrows(ArkestraException.class, () -> add(log));
            narrow.room = Long.MAX_VALUE;
            assertThrows(ArkestraException.class, () -> add(log), "nothing is put behind the torn line");
            narrow.cuts = true;
            add(log);
        }
        assertWhole(2);
    }

    @Test
    void checkpoint_whileTheDiskIsFull_isSignedLater() throws IOException {
        try (NarrowChannel narrow = new NarrowChannel(real(checkpoints()));
                AuditLog log = over(real(entries()), narrow)) {
            add(log);
            log.checkpoint();
            add(log);
            narrow.room = 30;
            assertThrows(ArkestraException.class, log::checkpoint);
            narrow.room = Long.MAX_VALUE;
            add(log);
            log.checkpoint();
        }
        assertWhole(3);
        assertEquals(2, AuditLog.verify(home, keys.getPublic()).checkpoints());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 90})
    void open_onAFullDiskAfterATornLine_failsAndTheNextOneMarksIt(int room) throws IOException {
        try (AuditLog log = open()) {
            add(log);
        }
        Files.writeString(entries(), "{\"n\":2,\"at\":\"20", StandardOpenOption.APPEND);
        try (NarrowChannel narrow = new NarrowChannel(real(entries()));
                FileChannel checkpoints = real(checkpoints())) {
            narrow.room = room;
            assertThrows(ArkestraException.class, () -> over(narrow, checkpoints));
        }
        try (AuditLog log = open()) {
            add(log);
        }
        assertWhole(3);
    }

    @Test
    void open_afterALineThatOnlyLacksItsEnd_countsIt() throws IOException {
        try (AuditLog log = open()) {
            add(log);
            add(log);
        }
        try (FileChannel cut = FileChannel.open(entries(), StandardOpenOption.WRITE)) {
            cut.truncate(cut.size() - 1);
        }
        assertTrue(AuditLog.verify(home, keys.getPublic()).remarks().toString().contains("torn"));
        try (AuditLog log = open()) {
            add(log);
            assertEquals("torn", log.system(AuditQuery.latest(2)).get(1).kind());
        }
        assertWhole(4);
    }
}
