package io.arkestra.policy.rules.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.ConfigException;
import io.arkestra.policy.Decision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files of rules as a stranger's project may bring them: none opens a door, hangs or fills the memory. */
@Timeout(60)
class HostileRuleFilesTest {
    private static final String ALLOW = "version: 1\nrules:\n  - { id: a, match: { tool: x }, effect: allow }\n";

    @TempDir
    Path directory;

    private static ConfigException refused(String yaml) {
        return assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThrows(ConfigException.class, () -> RuleReader.read(Layer.PROJECT, "test.yaml", yaml)));
    }

    static java.util.stream.Stream<String> bombs() {
        StringBuilder laughs =
                new StringBuilder("version: 1\nrules:\n  - &a0 { id: a, match: { tool: x }, effect: deny }\n");
        for (int i = 1; i < 30; i++) {
            laughs.append("  - &a")
                    .append(i)
                    .append(" [*a")
                    .append(i - 1)
                    .append(", *a")
                    .append(i - 1)
                    .append("]\n");
        }
        return java.util.stream.Stream.of(
                laughs.toString(),
                "version: 1\nrules: &r\n  - *r\n",
                "&a [*a]\n",
                "version: 1\nrules: " + "[".repeat(200_000) + "\n",
                "version: 1\nrules: " + "{a: ".repeat(50_000) + "\n",
                "version: 1\n" + "- ".repeat(100_000) + "\n",
                "version: 1\nrules:\n" + "  - { id: a, match: { tool: x }, effect: deny }\n".repeat(30_000),
                "version: 1\n\trules: []\n",
                "version: 1\nversion: 1\nrules: []\n",
                "version: 1\nrules:\n  - { id: a, match: { tool: x, tool: y }, effect: allow }\n",
                "version: 1\nrules:\n  - { id: a, match: { tool: x }, effect: deny, effect: allow }\n",
                "version: 1\nbase: &b { effect: allow }\nrules:\n  - { <<: *b, id: a, match: { tool: x } }\n",
                "version: !!java.lang.Runtime 1\nrules: []\n",
                "version: 1\nrules:\n  - !!javax.script.ScriptEngineManager []\n",
                "version: 1\nrules: []\n---\nversion: 1\nrules: []\n",
                "version: 1\nrules: []\u0000\n",
                "version: 1\nrules:\n  - { id: a, match: { tool: x }, effect: al\u200blow }\n",
                "version: 1\nrules:\n  - { id: a, match: { t\u043eol: x }, effect: allow }\n",
                "version: 1e9999999\nrules: []\n",
                "version: 1\nrules:\n  - { id: a, match: { rate: { max: 1, per: 99999999999999999999d } }, effect: deny }\n",
                "version: 1\nrules:\n  - { id: a, match: { args: { x: { regex: \"(" + "a".repeat(100_000)
                        + "\" } } }, effect: deny }\n");
    }

    @ParameterizedTest
    @MethodSource("bombs")
    void read_textMadeToHarm_isRefusedInTime(String yaml) {
        assertTrue(String.valueOf(refused(yaml).getMessage()).contains("test.yaml"));
    }

    @Test
    void read_byteOrderMark_isNoTrick() {
        assertEquals(
                1,
                RuleReader.read(Layer.PROJECT, "test.yaml", "\uFEFF" + ALLOW)
                        .rules()
                        .size());
    }

    static java.util.stream.Stream<String> trees() {
        return java.util.stream.Stream.of("pipe", "directory", "loop", "endless", "bytes", "huge");
    }

    private Path made(String what) throws Exception {
        Path file = directory.resolve(what + ".yaml");
        switch (what) {
            case "pipe" ->
                assertEquals(
                        0, new ProcessBuilder("mkfifo", file.toString()).start().waitFor());
            case "directory" -> Files.createDirectory(file);
            case "loop" -> Files.createSymbolicLink(file, file);
            case "endless" -> Files.createSymbolicLink(file, Path.of("/dev/zero"));
            case "bytes" -> Files.write(file, new byte[] {'v', (byte) 0xff, (byte) 0xfe});
            default -> Files.writeString(file, ALLOW + "#".repeat(2_000_000));
        }
        return file;
    }

    @ParameterizedTest
    @MethodSource("trees")
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void ofProject_whatIsNoFile_deniesEverythingThereInTime(String what) throws Exception {
        Path file = made(what);

        RuleFile rules = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> RuleFile.ofProject(file));

        assertTrue(String.valueOf(rules.problem()).contains(what + ".yaml"), String.valueOf(rules.problem()));
        assertEquals(Optional.of(Decision.Effect.DENY), rules.index().rules().standard());
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void look_fileThatBecameAPipe_keepsTheRulesOfBefore() throws Exception {
        Path file = Files.writeString(directory.resolve("policy.yaml"), ALLOW);
        RuleFile rules = RuleFile.optional(Layer.HOST, file);
        Files.delete(file);
        assertEquals(0, new ProcessBuilder("mkfifo", file.toString()).start().waitFor());

        RuleFile.Look look = assertTimeoutPreemptively(Duration.ofSeconds(20), rules::look);

        assertTrue(look.problem().isPresent());
        assertEquals(1, rules.index().rules().rules().size());
    }
}
