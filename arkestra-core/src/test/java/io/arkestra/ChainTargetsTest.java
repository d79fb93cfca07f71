package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryKind;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Policy;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import io.arkestra.testkit.FilePut;
import io.arkestra.tool.EffectState;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a call touched is known from its record: tools may name something else, or nothing, once the call has changed the world. */
@Timeout(180)
class ChainTargetsTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final Scope ALICES = Scope.of(ALICE);

    @TempDir
    Path home;

    @TempDir
    Path files;

    private final AtomicBoolean deciding = new AtomicBoolean();
    private Policy policy = (action, scope) -> Decision.abstain();

    @BeforeEach
    void write() throws IOException {
        Files.writeString(files.resolve("a.txt"), "old a");
        Files.writeString(files.resolve("c.txt"), "c");
    }

    /** Renames a file of the directory, and names it only where it is there. */
    private record Rename(Path directory) implements Tool {
        @Override
        public ToolSpec spec() {
            return ToolSpec.builder("file.rename")
                    .description("Renames c.txt to d.txt")
                    .capability("fs.write")
                    .sideEffect(ToolSpec.SideEffect.LOCAL)
                    .reversible()
                    .build();
        }

        private Path from() {
            return directory.resolve("c.txt");
        }

        private Path to() {
            return directory.resolve("d.txt");
        }

        @Override
        public List<Target> targets(ToolCall call, ToolContext context) {
            if (!Files.exists(from())) {
                throw new ToolException(ToolException.Reason.NOT_FOUND, "there is no c.txt");
            }
            return List.of(
                    Target.changed(Target.PATH, from().toString()), Target.changed(Target.PATH, to().toString()));
        }

        @Override
        public Prepared prepare(ToolCall call, ToolContext context) {
            return Prepared.effect("Renames c.txt");
        }

        private static void move(Path from, Path to) {
            try {
                Files.move(from, to);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            move(from(), to());
            return ToolResult.text("Renamed.");
        }

        @Override
        public void undo(Prepared prepared, ToolContext context) {
            move(to(), from());
        }

        @Override
        public EffectState state(ToolCall call, Prepared prepared, ToolContext context) {
            return Files.exists(to()) && !Files.exists(from()) ? EffectState.PRESENT : EffectState.UNKNOWN;
        }
    }

    private Arkestra open() {
        return Arkestra.builder()
                .home(home)
                .senior(Llm.client(ToolScripts.onceCalling("all.put", "{}")))
                .tools(t -> t.add(new FilePut(files)).add(new Rename(files)))
                .policy(p -> p.allow("all.put", "file.put", "file.rename", "note.update")
                        .add((action, scope) -> deciding.get() ? policy.decide(action, scope) : Decision.abstain()))
                .build();
    }

    private static String made(Arkestra engine, String second) {
        DeclaredTool added = engine.tools().declared().add("""
                kind: chain
                name: all.put
                description: Writes a file and does something else.
                arguments: {type: object}
                steps:
                  - {tool: file.put, arguments: {name: "a.txt", text: "new"}}
                  - %s
                """.formatted(second));
        engine.tools().declared().pin(added.name(), added.digest());
        Reply reply = engine.session(ALICE).ask("do it all");
        assertEquals("ok", reply.toolUses().get(0).status(), reply.text());
        return reply.toolUses().get(0).callId();
    }

    private static String note(Arkestra engine) {
        return engine.memory().list(ALICES, MemoryKind.NOTE, 10).get(0).text();
    }

    private String a() throws IOException {
        return Files.readString(files.resolve("a.txt"));
    }

    private static final String UPDATE =
            "{tool: note.update, arguments: {note: \"gate\", text: \"it opens with 4712\"}}";

    @Test
    void undo_aLaterNoteHasOtherWordsByNow_isRefusedWholeAndDoneWhole() throws IOException {
        try (Arkestra engine = open()) {
            engine.memory().remember(ALICES, MemoryDraft.note("the gate code is 4711"));
            String call = made(engine, UPDATE);
            assertEquals("it opens with 4712", note(engine));
            Files.writeString(files.resolve("a.txt"), "somebody's");
            UndoReport report = engine.tools().undo(ALICES, call);
            assertEquals(UndoReport.Kind.CONFLICT, report.kind(), report.message());
            assertTrue(report.message().contains("step 1 (file.put)"), report.message());
            assertEquals("it opens with 4712", note(engine), "nothing is taken back");
            Files.writeString(files.resolve("a.txt"), "text new");
            report = engine.tools().undo(ALICES, call);
            assertTrue(report.undone(), report.message());
            assertEquals("the gate code is 4711", note(engine));
            assertEquals("old a", a());
        }
    }

    @Test
    void undo_aStepMovedWhatItNames_isDoneWhole() throws IOException {
        try (Arkestra engine = open()) {
            String call = made(engine, "{tool: file.rename}");
            assertFalse(Files.exists(files.resolve("c.txt")));
            UndoReport report = engine.tools().undo(ALICES, call);
            assertTrue(report.undone(), report.message());
            assertTrue(Files.exists(files.resolve("c.txt")));
            assertEquals("old a", a());
        }
    }

    @Test
    void undo_isJudgedByWhatTheCallTouched() throws IOException {
        policy = (action, scope) ->
                action.targets().stream().anyMatch(target -> target.value().endsWith("d.txt"))
                        ? Decision.deny("test.closed", "d.txt is closed")
                        : Decision.abstain();
        try (Arkestra engine = open()) {
            String call = made(engine, "{tool: file.rename}");
            deciding.set(true);
            UndoReport report = engine.tools().undo(ALICES, call);
            assertFalse(report.undone());
            assertTrue(report.message().contains("d.txt is closed"), report.message());
            assertEquals("text new", a());
        }
    }

    @Test
    void undo_whereAPathLeadsElsewhereByNow_isJudgedByThatToo() throws IOException {
        Path vault = Files.createDirectory(files.resolve("vault"));
        String real = vault.toRealPath().resolve("a.txt").toString();
        policy = (action, scope) ->
                action.targets().stream().anyMatch(target -> target.value().equals(real))
                        ? Decision.deny("test.vault", "the vault is closed")
                        : Decision.abstain();
        try (Arkestra engine = open()) {
            String call = made(engine, "{tool: file.rename}");
            deciding.set(true);
            Files.writeString(vault.resolve("a.txt"), "text new");
            Files.delete(files.resolve("a.txt"));
            Files.createSymbolicLink(files.resolve("a.txt"), vault.resolve("a.txt"));
            UndoReport report = engine.tools().undo(ALICES, call);
            assertFalse(report.undone());
            assertTrue(report.message().contains("the vault is closed"), report.message());
            assertEquals("text new", Files.readString(vault.resolve("a.txt")));
        }
    }

    @Test
    void undo_theRecordIsOfAnEarlierVersion_asksTheTool() throws IOException {
        try (Arkestra engine = open()) {
            engine.memory().remember(ALICES, MemoryDraft.note("the gate code is 4711"));
            String call = made(engine, UPDATE);
            Owner owner = Owner.of(ALICE);
            engine.store().inTransaction(tx -> {
                tx.find("tool_calls", owner, DocQuery.all()).docs().forEach(doc -> {
                    assertTrue(doc.body().has("targets"), doc.body().toString());
                    tx.put("tool_calls", DocWrite.update(doc, doc.body().without("targets")));
                });
                return true;
            });
            deciding.set(true);
            policy = (action, scope) ->
                    action.name().equals("file.put") && action.targets().isEmpty()
                            ? Decision.deny("test.unknown", "nobody knows where")
                            : Decision.abstain();
            UndoReport report = engine.tools().undo(ALICES, call);
            assertTrue(report.undone(), report.message());
            assertEquals("old a", a());
            assertEquals("the gate code is 4711", note(engine));
        }
    }

    private static List<Json> renames(Arkestra engine) {
        return engine
                .store()
                .inTransaction(tx -> tx.find("tool_calls", Owner.of(ALICE), DocQuery.all()))
                .docs()
                .stream()
                .map(Doc::body)
                .filter(call -> call.text("tool").equals("file.rename"))
                .toList();
    }

    @Test
    void record_holdsWhatWasJudged() {
        try (Arkestra engine = open()) {
            made(engine, "{tool: file.rename}");
            List<Json> renamed = renames(engine).get(0).list("targets");
            assertEquals(2, renamed.size(), renamed.toString());
            assertEquals("path", renamed.get(1).text("kind"));
            assertTrue(renamed.get(1).text("value").endsWith("d.txt"));
            assertEquals(true, renamed.get(1).bool("changes").orElse(false));
        }
    }

    @Test
    void record_ofTargetsThatTheGuardMasks_doesNotHoldThem() throws IOException {
        files = Files.createDirectory(files.resolve("ghp_" + "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1eF3hJ5"));
        write();
        try (Arkestra engine = open()) {
            made(engine, "{tool: file.rename}");
            assertTrue(Files.exists(files.resolve("d.txt")));
            assertFalse(renames(engine).get(0).has("targets"), "a policy would judge by what the guard made of them");
        }
    }
}
