package io.arkestra.tools.fs.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.CancellationSource;
import io.arkestra.common.CancelledException;
import io.arkestra.common.Taint;
import io.arkestra.testkit.ManualClock;
import io.arkestra.testkit.TestToolContext;
import io.arkestra.tool.EffectState;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileToolsEffectTest {
    @TempDir
    Path directory;

    private FilesFixture files;

    @BeforeEach
    void open() throws IOException {
        files = new FilesFixture(directory);
        files.file("a.txt", "one\ntwo\nthree\n");
    }

    private Prepared prepared(String tool, String arguments) {
        return files.tool(tool).prepare(files.asked(tool, arguments), files.context());
    }

    @Test
    void prepare_replace_showsAUnifiedDiff() {
        Prepared prepared = prepared("fs.write", "{'path':'a.txt','mode':'replace','old':'two','content':'2'}");

        assertEquals("--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three", prepared.preview());
        assertEquals(List.of("Changes the file 'a.txt' in 'project' from 14 to 12 bytes"), prepared.effects());
    }

    @Test
    void prepare_newFile_showsItsLines() {
        Prepared prepared = prepared("fs.write", "{'path':'n/b.txt','mode':'create','content':'x\\n'}");

        assertEquals("--- /dev/null\n+++ b/n/b.txt\n@@ -0,0 +1,1 @@\n+x", prepared.preview());
        assertEquals(
                List.of("Makes the directory 'n'", "Makes the file 'n/b.txt' in 'project' of 2 bytes"),
                prepared.effects());
    }

    @Test
    void prepare_bytesThatAreNoText_showsSizesAndDigests() throws IOException {
        Files.write(files.root.resolve("a.bin"), new byte[] {0, 1, 2});

        Prepared prepared = prepared("fs.write", "{'path':'a.bin','mode':'overwrite','content':'x'}");

        assertTrue(prepared.preview().matches("a.bin: 3 bytes, SHA-256 [0-9a-f]{64} -> 1 bytes, SHA-256 [0-9a-f]{64}"));
    }

    @Test
    void prepare_thousandsOfChangedLines_isShort() throws IOException {
        files.file("big.txt", "old\n".repeat(5_000));
        Prepared other = prepared(
                "fs.write", "{'path':'big.txt','mode':'overwrite','content':'" + "new\\n".repeat(5_000) + "'}");
        Prepared created =
                prepared("fs.write", "{'path':'new.txt','mode':'create','content':'" + "new\\n".repeat(5_000) + "'}");

        assertTrue(other.preview().startsWith("big.txt: 20000 bytes, SHA-256"), other.preview());
        assertTrue(created.preview().endsWith("… 3003 more lines"), created.preview());
    }

    @Test
    void call_write_keepsTheModeAndMakesPrivateFiles() throws IOException {
        Files.setPosixFilePermissions(files.root.resolve("a.txt"), PosixFilePermissions.fromString("rwxr-x---"));

        files.call("fs.write", "{'path':'a.txt','mode':'append','content':'x'}");
        files.call("fs.write", "{'path':'b.txt','mode':'create','content':'x'}");

        assertEquals("rwxr-x---", mode("a.txt"));
        assertEquals("rw-------", mode("b.txt"));
        assertEquals("one\ntwo\nthree\nx", files.content("a.txt"));
    }

    private String mode(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(files.root.resolve(name)));
    }

    @Test
    void targets_linksAndMissingFiles_areResolvedAsFarAsTheyExist() throws IOException {
        Files.createSymbolicLink(files.root.resolve("dir"), files.outside);
        ToolCall call = files.asked("fs.write", "{'path':'dir/deep/x.txt','mode':'create','content':''}");

        assertEquals(
                List.of(Target.changed(Target.PATH, files.outside + "/deep/x.txt")),
                files.tool("fs.write").targets(call, files.context()));
    }

    @Test
    void read_externalFile_isTaintedAndThatOfATrustedRootIsNot() throws IOException {
        FilesFixture trusted =
                new FilesFixture(directory, "{\"roots\":[\"project=" + files.root + "\"],\"trusted\":[\"project\"]}");

        assertEquals(
                Set.of(Taint.of("file.external", "project/a.txt")),
                files.call("fs.read", "{'path':'a.txt'}").taints());
        assertEquals(Set.of(), trusted.call("fs.read", "{'path':'a.txt'}").taints());
    }

    @Test
    void read_encodings_areToldApart() throws IOException {
        Files.write(files.root.resolve("bom.txt"), "\uFEFFпривет".getBytes(StandardCharsets.UTF_8));
        Files.write(files.root.resolve("wide.txt"), "\uFEFFпривет".getBytes(StandardCharsets.UTF_16LE));
        Files.write(files.root.resolve("old.txt"), "привет".getBytes(Charset.forName("windows-1251")));

        assertEquals("привет", files.call("fs.read", "{'path':'bom.txt'}").text());
        assertEquals("привет", files.call("fs.read", "{'path':'wide.txt'}").text());
        ToolResult unknown = files.call("fs.read", "{'path':'old.txt'}");
        assertTrue(unknown.data().bool("binary").orElseThrow(), unknown.text());
        assertTrue(unknown.text().startsWith("'old.txt' is not text: 6 bytes, SHA-256 "), unknown.text());
        assertEquals(
                "привет",
                files.call("fs.read", "{'path':'old.txt','encoding':'windows-1251'}")
                        .text());
    }

    @Test
    void read_longFile_isCutAndGoesOn() throws IOException {
        FilesFixture little = new FilesFixture(directory, "{\"shownChars\": 100}");
        files.file("long.txt", "0123456789\n".repeat(20));

        ToolResult first = little.call("fs.read", "{'path':'long.txt'}");
        ToolResult rest = little.call("fs.read", "{'path':'long.txt','from':19}");

        assertTrue(first.text().endsWith("\n[cut here: go on with from: 10]"), first.text());
        assertTrue(first.data().bool("truncated").orElseThrow());
        assertEquals("0123456789\n0123456789", rest.text());
    }

    @Test
    void search_binaryHiddenAndGitFiles_areLeftOut() throws IOException {
        Files.write(files.root.resolve("b.bin"), "two\0".getBytes(StandardCharsets.UTF_8));
        files.file(".hidden", "two");
        files.file(".git/x", "two");

        ToolResult found = files.call("fs.search", "{'query':'TWO','ignoreCase':true}");

        assertEquals("a.txt:2: two\n[1 protected, unreadable, binary or too large left out]", found.text());
        assertEquals(
                2,
                files.call("fs.search", "{'query':'two','hidden':true}")
                        .data()
                        .list("matches")
                        .size());
    }

    @Test
    void call_cancelled_stopsAndChangesNothing() {
        CancellationSource cancel = new CancellationSource();
        cancel.cancel("enough");
        TestToolContext context = TestToolContext.builder().cancellation(cancel).build();
        for (String[] asked : new String[][] {
            {"fs.read", "{'path':'a.txt'}"},
            {"fs.list", "{}"},
            {"fs.search", "{'query':'x'}"},
            {"fs.write", "{'path':'a.txt','mode':'append','content':'x'}"},
            {"fs.delete", "{'path':'a.txt'}"}
        }) {
            assertThrows(
                    CancelledException.class,
                    () -> files.tool(asked[0]).call(files.asked(asked[0], asked[1]), Prepared.nothing(), context),
                    asked[0]);
        }
        assertTrue(Files.exists(files.root.resolve("a.txt")));
    }

    @Test
    void undo_afterTheTimeThatThingsAreKept_saysSoAndChangesNothing() throws IOException {
        ManualClock clock = ManualClock.at(Instant.parse("2026-01-01T00:00:00Z"));
        FilesFixture old = new FilesFixture(directory, "{\"undoFor\":\"P1D\"}", clock, true, UnaryOperator.identity());
        FilesFixture.Done written =
                old.call(old.asked("fs.write", "{'path':'a.txt','mode':'overwrite','content':'x'}"));
        old.file("d/x.txt", "x");
        FilesFixture.Done deleted = old.call(old.asked("fs.delete", "{'path':'d','directory':true}"));
        clock.advance(Duration.ofDays(2));
        FilesFixture later =
                new FilesFixture(directory, "{\"undoFor\":\"P1D\"}", clock, true, UnaryOperator.identity());

        for (FilesFixture.Done done : List.of(written, deleted)) {
            ToolException gone = assertThrows(
                    ToolException.class, () -> later.tool(done.call().tool()).undo(done.prepared(), later.context()));
            assertEquals(ToolException.Reason.NOT_FOUND, gone.reason());
        }
        assertEquals("x", old.content("a.txt"));
    }

    @Test
    void nextUse_afterAKilledWrite_removesTheTemporaryFileAndNothingElse() throws IOException {
        String temporary = files.access.pending().begin(files.access.roots().place("", "", true));
        Files.writeString(files.root.resolve(temporary), "half");
        Files.writeString(files.root.resolve(".arkestra-mine"), "of the user");

        assertFalse(files.call("fs.list", "{'hidden':true}").text().contains(temporary));
        FilesFixture next = new FilesFixture(directory);

        assertFalse(Files.exists(next.root.resolve(temporary)));
        assertTrue(Files.exists(next.root.resolve(".arkestra-mine")));
        try (Stream<Path> notes = Files.list(next.data.resolve("pending"))) {
            assertEquals(0, notes.count());
        }
    }

    @Test
    void state_otherContent_isUnknown() throws IOException {
        ToolCall call = files.asked("fs.write", "{'path':'a.txt','mode':'overwrite','content':'x'}");
        Prepared prepared = files.tool("fs.write").prepare(call, files.context());
        assertEquals(EffectState.ABSENT, files.tool("fs.write").state(call, prepared, files.context()));
        files.file("a.txt", "theirs");
        assertEquals(EffectState.UNKNOWN, files.tool("fs.write").state(call, prepared, files.context()));
    }
}
