package io.arkestra.audit.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.Arkestra;
import io.arkestra.audit.AuditEntry;
import io.arkestra.audit.AuditReport;
import io.arkestra.common.ArkestraException;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.testkit.ManualClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.KeyPair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that somebody with the files of a home, and without its signing key, may try. Each home is a copy of one that engines wrote. */
@Timeout(180)
class AuditTamperingTest {
    private static final String ENTRIES = "audit.jsonl";
    private static final String CHECKPOINTS = "checkpoints.jsonl";

    @TempDir
    static Path original;

    @TempDir
    static Path foreign;

    @TempDir
    Path home;

    /** Does something to a copy. */
    private interface Tampering {
        void with(Path audit) throws IOException;
    }

    @BeforeAll
    static void written() {
        talk(original);
        talk(original);
        talk(foreign);
    }

    private static void talk(Path home) {
        try (Arkestra engine =
                Arkestra.builder().home(home).memory(m -> m.lexicalOnly()).build()) {
            engine.session(UserId.of("alice")).ask("note: the pot is blue");
            engine.session(UserId.of("alice")).ask("note: the pot is red");
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path one : all.sorted().toList()) {
                Path target = to.resolve(from.relativize(one).toString());
                if (!Files.isDirectory(target)) {
                    Files.copy(one, target, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    private static void lines(Path file, UnaryOperator<List<String>> change) throws IOException {
        List<String> changed = change.apply(new ArrayList<>(Files.readAllLines(file)));
        Files.writeString(file, String.join("\n", changed) + (changed.isEmpty() ? "" : "\n"));
    }

    private static Tampering entries(UnaryOperator<List<String>> change) {
        return audit -> lines(audit.resolve(ENTRIES), change);
    }

    private static Tampering second(String from, String to) {
        return entries(lines -> {
            String changed = lines.get(1).replaceFirst(from, to);
            assertTrue(!changed.equals(lines.get(1)), lines.get(1));
            lines.set(1, changed);
            return lines;
        });
    }

    /** The same with every hash right again. */
    private static List<String> chained(List<String> lines) {
        List<String> chained = new ArrayList<>();
        String last = AuditLine.START;
        for (String line : lines) {
            AuditEntry entry = AuditLine.read(line).orElseThrow().entry();
            String written = AuditLine.write(last, entry);
            chained.add(written);
            last = AuditLine.read(written).orElseThrow().entry().hash();
        }
        return chained;
    }

    private static List<String> forged(List<String> lines) {
        lines.set(1, lines.get(1).replaceFirst("\"outcome\":\"[^\"]*\"", "\"outcome\":\"other\""));
        return chained(lines);
    }

    private static List<String> withOneMore(List<String> lines) {
        lines.add(lines.get(lines.size() - 1)
                .replaceFirst("\"n\":[0-9]+", "\"n\":" + (lines.size() + 1))
                .replaceFirst("\"kind\":\"[^\"]*\"", "\"kind\":\"unheard-of\""));
        return chained(lines);
    }

    private static void signAnew(Path audit, KeyPair pair) throws IOException {
        List<String> lines = Files.readAllLines(audit.resolve(ENTRIES));
        String last = AuditLine.read(lines.get(lines.size() - 1))
                .orElseThrow()
                .entry()
                .hash();
        Files.writeString(
                audit.resolve(CHECKPOINTS),
                Checkpoint.write(lines.size(), last, Instant.parse("2026-03-01T10:00:00Z"), pair.getPrivate()) + "\n");
        publicKey(audit, pair);
    }

    private static void publicKey(Path audit, KeyPair pair) throws IOException {
        Files.writeString(
                audit.resolve(AuditKeys.PUBLIC),
                Base64.getEncoder().encodeToString(pair.getPublic().getEncoded()) + "\n");
    }

    /** Puts a key of its own in, and takes away what the other one signed. */
    private static void withOwnKey(Path audit) throws IOException {
        for (String name : List.of(CHECKPOINTS, AuditKeys.PUBLIC, AuditKeys.PRIVATE)) {
            Files.delete(audit.resolve(name));
        }
        AuditKeys.in(audit);
    }

    private static Arguments found(String name, Tampering tampering, String told) {
        return Arguments.of(name, tampering, told);
    }

    static Stream<Arguments> tamperings() {
        String hash = "line 2: its hash does not follow";
        return Stream.of(
                found("a byte in a detail", second("\"detail\":\\{", "\"detail\":{ "), hash),
                found("another person", second("\"who\":\"p-.", "\"who\":\"p-x"), hash),
                found("another time", second("\"at\":\"20", "\"at\":\"19"), hash),
                found("another kind", second("\"kind\":\"[^\"]*\"", "\"kind\":\"unheard-of\""), hash),
                found(
                        "one in the middle taken out",
                        entries(lines -> {
                            lines.remove(2);
                            return lines;
                        }),
                        "line 3: it is entry 4 where 3 comes"),
                found(
                        "two exchanged",
                        entries(lines -> {
                            Collections.swap(lines, 1, 2);
                            return lines;
                        }),
                        "line 2: it is entry 3 where 2 comes"),
                found(
                        "a number twice",
                        entries(lines -> {
                            lines.add(2, lines.get(1));
                            return lines;
                        }),
                        "line 3: it is entry 2 where 3 comes"),
                found(
                        "the chain made anew",
                        entries(AuditTamperingTest::forged),
                        "a checkpoint was signed for another entry"),
                found(
                        "the chain made anew without checkpoints",
                        audit -> {
                            lines(audit.resolve(ENTRIES), AuditTamperingTest::forged);
                            Files.delete(audit.resolve(CHECKPOINTS));
                        },
                        "there was another entry"),
                found(
                        "the chain made anew and signed by another key",
                        audit -> {
                            lines(audit.resolve(ENTRIES), AuditTamperingTest::forged);
                            signAnew(audit, AuditKeys.fresh());
                        },
                        "another key signed, and not this one"),
                found(
                        "the chain made anew with another key and without checkpoints",
                        audit -> {
                            lines(audit.resolve(ENTRIES), AuditTamperingTest::forged);
                            withOwnKey(audit);
                        },
                        "audit.jsonl, line 1: the documents of the home know an audit of"),
                found(
                        "a signature",
                        audit -> lines(audit.resolve(CHECKPOINTS), lines -> {
                            String line = lines.get(1);
                            int at = line.indexOf("\"signature\":\"") + 20;
                            char other = line.charAt(at) == 'A' ? 'B' : 'A';
                            lines.set(1, line.substring(0, at) + other + line.substring(at + 1));
                            return lines;
                        }),
                        "checkpoints.jsonl, line 2: the signature is not that of the key"),
                found(
                        "checkpoints taken out",
                        audit -> Files.delete(audit.resolve(CHECKPOINTS)),
                        "checkpoints.jsonl, line 1: it was signed for "),
                found(
                        "the public key replaced",
                        audit -> publicKey(audit, AuditKeys.fresh()),
                        "checkpoints.jsonl, line 1: the signature is not that of the key"),
                found(
                        "the public key taken away",
                        audit -> Files.delete(audit.resolve(AuditKeys.PUBLIC)),
                        "refused: The public key of the audit"),
                found("no entries", entries(lines -> List.of()), "entry 1 is the first that is missing"),
                found(
                        "neither entries nor checkpoints",
                        audit -> {
                            Files.writeString(audit.resolve(ENTRIES), "");
                            Files.writeString(audit.resolve(CHECKPOINTS), "");
                        },
                        "entry 1 is the first that is missing"),
                found(
                        "no file of entries",
                        audit -> Files.delete(audit.resolve(ENTRIES)),
                        "refused: There is no audit"),
                found(
                        "cut back to an earlier checkpoint",
                        audit -> {
                            long first = Checkpoint.read(Files.readAllLines(audit.resolve(CHECKPOINTS))
                                            .get(0))
                                    .orElseThrow()
                                    .count();
                            lines(audit.resolve(ENTRIES), lines -> lines.subList(0, (int) first));
                            lines(audit.resolve(CHECKPOINTS), lines -> lines.subList(0, 1));
                        },
                        "is the first that is missing"),
                found(
                        "the audit of another home",
                        audit -> {
                            for (String name : List.of(ENTRIES, CHECKPOINTS, AuditKeys.PUBLIC, AuditKeys.PRIVATE)) {
                                Files.copy(
                                        foreign.resolve("audit").resolve(name),
                                        audit.resolve(name),
                                        StandardCopyOption.REPLACE_EXISTING);
                            }
                        },
                        "another key signed, and not this one"),
                found(
                        "a very long line",
                        audit -> Files.writeString(
                                audit.resolve(ENTRIES), "x".repeat(5_000_000) + "\n", StandardOpenOption.APPEND),
                        "it is not a line of the audit"),
                found(
                        "a last line that is none",
                        audit -> Files.writeString(audit.resolve(ENTRIES), "{}\n", StandardOpenOption.APPEND),
                        "it is not a line of the audit"),
                found(
                        "the last line cut short",
                        audit -> {
                            byte[] all = Files.readAllBytes(audit.resolve(ENTRIES));
                            Files.write(audit.resolve(ENTRIES), java.util.Arrays.copyOf(all, all.length - 20));
                        },
                        "is the first that is missing"),
                found(
                        "other ends of lines",
                        audit -> Files.writeString(
                                audit.resolve(ENTRIES),
                                Files.readString(audit.resolve(ENTRIES)).replace("\n", "\r\n")),
                        "line 1: it is not a line of the audit"),
                // What nobody can find: no signature and no document reaches as far yet.
                found("one more after the last checkpoint", entries(AuditTamperingTest::withOneMore), "intact"));
    }

    private static String told(Path home) {
        try {
            return Arkestra.builder().home(home).verifyAudit().describe();
        } catch (ArkestraException e) {
            return "refused: " + e.getMessage();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tamperings")
    void verify_ofATamperedAudit_tellsWhatDoesNotFit(String name, Tampering tampering, String told) throws IOException {
        copy(original, home);
        AuditReport before = Arkestra.builder().home(home).verifyAudit();
        assertTrue(before.intact(), before.describe());
        assertEquals(List.of(), before.remarks(), "the documents could be asked");
        tampering.with(home.resolve("audit"));
        String after = told(home);
        assertTrue(after.contains(told), name + ": " + after);
        assertEquals(after, told(home), "looking changes nothing");
    }

    @Test
    void open_withAForgedAuditAndAnotherKey_neverAdoptsIt() throws IOException {
        copy(original, home);
        lines(home.resolve("audit").resolve(ENTRIES), AuditTamperingTest::forged);
        withOwnKey(home.resolve("audit"));
        for (int opening = 0; opening < 2; opening++) {
            try (Arkestra engine =
                    Arkestra.builder().home(home).memory(m -> m.lexicalOnly()).build()) {
                engine.session(UserId.of("alice")).ask("note: the pot is green");
                AuditReport report = engine.audit().verify();
                assertTrue(report.describe().contains("another key signed, and not this one"), report.describe());
            }
            assertTrue(told(home).contains("another key signed, and not this one"), told(home));
        }
    }

    @Test
    void open_afterACrashAtTheFirstSignatureOfANewKey_isIntact() throws IOException {
        KeyPair first = AuditKeys.fresh();
        KeyPair second = AuditKeys.fresh();
        ManualClock clock = ManualClock.at("2026-03-01T10:00:00Z");
        Path audit = Files.createDirectories(home.resolve("audit"));
        try (Arkestra engine = Arkestra.builder().build()) {
            try (AuditLog log =
                    AuditLog.over(engine.store(), AuditLines.inMemory(), AuditLines.inMemory(), first, clock)) {
                log.recordSystem("rules", "rules.yaml", "reloaded", List.of(), Json.emptyObject());
            }
            // Killed after the checkpoint, before the documents know of it: so the log is never closed.
            AuditLog killed = AuditLog.open(home, engine.store(), second, List.of(), clock);
            killed.recordSystem("rules", "rules.yaml", "reloaded", List.of(), Json.emptyObject());
            assertTrue(killed.verify().intact(), killed.verify().describe());
            String hash = AuditLine.read(
                            Files.readAllLines(audit.resolve(ENTRIES)).get(0))
                    .orElseThrow()
                    .entry()
                    .hash();
            Files.writeString(
                    audit.resolve(CHECKPOINTS), Checkpoint.write(1, hash, clock.instant(), second.getPrivate()) + "\n");
            assertTrue(killed.verify().intact(), killed.verify().describe());
            try (AuditLog log = AuditLog.open(home, engine.store(), second, List.of(), clock)) {
                assertTrue(log.verify().intact(), log.verify().describe());
                log.recordSystem("rules", "rules.yaml", "reloaded", List.of(), Json.emptyObject());
            }
            try (AuditLog log = AuditLog.open(home, engine.store(), second, List.of(), clock)) {
                assertTrue(log.verify().intact(), log.verify().describe());
                assertEquals(2, log.verify().entries());
            }
        }
    }

    @Test
    void verify_onAnInterruptedThread_isTheSameAndKeepsTheInterrupt() throws IOException {
        copy(original, home);
        String before = told(home);
        Thread.currentThread().interrupt();
        try {
            assertEquals(before, told(home));
            assertTrue(Thread.currentThread().isInterrupted());
        } finally {
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void verify_afterTheWholeAuditWasTakenAwayAndBegunAnew_remarksTheOtherOne() throws IOException {
        copy(original, home);
        for (String name : List.of(ENTRIES, CHECKPOINTS, AuditKeys.PUBLIC, AuditKeys.PRIVATE)) {
            Files.delete(home.resolve("audit").resolve(name));
        }
        talk(home);
        AuditReport report = Arkestra.builder().home(home).verifyAudit();
        assertTrue(report.remarks().toString().contains("know another audit"), report.toString());
        for (String name : List.of(ENTRIES, CHECKPOINTS, AuditKeys.PUBLIC, AuditKeys.PRIVATE)) {
            Files.copy(
                    original.resolve("audit").resolve(name),
                    home.resolve("audit").resolve(name),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        lines(home.resolve("audit").resolve(ENTRIES), lines -> lines.subList(0, 2));
        Files.delete(home.resolve("audit").resolve(CHECKPOINTS));
        assertTrue(told(home).contains("entry 3 is the first that is missing"), told(home));
    }

    @Test
    void open_withAPrivateKeyThatIsNotThatOfThePublicOne_isRefused() throws IOException {
        copy(original, home);
        Files.copy(
                foreign.resolve("audit").resolve(AuditKeys.PRIVATE),
                home.resolve("audit").resolve(AuditKeys.PRIVATE),
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.COPY_ATTRIBUTES);
        ConfigException refused = assertThrows(ConfigException.class, () -> AuditKeys.in(home.resolve("audit")));
        assertTrue(String.valueOf(refused.getMessage()).contains("do not belong together"), refused.getMessage());
    }

    @Test
    void record_afterTheClockWasSetBack_isSignedAndRemarked() {
        ManualClock clock = ManualClock.at("2026-03-01T10:00:00Z");
        try (Arkestra engine = Arkestra.builder().build();
                AuditLog log = AuditLog.open(home, engine.store(), null, List.of(), clock)) {
            log.recordSystem("rules", "rules.yaml", "reloaded", List.of(), Json.emptyObject());
            clock.set(Instant.parse("2026-03-01T09:00:00Z"));
            log.recordSystem("rules", "rules.yaml", "reloaded", List.of(), Json.emptyObject());
            AuditReport report = log.verify();
            assertEquals(1, report.checkpoints(), report.describe());
            assertTrue(report.intact(), report.describe());
            assertEquals(
                    List.of("entry 2 is from a time before the one before it: the clock was set back"),
                    report.remarks());
        }
    }

    @Test
    void open_withCheckpointsThatAreNoText_takesAwayTheTornEndAlone() throws IOException {
        copy(original, home);
        Path checkpoints = home.resolve("audit").resolve(CHECKPOINTS);
        byte[] strange = {(byte) 0xff, (byte) 0xfe, (byte) 0xfd, '\n'};
        byte[] before = Files.readAllBytes(checkpoints);
        Files.write(checkpoints, strange, StandardOpenOption.APPEND);
        Files.write(checkpoints, "{\"cou".getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
        try (Arkestra engine = Arkestra.builder().build()) {
            AuditLog.open(home, engine.store(), null, List.of(), ManualClock.at("2026-03-01T10:00:00Z"))
                    .close();
        }
        assertEquals(before.length + strange.length, Files.size(checkpoints));
    }
}
