package io.arkestra.tool.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.Arkestra;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.store.Owner;
import io.arkestra.tool.Artifact;
import io.arkestra.tool.ToolException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How long files that calls make stay, in a real store. */
@Timeout(120)
class ArtifactsLifeTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final TurnId TURN = TurnId.of("01M7ZKS1K2BEZVPQRTMZ2VPTHA");

    @TempDir
    Path home;

    private Path directory;
    private Arkestra engine;
    private Artifacts artifacts;

    @BeforeEach
    void open() {
        directory = home.resolve("files");
        engine = Arkestra.builder().home(home.resolve("home")).build();
        artifacts = open(Artifacts.Limits.DEFAULT);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private Artifacts open(Artifacts.Limits limits) {
        return Artifacts.in(directory, engine.store(), limits);
    }

    private Artifact written(String text) {
        return artifacts
                .of(ALICE, TURN, "call", (tx, artifact) -> {})
                .write("a.txt", "text/plain", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private long files() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).count();
        }
    }

    @Test
    void open_afterAKill_deletesWhatNoCallFinished() throws IOException {
        Artifact kept = written("kept");
        Path place = kept.file().getParent();
        Path unfinished = Files.writeString(place.resolve(UUID.randomUUID() + ".part"), "hal");
        Path unknown = Files.writeString(place.resolve(UUID.randomUUID() + ".md"), "never acknowledged");
        Path nobodys =
                Files.createDirectories(directory.resolve("0".repeat(32))).resolve(UUID.randomUUID() + ".md");
        Files.writeString(nobodys, "of a person who is gone");
        Path foreign = Files.writeString(place.resolve("put here by the host.txt"), "foreign");
        open(Artifacts.Limits.DEFAULT);
        assertEquals("kept", Files.readString(kept.file()));
        assertFalse(Files.exists(unfinished));
        assertFalse(Files.exists(unknown));
        assertFalse(Files.exists(nobodys));
        assertTrue(Files.exists(foreign));
    }

    @Test
    void open_whereTheGuardMaskedAName_keepsTheFile() throws IOException {
        Artifact kept = withAMaskedName();
        Path unfinished = Files.writeString(kept.file().resolveSibling(UUID.randomUUID() + ".org"), "unknown");
        open(Artifacts.Limits.DEFAULT);
        assertEquals("kept", Files.readString(kept.file()));
        assertFalse(Files.exists(unfinished));
    }

    @Test
    void forget_ofATurnWhereTheGuardMaskedAName_deletesItsFilesAndNoOther() throws IOException {
        Artifact gone = withAMaskedName();
        Artifact other = artifacts
                .of(ALICE, TurnId.of("01M7ZKS1K2BEZVPQRTMZ2VPTHB"), "call", (tx, artifact) -> {})
                .write("b.txt", "text/plain", new ByteArrayInputStream(new byte[] {'b'}));
        engine.store().inTransaction(tx -> {
            artifacts.forget(tx, ALICE, TURN);
            return true;
        });
        assertFalse(Files.exists(gone.file()));
        assertTrue(Files.exists(other.file()));
    }

    /** A file whose name is stored without what the name of the file itself ends in. */
    private Artifact withAMaskedName() throws IOException {
        engine.close();
        Files.writeString(home.resolve("home/guard.yaml"), "actions: {toStore: {PII: mask}}\n");
        Files.writeString(home.resolve("home/arkestra.yaml"), "guard: {file: guard.yaml}\n");
        engine = Arkestra.builder().home(home.resolve("home")).build();
        artifacts = open(Artifacts.Limits.DEFAULT);
        Artifact kept = artifacts
                .of(ALICE, TURN, "call", (tx, artifact) -> {})
                .write(
                        "ann@example.org",
                        "text/plain",
                        new ByteArrayInputStream("kept".getBytes(StandardCharsets.UTF_8)));
        assertTrue(kept.file().toString().endsWith(".org"), kept.toString());
        engine.store().inTransaction(tx -> {
            String stored = tx.get(Artifacts.COLLECTION.name(), Owner.of(ALICE), kept.id())
                    .orElseThrow()
                    .body()
                    .text("name");
            assertFalse(stored.endsWith(".org"), stored);
            return true;
        });
        return kept;
    }

    @Test
    void forget_inATransactionThatIsRolledBack_deletesNothing() {
        Artifact kept = written("kept");
        assertThrows(
                IllegalStateException.class,
                () -> engine.store().inTransaction(tx -> {
                    artifacts.forget(tx, ALICE, TURN);
                    throw new IllegalStateException("rolled back");
                }));
        assertTrue(Files.exists(kept.file()));
        engine.store().inTransaction(tx -> {
            artifacts.forget(tx, ALICE, TURN);
            assertTrue(Files.exists(kept.file()), "not before it is certain");
            return true;
        });
        assertFalse(Files.exists(kept.file()));
    }

    @Test
    void write_ofMoreThanAUserMayKeep_isRefusedUntilSomethingIsForgotten() throws IOException {
        artifacts = open(new Artifacts.Limits(10, 5, 12));
        written("12345678");
        ToolException refused = assertThrows(ToolException.class, () -> written("12345678"));
        assertTrue(refused.getMessage().contains("12 bytes"), refused.getMessage());
        assertEquals(1, files());
        written("1234");
        engine.store().inTransaction(tx -> {
            artifacts.forget(tx, ALICE, TURN);
            return true;
        });
        assertEquals(0, files());
        written("12345678");
        assertEquals(1, files());
    }
}
