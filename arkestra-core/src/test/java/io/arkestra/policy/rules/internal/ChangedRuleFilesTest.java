package io.arkestra.policy.rules.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A file of rules that changes under a running engine: what cannot be used leaves those of before, and the problem says where. */
@Timeout(60)
class ChangedRuleFilesTest {
    private static final String TWO = "version: 1\nrules:\n"
            + "  - { id: a, match: { tool: x }, effect: deny }\n"
            + "  - { id: b, match: { tool: y }, effect: deny }\n";
    private static final String ONE = "version: 1\nrules:\n  - { id: c, match: { tool: x }, effect: deny }\n";

    @TempDir
    Path directory;

    private Path file;
    private RuleFile rules;

    /** Changes a file of rules. */
    private interface Change {
        void of(Path file) throws IOException;
    }

    @BeforeEach
    void twoRules() throws IOException {
        file = Files.writeString(directory.resolve("policy.yaml"), TWO);
        rules = RuleFile.required(Layer.HOST, file);
        assertInForce("a", "b");
    }

    private void assertInForce(String... ids) {
        assertEquals(
                List.of(ids),
                rules.index().rules().rules().stream().map(Rule::id).toList());
    }

    private static Arguments change(String name, String told, Change change) {
        return Arguments.of(name, told, change);
    }

    private static Change text(String text) {
        return file -> Files.writeString(file, text);
    }

    static Stream<Arguments> unusable() {
        StringBuilder bomb =
                new StringBuilder("version: 1\nrules:\n  - &a0 { id: a, match: { tool: x }, effect: deny }\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("  - &a" + i + " [*a" + (i - 1) + ", *a" + (i - 1) + "]\n");
        }
        return Stream.of(
                change("half of it", "policy.yaml:", text(TWO.substring(0, TWO.length() - 20))),
                change("nothing yet", "policy.yaml", text("")),
                change("gone", "is gone", Files::delete),
                change("a directory", "is no ordinary file", file -> {
                    Files.delete(file);
                    Files.createDirectory(file);
                }),
                change("ten megabytes", "larger than 1 MiB", text(TWO + "#".repeat(10_000_000))),
                change("anchors in anchors", "policy.yaml:", text(bomb.toString())),
                change(
                        "a tab",
                        "policy.yaml:3:",
                        text("version: 1\nrules:\n\t- { id: a, match: { tool: x }, effect: deny }\n")),
                change("an unknown word", "policy.yaml:3:", text(ONE.replace("deny", "forbid"))),
                change(
                        "no UTF-8",
                        "policy.yaml:2:8: not UTF-8",
                        file -> Files.write(file, "version: 1\nrules: \u00fc\n".getBytes(StandardCharsets.ISO_8859_1))),
                change(
                        "UTF-16",
                        "policy.yaml:1:1: not UTF-8",
                        file -> Files.writeString(file, ONE, StandardCharsets.UTF_16)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unusable")
    void look_unusableChange_keepsTheRulesOfBeforeAndSaysWhere(String name, String told, Change change)
            throws IOException {
        change.of(file);
        RuleFile.Look look = assertTimeoutPreemptively(Duration.ofSeconds(20), rules::look);
        assertTrue(look.changed());
        assertTrue(look.problem().orElse("").contains(told), look.toString());
        assertInForce("a", "b");
        assertFalse(rules.look().changed(), "it is told once");
        Files.deleteIfExists(file);
        Files.writeString(file, ONE);
        assertTrue(rules.look().problem().isEmpty());
        assertInForce("c");
    }

    @Test
    void look_emptyAfterItWasGone_saysWhatIsWrongNow() throws IOException {
        Files.delete(file);
        assertTrue(rules.look().problem().orElse("").contains("is gone"));
        Files.writeString(file, "");
        String problem = rules.look().problem().orElse("");
        assertFalse(problem.isEmpty() || problem.contains("is gone"), problem);
        assertInForce("a", "b");
    }

    static Stream<Arguments> usable() {
        return Stream.of(
                change("a byte order mark", "", text("\uFEFF" + ONE)),
                change("ends of lines of Windows", "", text(ONE.replace("\n", "\r\n"))),
                change("the same length and time", "", file -> {
                    FileTime before = Files.getLastModifiedTime(file);
                    Files.writeString(file, ONE);
                    Files.setLastModifiedTime(file, before);
                }),
                change("moved into place", "", file -> {
                    Path other = Files.writeString(file.resolveSibling("other"), ONE);
                    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("usable")
    void look_usableChange_isInForce(String name, String told, Change change) throws IOException {
        change.of(file);
        assertTrue(rules.look().problem().isEmpty(), told);
        assertInForce("c");
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void look_linkThatLeadsElsewhere_followsItAndKeepsWhatItCannotRead() throws IOException {
        Path one = Files.writeString(directory.resolve("one.yaml"), ONE);
        Files.delete(file);
        Files.createSymbolicLink(file, one);
        assertTrue(rules.look().problem().isEmpty());
        assertInForce("c");
        for (Path nowhere : List.of(directory.resolve("nothing"), directory, file, Path.of("/dev/zero"))) {
            Files.delete(file);
            Files.createSymbolicLink(file, nowhere);
            RuleFile.Look look = assertTimeoutPreemptively(Duration.ofSeconds(20), rules::look);
            assertTrue(look.problem().isPresent(), nowhere.toString());
            assertInForce("c");
        }
    }

    @Test
    void look_fromManyThreadsWhileItIsWritten_hasTheRulesOfOneOrTheOther() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Boolean>> looks = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                looks.add(threads.submit(() -> {
                    boolean whole = true;
                    for (int n = 0; n < 200; n++) {
                        rules.look();
                        int count = rules.index().rules().rules().size();
                        whole &= count == 1 || count == 2;
                    }
                    return whole;
                }));
            }
            for (int i = 0; i < 100; i++) {
                Path next = Files.writeString(directory.resolve("next"), i % 2 == 0 ? ONE : TWO);
                Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            for (Future<Boolean> look : looks) {
                assertTrue(look.get());
            }
        } finally {
            threads.shutdownNow();
        }
        rules.look();
        assertInForce("a", "b");
    }
}
