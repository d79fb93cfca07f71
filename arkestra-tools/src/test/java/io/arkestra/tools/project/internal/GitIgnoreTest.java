package io.arkestra.tools.project.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.arkestra.common.Json;
import io.arkestra.testkit.TestProviderContext;
import io.arkestra.tools.document.internal.FileSource;
import io.arkestra.tools.fs.internal.RootSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What git itself leaves out is what the walk leaves out. */
class GitIgnoreTest {
    @TempDir
    Path temporary;

    private Path root;

    @BeforeEach
    void makeRepository() throws IOException {
        root = Files.createDirectory(temporary.toRealPath().resolve("repository"));
    }

    private void file(String path, String... lines) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, List.of(lines));
    }

    private List<String> walked(IgnoreRules standard) {
        FileSource files = RootSource.of(TestProviderContext.builder()
                .settings(Json.object()
                        .put("roots", Json.strings(List.of("r=" + root)))
                        .build())
                .build());
        return new ProjectWalk(files, IndexLimits.STANDARD, standard, () -> {})
                .files(root).stream().map(ProjectWalk.Found::path).toList();
    }

    /** By git; the test does not run where there is none. */
    private List<String> listedByGit() throws IOException, InterruptedException {
        return git("ls-files", "--others", "--cached", "--exclude-standard", "-z");
    }

    private List<String> git(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git", "-c", "core.excludesFile=", "-C", root.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("GIT_CONFIG_NOSYSTEM", "1");
        builder.environment().put("HOME", temporary.toString());
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            assumeTrue(false, "no git here: " + e);
            return List.of();
        }
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
        return List.of(out.split("\0")).stream()
                .filter(path -> !path.isEmpty())
                .sorted()
                .toList();
    }

    private static List<String> sorted(List<String> paths) {
        return List.copyOf(new TreeSet<>(paths));
    }

    @Test
    void walk_nestedIgnoreFiles_leavesOutWhatGitLeavesOut() throws Exception {
        git("init", "-q");
        file(
                ".gitignore",
                "# comment",
                "*.tmp",
                "!keep.tmp",
                "/only-root.txt",
                "logs/",
                "doc/*.html",
                "**/deep/secret.txt",
                "a/**/z.txt",
                "trailing   ",
                "space\\ ",
                "\\#hash",
                "\\!bang",
                "[ab]x.txt",
                "[!ab]y.txt",
                "q?.txt",
                "mid/dle/",
                "all/**",
                "!all/but/",
                "[[:digit:]]n.txt",
                "foo[",
                "end\\");
        file("sub/.gitignore", "!x.tmp", "/local.txt", "inner/", "*.md", "!README.md");
        file("sub/inner2/.gitignore", "*", "!.gitignore", "!yes.txt");
        Files.createDirectories(root.resolve(".git/info"));
        Files.writeString(root.resolve(".git/info/exclude"), "excluded.txt\n!only-root.txt\n");
        for (String path : List.of(
                "x.tmp",
                "keep.tmp",
                "only-root.txt",
                "sub/only-root.txt",
                "logs/a.txt",
                "sub/logs/a.txt",
                "sub/logs2/logs",
                "doc/a.html",
                "doc/b/a.html",
                "sub/doc/a.html",
                "deep/secret.txt",
                "p/q/deep/secret.txt",
                "a/z.txt",
                "a/b/c/z.txt",
                "b/a/z.txt",
                "trailing",
                "space ",
                "#hash",
                "!bang",
                "ax.txt",
                "cx.txt",
                "ay.txt",
                "cy.txt",
                "q1.txt",
                "q.txt",
                "q12.txt",
                "mid/dle/f.txt",
                "x/mid/dle/f.txt",
                "all/f.txt",
                "all/but/f.txt",
                "1n.txt",
                "an.txt",
                "sub/x.tmp",
                "sub/y.tmp",
                "sub/local.txt",
                "sub/t/local.txt",
                "sub/inner/f.txt",
                "sub/t/inner/f.txt",
                "sub/a.md",
                "sub/README.md",
                "sub/t/README.md",
                "sub/inner2/no.txt",
                "sub/inner2/yes.txt",
                "sub/inner2/d/yes.txt",
                "excluded.txt",
                "sub/excluded.txt",
                "plain.txt",
                "foo[",
                "end\\",
                "ünïcode/ä.txt",
                "deep")) {
            if (!Files.exists(root.resolve(path))) {
                file(path, "words");
            }
        }
        List<String> byGit = listedByGit();
        assertTrue(byGit.size() > 15, byGit::toString);
        assertEquals(byGit, sorted(walked(IgnoreRules.none())));
    }

    @Test
    void walk_randomRules_leavesOutWhatGitLeavesOut() throws Exception {
        git("init", "-q");
        Random random = new Random(11);
        String[] names = {"a", "b", "ab", "c.txt", "d.md", "a.txt"};
        for (int i = 0; i < 120; i++) {
            StringBuilder path = new StringBuilder();
            for (int depth = random.nextInt(4); depth > 0; depth--) {
                path.append("d").append(names[random.nextInt(3)]).append('/');
            }
            file(path + names[random.nextInt(names.length)] + "x", "words");
        }
        String[] parts = {"a", "b*", "*", "**", "d?", "?b", "[ab]*", "da", "db", "*x", "c.txtx", "d*b"};
        for (int round = 0; round < 40; round++) {
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                StringBuilder line = new StringBuilder(random.nextInt(3) == 0 && i > 0 ? "!" : "");
                line.append(random.nextInt(4) == 0 ? "/" : "");
                int depth = 1 + random.nextInt(3);
                for (int d = 0; d < depth; d++) {
                    line.append(d > 0 ? "/" : "").append(parts[random.nextInt(parts.length)]);
                }
                lines.add(line + (random.nextInt(4) == 0 ? "/" : ""));
            }
            file(".gitignore", lines.toArray(String[]::new));
            file("da/.gitignore", lines.get(round % 4), random.nextBoolean() ? "!*x" : "b*");
            assertEquals(listedByGit(), sorted(walked(IgnoreRules.none())), lines::toString);
        }
    }

    @Test
    void walk_usualProject_leavesOutWhatNobodyLooksForUnlessTold() throws IOException {
        file("src/Main.java", "class Main {}");
        file("node_modules/x/index.js", "x");
        file("vendor/lib.go", "x");
        file("package-lock.json", "{}");
        file("app.min.js", "x");
        file(".env", "KEY=1");
        file("server.pem", "x");
        file("id_rsa", "x");
        file(".git/config", "x");
        file("notes/private.md", "x");
        file(".arkestraignore", "notes/", "!vendor/", "!.env");
        assertEquals(List.of(".arkestraignore", "src/Main.java", "vendor/lib.go"), walked(IgnoreRules.standard()));
    }

    @Test
    void walk_linksAndTooLargeFiles_areLeftOut() throws IOException {
        file("a.txt", "words");
        Path outside = Files.writeString(temporary.resolve("outside.txt"), "secret");
        Files.createSymbolicLink(root.resolve("link.txt"), outside);
        Files.createSymbolicLink(root.resolve("up"), temporary);
        Files.write(root.resolve("large.txt"), new byte[2 * 1024 * 1024]);
        List<String> walked = walked(IgnoreRules.standard());
        assertEquals(List.of("a.txt"), walked);
        assertFalse(walked.contains("link.txt"));
    }
}
