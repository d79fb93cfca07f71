package io.arkestra.tools.fs.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.testkit.WatchedCancellation;
import io.arkestra.tool.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Deleting what lies on another file system than the engine's home: it is copied there first. */
@Timeout(60)
class OtherDiskMoveTest {
    private static final Path MEMORY = Path.of("/dev/shm");

    @TempDir
    Path directory;

    private Path other = MEMORY;
    private FilesFixture files;

    /** Does something when the tool looks for the last time before it deletes anything, for example. */
    private static Cancellation meanwhile(int at, Step step) {
        return new WatchedCancellation(look -> {
            if (look == at) {
                try {
                    step.run();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }
            return false;
        });
    }

    private interface Step {
        void run() throws IOException;
    }

    @BeforeEach
    void open() throws IOException {
        assumeTrue(
                Files.isDirectory(MEMORY) && !Files.getFileStore(MEMORY).equals(Files.getFileStore(directory)),
                "there is no second file system");
        other = Files.createTempDirectory(MEMORY, "arkestra-test");
        for (String name : new String[] {"tree/a/1", "tree/b/2", "tree/c/deep/3", "tree/z"}) {
            Files.createDirectories(other.resolve(name).getParent());
            Files.writeString(other.resolve(name), "text of " + name);
        }
        files = new FilesFixture(directory);
    }

    @AfterEach
    void clear() throws IOException {
        if (!other.equals(MEMORY)) {
            try (Stream<Path> all = Files.walk(other)) {
                for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static Map<String, String> under(Path path) throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.toList()) {
                String name = path.relativize(each).toString();
                found.put(name, Files.isDirectory(each) ? "/" : Files.readString(each));
            }
        }
        return found;
    }

    private void move(Cancellation cancel) throws IOException {
        try (Directory from = files.access.roots().opened(other);
                Directory to = files.access.roots().opened(directory)) {
            Trees.move(from, "tree", to, "moved", Staging.in(to), Staging.in(from), cancel);
        }
    }

    @Test
    void move_toAnotherFileSystem_movesAllOfIt() throws IOException {
        Map<String, String> before = under(other.resolve("tree"));
        move(Cancellation.none());
        assertEquals(before, under(directory.resolve("moved")));
        assertFalse(Files.exists(other.resolve("tree")));
    }

    /** Looks: the tree, a, 1, b, 2, c, deep, 3, z. */
    @Test
    void move_whileAFileComesIn_changesNothing() throws IOException {
        Map<String, String> before = under(other.resolve("tree"));
        Cancellation newcomer = meanwhile(9, () -> Files.writeString(other.resolve("tree/b/new"), "just in"));
        ToolException refused = assertThrows(ToolException.class, () -> move(newcomer));
        assertEquals(ToolException.Reason.CONFLICT, refused.reason());
        before.put("b/new", "just in");
        assertEquals(before, under(other.resolve("tree")));
        assertFalse(Files.exists(directory.resolve("moved")));
    }

    @Test
    void move_whileACopiedFileIsWritten_changesNothing() throws IOException {
        Map<String, String> before = under(other.resolve("tree"));
        Cancellation writer = meanwhile(9, () -> Files.writeString(other.resolve("tree/a/1"), "other words"));
        assertThrows(ToolException.class, () -> move(writer));
        before.put("a/1", "other words");
        assertEquals(before, under(other.resolve("tree")));
        assertFalse(Files.exists(directory.resolve("moved")));
    }

    /** Moves the tree out of a directory that does not do all it is told, and closes it. */
    private void movedFrom(StubbornDirectory from) throws IOException {
        try (from;
                Directory to = files.access.roots().opened(directory)) {
            Trees.move(
                    from,
                    "tree",
                    to,
                    "moved",
                    Staging.in(to),
                    Staging.in(files.access.roots().opened(other)),
                    Cancellation.none());
        }
    }

    @Test
    void move_thatFailsWhileItDeletes_putsBackWhatItDeleted() throws IOException {
        Map<String, String> before = under(other.resolve("tree"));
        assertThrows(
                IOException.class,
                () -> movedFrom(new StubbornDirectory(files.access.roots().opened(other), "3")));
        assertEquals(before, under(other.resolve("tree")));
        assertFalse(Files.exists(directory.resolve("moved")));
    }

    @Test
    void move_thatFailsWhereADeletedNameIsThereAgain_keepsTheCopy() throws IOException {
        Map<String, String> before = under(other.resolve("tree"));
        StubbornDirectory from = new StubbornDirectory(files.access.roots().opened(other), "3");
        from.meanwhile(() -> Files.writeString(other.resolve("tree/a/1"), "of somebody else"));
        ToolException failed = assertThrows(ToolException.class, () -> movedFrom(from));
        assertEquals(ToolException.Reason.FAILED, failed.reason());
        assertEquals("of somebody else", Files.readString(other.resolve("tree/a/1")));
        assertEquals(before, under(directory.resolve("moved")));
    }

    /** Looks: the tree. */
    @Test
    void move_whileSomebodyElseMakesTheNewName_leavesItThere() throws IOException {
        Map<String, String> before = under(other.resolve("tree"));
        Cancellation first = meanwhile(1, () -> {
            Files.createDirectory(directory.resolve("moved"));
            Files.writeString(directory.resolve("moved/x"), "of somebody else");
        });
        assertThrows(IOException.class, () -> move(first));
        Cancellation cancelled = meanwhile(1, () -> {
            throw new IOException("cancelled");
        });
        assertThrows(java.io.UncheckedIOException.class, () -> move(cancelled));
        assertEquals(before, under(other.resolve("tree")));
        assertEquals("of somebody else", Files.readString(directory.resolve("moved/x")));
    }

    @Test
    void move_thatFailsAndCannotPutBack_keepsTheCopy() throws IOException {
        Map<String, String> before = under(other.resolve("tree"));
        StubbornDirectory from = new StubbornDirectory(files.access.roots().opened(other), "3");
        from.takesNothing();
        ToolException failed = assertThrows(ToolException.class, () -> movedFrom(from));
        assertEquals(ToolException.Reason.FAILED, failed.reason());
        assertTrue(failed.getMessage().contains("moved"), failed.getMessage());
        assertEquals(before, under(directory.resolve("moved")));
    }
}
