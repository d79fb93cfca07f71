package io.arkestra.tools.fs.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.arkestra.testkit.CaseTable;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolException.Reason;
import io.arkestra.tool.ToolResult;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The cases 11 to 13 and 15 of the security suite: more than there is room or time for, and files that others change meanwhile.
 * {@code -Darkestra.entries=1000000} makes case 15 go through a million files.
 */
@Execution(ExecutionMode.SAME_THREAD)
class FileLimitCasesTest {
    @RegisterExtension
    static final CaseTable CASES = CaseTable.titled("File system, limits and changes of others");

    private static final int ENTRIES = Integer.getInteger("arkestra.entries", 52_000);
    /** More than a directory is read of, fewer than the names that a file may have on ext4. */
    private static final int IN_ONE_DIRECTORY = 52_000;

    @TempDir
    Path directory;

    private FilesFixture files;

    @BeforeEach
    void open() throws IOException {
        files = new FilesFixture(directory);
        files.file("a.txt", "inside");
    }

    /** A disk on which only so much has room. */
    private record SmallDisk(WritableByteChannel real, int[] room) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer bytes) throws IOException {
            if (room[0] <= 0) {
                throw new IOException("No space left on device");
            }
            int now = Math.min(room[0], bytes.remaining());
            ByteBuffer part = bytes.slice(bytes.position(), now);
            int written = real.write(part);
            bytes.position(bytes.position() + written);
            room[0] -= written;
            return written;
        }

        @Override
        public boolean isOpen() {
            return real.isOpen();
        }

        @Override
        public void close() throws IOException {
            real.close();
        }
    }

    @Test
    void case11_moreThanTheQuotaOrThanTheDiskHolds_stoppedWithoutRest() throws IOException {
        FilesFixture small = new FilesFixture(directory, "{\"fileBytes\": 1048576, \"dayBytes\": 2097152}");
        String half = "x".repeat(700_000);
        small.refused("fs.write", "{'path':'big.txt','mode':'create','content':'" + half + half + "'}");
        small.call("fs.write", "{'path':'big.txt','mode':'create','content':'" + half + "'}");
        ToolException tooLong =
                small.refused("fs.write", "{'path':'big.txt','mode':'append','content':'" + half + "'}");
        assertTrue(tooLong.getMessage().contains("at most 1048576"), tooLong.getMessage());
        small.call("fs.write", "{'path':'second.txt','mode':'create','content':'" + half + "'}");
        ToolException tooMuch =
                small.refused("fs.write", "{'path':'third.txt','mode':'create','content':'" + half + "'}");
        assertTrue(tooMuch.getMessage().contains("may be written in a day"), tooMuch.getMessage());

        FilesFixture full = new FilesFixture(
                directory, "{}", Clock.systemUTC(), true, disk -> new SmallDisk(disk, new int[] {100_000}));
        for (String arguments : List.of(
                "{'path':'new.txt','mode':'create','content':'" + half + "'}",
                "{'path':'made/new.txt','mode':'create','content':'" + half + "'}",
                "{'path':'a.txt','mode':'overwrite','content':'" + half + "'}")) {
            ToolException refusal = full.refused("fs.write", arguments);
            assertEquals(Reason.FAILED, refusal.reason());
            assertTrue(refusal.getMessage().contains("the disk is full"), refusal.getMessage());
        }
        try (Stream<Path> pending = Files.list(full.data.resolve("pending"))) {
            assertEquals(0, pending.count());
        }
        assertEquals("inside", files.content("a.txt"));
    }

    /** A process whose disk takes no more than 2 MiB, or none of whose files may be longer than 512 KiB. */
    static final class OnAShortDisk {
        static final byte[] LARGE = "large\n".repeat(200_000).getBytes(StandardCharsets.UTF_8);

        private OnAShortDisk() {}

        /** @param arguments the directory that is to be used, and words of the message that is expected */
        public static void main(String[] arguments) throws IOException {
            FilesFixture files = new FilesFixture(Path.of(arguments[0]));
            String present = "earlier\n".repeat(50_000);
            files.file("present.txt", present);
            Path large = files.root.resolve("large.txt");
            if (!Files.exists(large)) {
                Files.write(large, LARGE);
            }
            String tooLong = "x".repeat(3 << 20);
            for (String call : List.of(
                    "{'path':'new.txt','mode':'create','content':'%s'}",
                    "{'path':'made/new.txt','mode':'create','content':'%s'}",
                    "{'path':'present.txt','mode':'overwrite','content':'%s'}",
                    "{'path':'present.txt','mode':'append','content':'%s'}")) {
                ToolException refusal = files.refused("fs.write", call.formatted(tooLong));
                assertEquals(Reason.FAILED, refusal.reason());
                assertTrue(refusal.getMessage().contains(arguments[1]), refusal.getMessage());
                assertTrue(refusal.getMessage().endsWith("; nothing was changed"), refusal.getMessage());
            }
            // What was there before cannot be kept, and so it is not changed.
            files.refused("fs.write", "{'path':'large.txt','mode':'overwrite','content':'small'}");
            assertArrayEquals(LARGE, Files.readAllBytes(large));
            assertEquals(present, files.content("present.txt"));
            assertEquals(List.of(), unfinished(files.base));

            // What has room is written afterwards, and taken back.
            FilesFixture.Done done =
                    files.call(files.asked("fs.write", "{'path':'present.txt','mode':'overwrite','content':'small'}"));
            assertEquals("small", files.content("present.txt"));
            files.tool("fs.write").undo(done.prepared(), files.context());
            assertEquals(present, files.content("present.txt"));
            System.out.println("done");
        }

        /** Temporary files, parts of files to undo with, and notes about either. */
        private static List<Path> unfinished(Path base) throws IOException {
            try (Stream<Path> all = Files.walk(base)) {
                return all.filter(path -> path.getFileName().toString().startsWith(Pending.PREFIX)
                                || path.getFileName().toString().endsWith(".part")
                                || path.getParent().endsWith("pending"))
                        .toList();
            }
        }
    }

    private record Ended(int status, String output) {}

    /** Runs a line of the shell, with the command that starts {@link OnAShortDisk} as its arguments. */
    private static Ended run(String line, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", line, "sh"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Neither the runtime's own counters nor its archive of classes go to the disk that is full.
        command.addAll(List.of("-XX:-UsePerfData", "-XX:TieredStopAtLevel=1", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.add(OnAShortDisk.class.getName());
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), output);
        return new Ended(process.exitValue(), output);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void case11_diskThatIsReallyFull_stoppedWithoutRest() throws Exception {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        // A mount in a namespace of its own needs no privilege on most systems, and goes with the process.
        String mount = "mount -t tmpfs -o size=2m none '" + disk + "'";
        Process possible = new ProcessBuilder("unshare", "-rm", "sh", "-c", mount)
                .redirectErrorStream(true)
                .start();
        String why = new String(possible.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assumeTrue(possible.waitFor() == 0, "no disk can be mounted here: " + why);

        Ended ended = run(
                "exec unshare -rm sh -c \"" + mount + " && exec \\\"\\$@\\\"\" sh \"$@\"",
                List.of(disk.toString(), "the disk is full"));

        assertEquals(0, ended.status(), ended.output());
        assertEquals("done", ended.output().strip());
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void case11_longerThanAFileMayBe_stoppedWithoutRest() throws Exception {
        Path place = Files.createDirectory(directory.resolve("limited"));

        Files.write(Files.createDirectory(place.resolve("root")).resolve("large.txt"), OnAShortDisk.LARGE);

        // POSIX counts blocks of 512 bytes.
        Ended ended = run("ulimit -f 1024 && exec \"$@\"", List.of(place.toString(), "may not be that long"));

        assertEquals(0, ended.status(), ended.output());
        assertEquals("done", ended.output().strip());
    }

    @Test
    void case12_fileChangedBetweenPreviewAndCall_refused() throws IOException {
        for (String[] asked : new String[][] {
            {"fs.write", "{'path':'a.txt','mode':'overwrite','content':'x'}"},
            {"fs.write", "{'path':'a.txt','mode':'append','content':'x'}"},
            {"fs.move", "{'path':'a.txt','to':'b.txt'}"},
            {"fs.delete", "{'path':'a.txt'}"},
        }) {
            files.file("a.txt", "inside");
            ToolCall call = files.asked(asked[0], asked[1]);
            Prepared prepared = files.tool(asked[0]).prepare(call, files.context());
            files.file("a.txt", "theirs");
            Map<String, String> before = files.snapshot();

            ToolException refusal =
                    assertThrows(ToolException.class, () -> files.tool(asked[0]).call(call, prepared, files.context()));

            assertEquals(Reason.CONFLICT, refusal.reason());
            assertEquals(before, files.snapshot());
            assertFalse(prepared.stateDigest()
                    .equals(files.tool(asked[0]).prepare(call, files.context()).stateDigest()));
        }
    }

    @Test
    void case13_undoAfterSomebodyElsesChange_conflict() throws IOException {
        FilesFixture.Done written =
                files.call(files.asked("fs.write", "{'path':'a.txt','mode':'overwrite','content':'ours'}"));
        FilesFixture.Done made =
                files.call(files.asked("fs.write", "{'path':'n.txt','mode':'create','content':'ours'}"));
        files.file("b.txt", "b");
        FilesFixture.Done moved = files.call(files.asked("fs.move", "{'path':'b.txt','to':'c.txt'}"));
        files.file("d.txt", "d");
        FilesFixture.Done deleted = files.call(files.asked("fs.delete", "{'path':'d.txt'}"));
        for (String name : List.of("a.txt", "n.txt", "c.txt", "d.txt")) {
            files.file(name, "theirs");
        }
        Map<String, String> before = files.snapshot();

        for (FilesFixture.Done done : List.of(written, made, moved, deleted)) {
            ToolException conflict = assertThrows(
                    ToolException.class, () -> files.tool(done.call().tool()).undo(done.prepared(), files.context()));
            assertEquals(Reason.CONFLICT, conflict.reason(), done.call().toString());
            assertTrue(conflict.getMessage().contains(".txt'"), conflict.getMessage());
        }
        assertEquals(before, files.snapshot());
    }

    /** That many names of one file, in as many directories as it takes. */
    private int fill(Path top) throws IOException {
        int made = 0;
        for (int number = 0; made < ENTRIES; number++) {
            Path many = Files.createDirectories(top.resolve("%03d".formatted(number)));
            Path first = Files.writeString(many.resolve("f0.txt"), "needle\nneedle\n");
            made++;
            for (int i = 1; i < IN_ONE_DIRECTORY && made < ENTRIES; i++, made++) {
                Files.createLink(many.resolve("f" + i + ".txt"), first);
            }
        }
        return made;
    }

    /** In this time of a processor, so that what else the machine does counts little. */
    private static void within(Duration most, String what, Runnable work) {
        long start = System.nanoTime();
        Duration used = assertTimeoutPreemptively(most.multipliedBy(6), () -> {
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadCpuTime();
            work.run();
            return Duration.ofNanos(threads.getCurrentThreadCpuTime() - before);
        });
        System.out.println("case 15: " + what + " in " + (System.nanoTime() - start) / 1_000_000 + " ms, "
                + used.toMillis() + " ms of the processor");
        assertTrue(used.compareTo(most) < 0, what + " took " + used);
    }

    @Test
    void case15_thousandsOfMatchesAndCycleOfLinks_truncatedSoon() throws IOException {
        files = new FilesFixture(directory, "{\"results\": 500}");
        for (int i = 0; i < 3_000; i++) {
            files.file("many/%02d/f%d.txt".formatted(i % 30, i), "needle\nneedle\n");
        }
        Files.createSymbolicLink(files.root.resolve("many/00/up"), files.root);
        Files.createSymbolicLink(files.root.resolve("many/00/self"), files.root.resolve("many/00/self"));

        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            ToolResult listed = files.call("fs.list", "{'glob':'**/*'}");
            assertEquals(500, listed.data().list("entries").size());
            ToolResult found = files.call("fs.search", "{'query':'n(e+)dle','regex':true,'limit':100000}");
            assertEquals(500, found.data().list("matches").size());
            ToolResult all = files.call("fs.list", "{'path':'many/00','depth':64}");
            assertEquals(102, all.data().list("entries").size(), "the links are told once and not gone into");
            assertFalse(all.data().bool("truncated").orElseThrow());
        });
    }

    @Test
    void case15_manyMatchesAndCycleOfLinks_truncated() throws IOException {
        files = new FilesFixture(directory, "{\"results\": 500}");
        long start = System.nanoTime();
        int made = fill(files.root.resolve("many"));
        System.out.println("case 15: " + made + " files made in " + (System.nanoTime() - start) / 1_000_000 + " ms");
        Path cycle = Files.createDirectories(files.root.resolve("cycle/inner"));
        Files.createSymbolicLink(cycle.resolve("up"), files.root);
        Files.createSymbolicLink(cycle.resolve("self"), cycle.resolve("self"));
        Files.createSymbolicLink(cycle.resolve("other"), files.root.resolve("cycle"));

        within(Duration.ofSeconds(30), "a glob that fits all", () -> {
            ToolResult listed = files.call("fs.list", "{'glob':'**/*'}");
            assertEquals(500, listed.data().list("entries").size());
            assertTrue(listed.data().bool("truncated").orElseThrow());
            assertTrue(listed.text().endsWith("[cut here: there is more; narrow it by path, glob or depth]"));
        });
        within(Duration.ofSeconds(30), "a glob that fits none", () -> {
            ToolResult none = files.call("fs.list", "{'glob':'**/*.nothing'}");
            assertEquals(0, none.data().list("entries").size());
            assertTrue(none.data().bool("truncated").orElseThrow(), "that not all was looked at is told");
        });
        within(Duration.ofSeconds(30), "a search that finds too much", () -> {
            ToolResult found = files.call("fs.search", "{'query':'n(e+)dle','regex':true,'limit':100000}");
            assertEquals(500, found.data().list("matches").size());
            assertTrue(found.data().bool("truncated").orElseThrow());
        });
        within(Duration.ofSeconds(30), "a cycle of links", () -> {
            ToolResult all = files.call("fs.list", "{'path':'cycle','depth':64}");
            assertEquals(4, all.data().list("entries").size(), "the links are told once and not gone into");
            assertFalse(all.data().bool("truncated").orElseThrow());
        });
    }
}
