package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.audit.AuditEntry;
import io.arkestra.audit.AuditQuery;
import io.arkestra.audit.AuditReport;
import io.arkestra.audit.AuditSink;
import io.arkestra.audit.internal.AuditKeys;
import io.arkestra.audit.internal.AuditLog;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.store.Doc;
import io.arkestra.store.Owner;
import io.arkestra.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The file of the audit, with entries of the engine itself. */
@Timeout(180)
class AuditLogTest {
    private final ManualClock clock = ManualClock.at("2026-03-01T10:00:00Z");

    @TempDir
    Path home;

    private Arkestra engine() {
        return Arkestra.builder().build();
    }

    private AuditLog open(Arkestra engine, List<AuditSink> sinks) {
        return AuditLog.open(home, engine.store(), null, sinks, clock);
    }

    private static void add(AuditLog log, int count) {
        for (int i = 0; i < count; i++) {
            log.recordSystem("rules", "rules.yaml", "reloaded", List.of("rule-" + i), Json.emptyObject());
        }
    }

    private Path file(String name) {
        return home.resolve("audit").resolve(name);
    }

    @Test
    void record_aThousandTimesOrTenMinutesLater_isSigned() throws IOException {
        List<String> copied = new ArrayList<>();
        AuditSink sink = new AuditSink() {
            @Override
            public void entry(String line) {
                copied.add(line);
            }

            @Override
            public void checkpoint(String line) {
                copied.add(line);
            }
        };
        try (Arkestra engine = engine();
                AuditLog log = open(engine, List.of(sink))) {
            add(log, 999);
            assertEquals(0, log.verify().checkpoints());
            add(log, 1);
            assertEquals(1, log.verify().checkpoints());
            add(log, 1);
            clock.advance(Duration.ofMinutes(10));
            add(log, 1);
            assertEquals(2, log.verify().checkpoints());
            assertEquals(1_002 + 2, copied.size());
            assertEquals(copied.get(0), Files.readAllLines(file("audit.jsonl")).get(0));
        }
    }

    @Test
    void recordSystem_thatSigns_keepsTheLengthApart() {
        try (Arkestra engine = engine();
                AuditLog log = open(engine, List.of())) {
            add(log, 1_000);
            Doc head = engine.store()
                    .inTransaction(tx -> tx.get("audit_head", Owner.SYSTEM, "head"))
                    .orElseThrow(() -> new AssertionError("it was signed and is nowhere but in the files"));
            assertEquals(1_000, head.body().integer("count").orElseThrow());
        }
    }

    @Test
    void open_afterATornLine_marksItAndGoesOn() throws IOException {
        try (Arkestra engine = engine()) {
            try (AuditLog log = open(engine, List.of())) {
                add(log, 3);
            }
            Files.writeString(file("audit.jsonl"), "{\"n\":4,\"at\":\"20", StandardOpenOption.APPEND);
            Files.writeString(file("checkpoints.jsonl"), "{\"cou", StandardOpenOption.APPEND);
            AuditReport torn = AuditLog.verify(home, null);
            assertTrue(torn.intact(), torn.describe());
            assertEquals(2, torn.remarks().size(), torn.remarks().toString());
            try (AuditLog log = open(engine, List.of())) {
                add(log, 1);
                assertTrue(log.verify().intact(), log.verify().describe());
                List<AuditEntry> entries = log.system(AuditQuery.latest(10));
                assertEquals(5, entries.get(0).number());
                assertEquals("torn", entries.get(1).kind());
            }
            List<String> lines = new ArrayList<>(Files.readAllLines(file("audit.jsonl")));
            lines.set(3, "{\"n\":4,\"at\":\"2026 another word");
            Files.writeString(file("audit.jsonl"), String.join("\n", lines) + "\n");
            assertEquals(4, AuditLog.verify(home, null).broken().orElseThrow().line());
        }
    }

    @Test
    void verify_lastLineGarbled_isBrokenAlsoAfterReopening() throws IOException {
        try (Arkestra engine = engine()) {
            try (AuditLog log = open(engine, List.of())) {
                add(log, 3);
            }
            List<String> lines = new ArrayList<>(Files.readAllLines(file("audit.jsonl")));
            lines.set(2, "garbage");
            Files.writeString(file("audit.jsonl"), String.join("\n", lines) + "\n");
            try (AuditLog log = open(engine, List.of())) {
                add(log, 1);
                assertEquals(
                        3,
                        log.verify().broken().orElseThrow().line(),
                        log.verify().describe());
            }
        }
    }

    @Test
    void verify_byAnotherKeyOrAForgedCheckpoint_isBroken() throws IOException {
        try (Arkestra engine = engine();
                AuditLog log = open(engine, List.of())) {
            add(log, 2);
            log.checkpoint();
            assertFalse(AuditLog.verify(home, AuditKeys.fresh().getPublic()).intact());
            String line = Files.readString(file("checkpoints.jsonl"));
            Files.writeString(file("checkpoints.jsonl"), line.replace("\"count\":2", "\"count\":1"));
            AuditReport report = AuditLog.verify(home, null);
            assertEquals("checkpoints.jsonl", report.broken().orElseThrow().file());
        }
    }

    @Test
    void key_madeAtTheFirstUse_isItsOwnersAlone() throws IOException {
        try (Arkestra engine = engine()) {
            open(engine, List.of()).close();
            if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
                Path key = file("signing-key");
                assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
                Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
                assertThrows(ConfigException.class, () -> open(engine, List.of()));
            }
        }
    }

    @Test
    void verifyAudit_withoutAnAudit_saysWhatIsMissing() {
        ConfigException none = assertThrows(
                ConfigException.class, () -> Arkestra.builder().home(home).verifyAudit());
        assertTrue(String.valueOf(none.getMessage()).contains("audit.jsonl"), none.getMessage());
        assertThrows(ConfigException.class, () -> Arkestra.builder().verifyAudit());
    }

    private static String first(List<String> lines, int count) {
        return String.join("\n", lines.subList(0, count)) + "\n";
    }

    @Test
    void verify_cutOffWhileTheEngineRuns_isBroken() throws IOException {
        try (Arkestra engine = engine();
                AuditLog log = open(engine, List.of())) {
            add(log, 5);
            Files.writeString(file("audit.jsonl"), first(Files.readAllLines(file("audit.jsonl")), 3));
            AuditReport report = log.verify();
            assertFalse(report.intact());
            assertEquals(4, report.broken().orElseThrow().line(), report.describe());
        }
    }

    @Test
    void verify_entriesAndCheckpointsCutBackToAnEarlierCheckpoint_isBrokenAlsoAfterReopening() throws IOException {
        try (Arkestra engine = engine()) {
            try (AuditLog log = open(engine, List.of())) {
                add(log, 3);
                log.checkpoint();
                add(log, 3);
            }
            Files.writeString(file("audit.jsonl"), first(Files.readAllLines(file("audit.jsonl")), 3));
            Files.writeString(file("checkpoints.jsonl"), first(Files.readAllLines(file("checkpoints.jsonl")), 1));
            // The files alone are as they once were: only what is kept elsewhere tells.
            assertTrue(AuditLog.verify(home, null).intact());
            try (AuditLog log = open(engine, List.of())) {
                assertTrue(
                        log.verify().describe().contains("cut off"),
                        log.verify().describe());
                clock.advance(Duration.ofMinutes(1));
                add(log, 10);
                assertFalse(log.verify().intact(), "as many entries as before hide nothing");
            }
            try (AuditLog log = open(engine, List.of())) {
                assertFalse(log.verify().intact());
            }
        }
    }

    @Test
    void verify_emptiedFiles_areBroken() throws IOException {
        try (Arkestra engine = engine()) {
            try (AuditLog log = open(engine, List.of())) {
                add(log, 3);
            }
            Files.delete(file("audit.jsonl"));
            Files.delete(file("checkpoints.jsonl"));
            try (AuditLog log = open(engine, List.of())) {
                assertFalse(log.verify().intact());
            }
        }
    }

    @Test
    void verify_linesExchangedOrACheckpointOfAnotherAudit_isBroken(@TempDir Path other) throws IOException {
        try (Arkestra engine = engine()) {
            try (AuditLog log = open(engine, List.of())) {
                add(log, 6);
            }
            List<String> lines = new ArrayList<>(Files.readAllLines(file("audit.jsonl")));
            java.util.Collections.swap(lines, 2, 3);
            Files.writeString(file("audit.jsonl"), String.join("\n", lines) + "\n");
            assertEquals(3, AuditLog.verify(home, null).broken().orElseThrow().line());
            java.util.Collections.swap(lines, 2, 3);
            Files.writeString(file("audit.jsonl"), String.join("\n", lines) + "\n");
            assertTrue(AuditLog.verify(home, null).intact());
            try (Arkestra second = engine();
                    AuditLog log = AuditLog.open(other, second.store(), null, List.of(), clock)) {
                add(log, 6);
                log.checkpoint();
            }
            Files.copy(
                    other.resolve("audit/checkpoints.jsonl"),
                    file("checkpoints.jsonl"),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            assertFalse(AuditLog.verify(home, null).intact());
        }
    }

    @Test
    void open_withoutItsKeys_makesOthersThatDoNotFitTheCheckpoints() throws IOException {
        try (Arkestra engine = engine()) {
            try (AuditLog log = open(engine, List.of())) {
                add(log, 3);
            }
            Files.delete(file("signing-key"));
            try (AuditLog log = open(engine, List.of())) {
                assertFalse(log.verify().intact());
            }
        }
    }
}
