package io.arkestra.tools.fs.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolException.Reason;
import io.arkestra.tool.ToolResult;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real repositories, made by git itself. */
class GitToolsTest {
    @TempDir
    Path directory;

    private FilesFixture files;

    @BeforeEach
    void open() throws Exception {
        files = new FilesFixture(directory);
        assumeTrue(git(files.root, "init", "-q", "-b", "main") == 0, "no git here");
        files.file("a.txt", "one\ntwo\n");
        files.file("docs/guide.md", "guide\n");
        files.file(".env", "KEY=secret\n");
        git(files.root, "add", "-A");
        git(files.root, "commit", "-qm", "The beginning\n\nwith a body");
    }

    private static int git(Path where, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "git", "-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgsign=false"));
        command.addAll(List.of(arguments));
        try {
            return new ProcessBuilder(command)
                    .directory(where.toFile())
                    .redirectErrorStream(true)
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return -1;
        }
    }

    @Test
    void status_changedFiles_areToldByKind() throws Exception {
        files.file("a.txt", "one\n2\n");
        files.file("new.txt", "x");
        files.file("staged.txt", "x");
        git(files.root, "add", "staged.txt");
        Files.delete(files.root.resolve("docs/guide.md"));

        ToolResult result = files.call("git.status", "{}");

        assertEquals("main", result.data().text("branch"));
        assertEquals(Json.array(Json.of("a.txt")), result.data().get("changed").orElseThrow());
        assertEquals(
                Json.array(Json.of("new.txt")), result.data().get("untracked").orElseThrow());
        assertEquals(
                Json.array(Json.of("staged.txt")), result.data().get("staged").orElseThrow());
        assertEquals(
                Json.array(Json.of("docs/guide.md")),
                result.data().get("deleted").orElseThrow());
        assertEquals(Set.of(Taint.of("file.external", "project/.")), result.taints());
    }

    @Test
    void status_nothingChanged_isClean() {
        ToolResult result = files.call("git.status", "{'path':'docs'}");

        assertTrue(result.data().bool("clean").orElseThrow(), result.text());
    }

    @Test
    void diff_changedFile_isShownAndProtectedOnesAreNot() throws IOException {
        files.file("a.txt", "one\n2\n");
        files.file(".env", "KEY=other\n");

        ToolResult result = files.call("git.diff", "{}");

        assertTrue(result.text().contains("-two\n+2\n"), result.text());
        assertTrue(result.text().contains("diff of .env: protected, not shown"), result.text());
        assertFalse(result.text().contains("secret") || result.text().contains("other"), result.text());
    }

    @Test
    void diff_stagedAndCommits_areShown() throws Exception {
        files.file("a.txt", "one\n2\n");
        git(files.root, "add", "a.txt");

        assertEquals("No differences.", files.call("git.diff", "{}").text());
        assertTrue(files.call("git.diff", "{'staged':true}").text().contains("+2\n"));
        git(files.root, "commit", "-qm", "Second");
        assertTrue(files.call("git.diff", "{'from':'HEAD~1'}").text().contains("+2\n"));
        assertEquals(
                "No differences.",
                files.call("git.diff", "{'from':'HEAD~1','path':'docs'}").text());
    }

    @Test
    void log_commits_newestFirstAlsoOfOneFile() throws Exception {
        files.file("a.txt", "one\n2\n");
        git(files.root, "commit", "-qam", "Second");

        ToolResult all = files.call("git.log", "{}");
        ToolResult guide = files.call("git.log", "{'path':'docs/guide.md'}");
        ToolResult one = files.call("git.log", "{'limit':1}");

        assertEquals(
                List.of("Second", "The beginning\n\nwith a body"),
                all.data().list("commits").stream()
                        .map(each -> each.text("message"))
                        .toList());
        assertEquals("Ann", all.data().list("commits").get(0).text("author"));
        assertEquals(1, guide.data().list("commits").size());
        assertTrue(one.data().bool("truncated").orElseThrow());
    }

    @Test
    void anyTool_repositoryThatNamesCommands_runsNoneAndChangesNothing() throws Exception {
        Path trap = files.base.resolve("ran");
        String command = "sh -c 'touch " + trap + "; cat'";
        files.file(".gitattributes", "*.txt filter=evil diff=evil\n");
        Files.writeString(
                files.root.resolve(".git/config"),
                Files.readString(files.root.resolve(".git/config")) + """
                        [filter "evil"]
                            clean = "%1$s"
                            smudge = "%1$s"
                            required = true
                        [diff "evil"]
                            textconv = "%1$s"
                            command = "%1$s"
                        [core]
                            fsmonitor = "%1$s"
                            hooksPath = hooks
                            pager = "%1$s"
                            sshCommand = "%1$s"
                        """.formatted(command));
        Path hook = files.file("hooks/post-index-change", "#!/bin/sh\ntouch " + trap + "\n");
        assertTrue(hook.toFile().setExecutable(true));
        files.file("a.txt", "one\nthree\n");
        Map<String, String> before = files.snapshot();

        ToolResult status = files.call("git.status", "{}");
        ToolResult diff = files.call("git.diff", "{}");
        files.call("git.diff", "{'staged':true}");
        files.call("git.log", "{'path':'a.txt'}");

        assertFalse(Files.exists(trap), "something of the repository was run");
        assertEquals(before, files.snapshot());
        assertEquals(Json.array(Json.of("a.txt")), status.data().get("changed").orElseThrow());
        assertTrue(diff.text().contains("+three\n"), diff.text());
        git(files.root, "status");
        git(files.root, "diff");
        assertTrue(Files.exists(trap), "the trap was not set: git itself would have run nothing");
    }

    @Test
    void status_pipeInPlaceOfATrackedFile_isNotWaitedFor() throws Exception {
        Files.delete(files.root.resolve("a.txt"));
        assumeTrue(new ProcessBuilder("mkfifo", files.root.resolve("a.txt").toString())
                        .start()
                        .waitFor()
                == 0);

        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            assertTrue(files.call("git.status", "{}").text().contains("deleted: a.txt"));
            files.call("git.diff", "{}");
        });
    }

    @Test
    void status_linkedWorkingTree_works() throws Exception {
        assertEquals(0, git(files.root, "worktree", "add", "-q", "tree", "-b", "side"));

        ToolResult result = files.call("git.status", "{'path':'tree'}");

        assertEquals("side", result.data().text("branch"));
        assertTrue(result.data().bool("clean").orElseThrow(), result.text());
    }

    @Test
    void anyTool_whatIsNoRepositoryInsideTheRoots_isRefused() throws Exception {
        Path outside = files.outside.resolve("repo");
        Files.createDirectory(outside);
        git(outside, "init", "-q");
        Path linked = Files.createDirectory(files.root.resolve("linked"));
        Files.writeString(linked.resolve(".git"), "gitdir: " + outside + "/.git\n");
        git(files.root, "clone", "-q", "--bare", ".", "copy.git");
        git(files.root, "clone", "-q", "--shared", ".", "shared");
        Path includes = Files.createDirectory(files.root.resolve("includes"));
        git(includes, "init", "-q");
        Files.writeString(includes.resolve(".git/config"), "[include]\npath = /etc/passwd\n");

        assertEquals(Reason.INVALID_ARGUMENTS, refused("linked").reason());
        assertTrue(refused("linked").getMessage().contains("outside the directories"));
        assertEquals(
                "'copy.git' is a bare repository, without working files; give a path in a clone of it",
                refused("copy.git").getMessage());
        assertTrue(refused("shared").getMessage().contains("borrows objects"));
        assertTrue(refused("includes").getMessage().contains("includes other files"));
        assertEquals(Reason.INVALID_ARGUMENTS, refused("../outside/repo").reason());
        FilesFixture none = new FilesFixture(directory, "{\"roots\": [\"docs=" + files.root + "/docs\"]}");
        ToolException missing = assertThrows(ToolException.class, () -> none.call("git.status", "{}"));
        assertEquals("'.' in 'docs' is in no git repository whose top is inside the root", missing.getMessage());
    }

    private ToolException refused(String path) {
        return assertThrows(ToolException.class, () -> files.call("git.status", "{'path':'" + path + "'}"));
    }

    @Test
    void anyTool_argumentsWithoutSense_saysWhatWouldWork() {
        for (String[] asked : new String[][] {
            {"git.log", "{'from':'nowhere'}", "There is no commit 'nowhere' in the repository"},
            {"git.diff", "{'to':'main'}", "'to' needs 'from'"},
            {"git.diff", "{'from':'main','staged':true}", "Either 'staged' or 'from', not both"},
        }) {
            ToolException refusal = assertThrows(ToolException.class, () -> files.call(asked[0], asked[1]));
            assertEquals(asked[2], refusal.getMessage());
        }
    }
}
