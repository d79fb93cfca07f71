package io.arkestra.tools.fs.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.Arkestra;
import io.arkestra.Llm;
import io.arkestra.Reply;
import io.arkestra.ToolUse;
import io.arkestra.UndoReport;
import io.arkestra.audit.AuditEntry;
import io.arkestra.audit.AuditQuery;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.policy.ApprovalOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the cases of the file system refuse, asked for by a model in a whole engine: each refusal is on record, whoever agrees to everything,
 * and leaves no temporary file, no pending change, no open directory and no process.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisabledOnOs(OS.WINDOWS)
@Timeout(300)
class RefusedFileCallsTest {
    private static final String OUTSIDE = "default.deny";
    private static final String PROTECTED = "files.protected";
    private static final String HIDDEN = "pelicans at noon";

    private Path base;
    private Path root;
    private Arkestra engine;
    /** What happens on the disk between the question to the person and the call. */
    private final AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});

    /**
     * A call that must come to nothing.
     *
     * @param name the number of the case and what it is about
     * @param rule the rule of the policy that denies it; empty when the tool itself refuses it
     */
    record Asked(String name, String tool, String arguments, String rule) {
        Json call(Path base) {
            return Json.object()
                    .put("name", tool)
                    .put("arguments", Json.parse(arguments.replace('\'', '"').replace("BASE", base.toString())))
                    .build();
        }

        @Override
        public String toString() {
            return name + " " + tool;
        }
    }

    static Stream<Asked> cases() {
        String write = "{'path':'%s','mode':'overwrite','content':'x'}";
        String read = "{'path':'%s'}";
        return Stream.of(
                new Asked("c01 dots", "fs.read", read.formatted("../../etc/passwd"), ""),
                new Asked("c01 dots", "fs.write", write.formatted("docs/../../outside/secret.txt"), ""),
                new Asked("c02 absolute", "fs.read", read.formatted("BASE/outside/secret.txt"), OUTSIDE),
                new Asked("c02 absolute", "fs.write", write.formatted("BASE/outside/secret.txt"), OUTSIDE),
                new Asked("c03 link", "fs.read", read.formatted("link.txt"), OUTSIDE),
                new Asked("c03 inner link", "fs.read", read.formatted("inner.txt"), ""),
                new Asked("c04 link", "fs.write", write.formatted("link.txt"), OUTSIDE),
                new Asked("c04 through", "fs.write", "{'path':'dir/n.txt','mode':'create','content':'x'}", OUTSIDE),
                new Asked("c06 hard link", "fs.write", write.formatted("hard.txt"), ""),
                new Asked("c07 pipe", "fs.read", read.formatted("pipe"), ""),
                new Asked("c07 pipe", "fs.write", write.formatted("pipe"), ""),
                new Asked("c08 device name", "fs.write", "{'path':'CON','mode':'create','content':'x'}", ""),
                new Asked("c08 percent", "fs.read", read.formatted("..%2fetc%2fpasswd"), ""),
                new Asked("c08 stream", "fs.read", read.formatted("a.txt::$DATA"), ""),
                new Asked("c09 prefix", "fs.read", read.formatted("BASE/root-evil/x.txt"), OUTSIDE),
                new Asked("c10 key", "fs.read", read.formatted(".ssh/id_ed25519"), PROTECTED),
                new Asked("c10 env", "fs.delete", read.formatted(".env"), PROTECTED),
                new Asked("c10 hook", "fs.write", write.formatted(".git/hooks/pre-commit"), PROTECTED),
                new Asked("c11 quota", "fs.write", write.formatted("a.txt").replace("'x'", "'LONG'"), ""),
                new Asked(
                        "c11 quota in a new directory",
                        "fs.write",
                        "{'path':'made/n.txt','mode':'create','content':'LONG'}",
                        ""),
                new Asked("c12 changed", "fs.write", write.formatted("a.txt"), ""),
                new Asked("c12 changed", "fs.move", "{'path':'a.txt','to':'b.txt'}", ""),
                new Asked("c12 changed", "fs.delete", read.formatted("a.txt"), ""),
                new Asked("c14 case", "fs.read", read.formatted(".SSH/x"), PROTECTED),
                new Asked("c14 form", "fs.read", read.formatted(".ｅｎｖ"), PROTECTED));
    }

    @BeforeAll
    void open(@TempDir Path directory) throws Exception {
        base = directory.toRealPath();
        root = Files.createDirectories(base.resolve("root"));
        Path outside = Files.createDirectories(base.resolve("outside"));
        Files.writeString(outside.resolve("secret.txt"), HIDDEN);
        Files.writeString(Files.createDirectories(base.resolve("root-evil")).resolve("x.txt"), HIDDEN);
        file("a.txt");
        for (String name : List.of(".ssh/id_ed25519", ".env", ".git/hooks/pre-commit", ".SSH/x", ".ｅｎｖ", "docs/x")) {
            file(name);
        }
        Files.createSymbolicLink(root.resolve("link.txt"), outside.resolve("secret.txt"));
        Files.createSymbolicLink(root.resolve("inner.txt"), root.resolve("a.txt"));
        Files.createSymbolicLink(root.resolve("dir"), outside);
        Files.createLink(root.resolve("hard.txt"), outside.resolve("secret.txt"));
        assertEquals(
                0,
                new ProcessBuilder("mkfifo", root.resolve("pipe").toString())
                        .start()
                        .waitFor());

        List<String> script = new ArrayList<>();
        int number = 0;
        for (Asked asked : cases().toList()) {
            script.add(line(number++, asked.call(base)).replace("LONG", "x".repeat(2_000)));
        }
        script.add(
                line(
                        number,
                        Json.parse(
                                "{\"name\":\"fs.write\",\"arguments\":{\"path\":\"u.txt\",\"mode\":\"create\",\"content\":\"ours\"}}")));
        Path rules = Files.writeString(base.resolve("rules.yaml"), """
                version: 1
                rules:
                  - { id: in-the-root, match: { tool: ["fs.*"], path: [%s] }, effect: ask }
                """.formatted(Json.of(root + "/**")));
        engine = Arkestra.builder()
                .home(base.resolve("home"))
                .senior(Llm.script(Files.write(base.resolve("script.jsonl"), script)))
                .tools(t -> t.discover()
                        .configure(
                                "files",
                                Json.object()
                                        .put("roots", Json.strings(List.of("project=" + root)))
                                        .put("fileBytes", 1_000)
                                        .build()))
                .policy(p -> p.load(rules).approver(request -> {
                    meanwhile.get().run();
                    return CompletableFuture.completedFuture(ApprovalOutcome.approve(request));
                }))
                .build();
    }

    private static String line(int number, Json call) {
        return Json.object()
                .put("match", "request " + (1_000 + number))
                .put("tool_calls", Json.array(List.of(call)))
                .put("then", "{result}")
                .build()
                .toString();
    }

    private void file(String name) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "inside");
    }

    @AfterAll
    void end() {
        engine.close();
        // Nothing holds the home any more.
        Arkestra.builder().home(base.resolve("home")).build().close();
    }

    /** Everything there is, with what is in it. */
    private Map<String, String> disk() throws IOException {
        Map<String, String> all = new TreeMap<>();
        List<Path> tops = new ArrayList<>(List.of(root, base.resolve("outside"), base.resolve("root-evil")));
        Path kept = base.resolve("home/tools");
        if (Files.exists(kept)) {
            tops.add(kept);
        }
        for (Path top : tops) {
            try (Stream<Path> walk = Files.walk(top)) {
                for (Path path : (Iterable<Path>) walk::iterator) {
                    all.put(
                            base.relativize(path).toString(),
                            Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) ? Files.readString(path) : "");
                }
            }
        }
        return all;
    }

    private static List<Long> processes() {
        return ProcessHandle.current()
                .descendants()
                .map(ProcessHandle::pid)
                .sorted()
                .toList();
    }

    /** Directories and files below the base that this process holds open, but for the store's and the audit's. */
    private List<String> held() throws IOException {
        Path open = Path.of("/proc/self/fd");
        List<String> held = new ArrayList<>();
        if (Files.isDirectory(open)) {
            try (Stream<Path> all = Files.list(open)) {
                for (Path descriptor : all.toList()) {
                    try {
                        held.add(Files.readSymbolicLink(descriptor).toString());
                    } catch (IOException e) {
                        continue; // it was that of this listing
                    }
                }
            }
        }
        return held.stream()
                .filter(path -> path.startsWith(root + "/")
                        || path.equals(root.toString())
                        || path.startsWith(base + "/outside")
                        || path.startsWith(base + "/home/tools"))
                .toList();
    }

    private List<AuditEntry> audit(UserId user, String kind, String tool) {
        return engine.audit().entries(user, AuditQuery.latest(100).ofKinds(kind)).stream()
                .filter(entry -> entry.subject().equals(tool))
                .collect(Collectors.toList());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void call_thatIsRefused_isOnRecordAndLeavesNothing(Asked asked) throws IOException {
        int number = cases().toList().indexOf(asked);
        UserId user = UserId.of("user-" + number);
        engine.session(user).ask("hello"); // what the engine makes for anybody is there
        if (asked.name().startsWith("c12")) {
            meanwhile.set(() -> {
                try {
                    Files.writeString(root.resolve("a.txt"), "theirs " + number);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
        }
        Map<String, String> before = disk();
        if (asked.name().startsWith("c12")) {
            before.put("root/a.txt", "theirs " + number);
        }
        List<Long> processes = processes();
        Reply reply;
        try {
            reply = engine.session(user).ask("please do request " + (1_000 + number));
        } finally {
            meanwhile.set(() -> {});
        }

        assertEquals(1, reply.toolUses().size(), reply.text());
        ToolUse use = reply.toolUses().get(0);
        assertEquals(asked.tool(), use.tool());
        assertFalse(use.status().equals("ok"), reply.text());
        assertEquals(!asked.rule().isEmpty(), use.status().equals("denied"), use.status() + ": " + reply.text());
        assertFalse(reply.text().contains(HIDDEN), reply.text());
        List<AuditEntry> lines = audit(user, "call", asked.tool());
        assertEquals(1, lines.size(), "a line for the call: " + lines);
        assertEquals(use.status(), lines.get(0).outcome());
        if (!asked.rule().isEmpty()) {
            assertTrue(lines.get(0).rules().contains(asked.rule()), lines.toString());
            assertTrue(
                    audit(user, "decision", asked.tool()).stream()
                            .anyMatch(line -> line.outcome().equals("DENY")),
                    "the decision is on record");
        }
        assertEquals(before, disk());
        assertEquals(List.of(), held());
        assertEquals(processes, processes());
        assertTrue(engine.approvals().pending(user).isEmpty());
        assertEquals(List.of(), engine.tools().unfinished(Scope.of(user)));
        assertTrue(engine.audit().verify().intact());
    }

    /** Case 13. */
    @Test
    void undo_afterSomebodyElsesChange_isOnRecordAndLeavesNothing() throws IOException {
        UserId user = UserId.of("undoing");
        Reply reply = engine.session(user)
                .ask("please do request " + (1_000 + cases().toList().size()));
        ToolUse use = reply.toolUses().get(0);
        assertEquals("ok", use.status(), reply.text());
        Files.writeString(root.resolve("u.txt"), "theirs");
        Map<String, String> before = disk();

        UndoReport report = engine.tools().undo(Scope.of(user), use.callId());

        assertEquals(UndoReport.Kind.CONFLICT, report.kind());
        List<AuditEntry> lines = audit(user, "undo", "fs.write");
        assertEquals(1, lines.size());
        assertEquals("CONFLICT", lines.get(0).outcome());
        assertEquals(before, disk());
        assertEquals(List.of(), held());
        Files.delete(root.resolve("u.txt"));
    }
}
