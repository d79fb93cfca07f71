package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Health;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.event.Events;
import io.arkestra.memory.MemoryKind;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Policy;
import io.arkestra.testkit.FilePut;
import io.arkestra.tool.Prepared;
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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A chain of calls is taken back whole or not at all, also when the process is killed in between. Real files, a real home. */
@Timeout(180)
class ChainUndoTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final Scope ALICES = Scope.of(ALICE);
    private static final String CHAIN = """
            kind: chain
            name: all.put
            description: Writes two files and a note.
            arguments: {type: object, required: [text], properties: {text: {type: string}}}
            steps:
              - {tool: file.put, arguments: {name: "a.txt", text: "${args.text}"}}
              - {tool: note.create, arguments: {text: "wrote ${args.text}"}}
              - {tool: file.put, arguments: {name: "b.txt", text: "${args.text}"}}
            """;

    @TempDir
    Path home;

    @TempDir
    Path files;

    private final AtomicBoolean closed = new AtomicBoolean();

    @BeforeEach
    void write() throws IOException {
        Files.writeString(files.resolve("a.txt"), "old a");
        Files.writeString(files.resolve("b.txt"), "old b");
    }

    /** Stops for ever where it is told to: when it writes one file, or puts it back. */
    private static final class Stopping extends FilePut {
        private final String where;

        Stopping(Path directory, String where) {
            super(directory);
            this.where = where;
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            ToolResult result = super.call(call, prepared, context);
            stop("call " + call.arguments().text("name"));
            return result;
        }

        @Override
        public void undo(Prepared prepared, ToolContext context) {
            stop("before " + name(prepared));
            super.undo(prepared, context);
            stop("after " + name(prepared));
        }

        private static String name(Prepared prepared) {
            return String.valueOf(Path.of(prepared.undo().text("file")).getFileName());
        }

        private void stop(String here) {
            if (here.equals(where)) {
                System.out.println("here");
                System.out.flush();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** Changes a file behind everybody's back and fails. */
    private record Breaking(Path directory) implements Tool {
        @Override
        public ToolSpec spec() {
            return ToolSpec.builder("file.break").description("Fails").build();
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            try {
                if (Files.exists(directory.resolve("meddle"))) {
                    Files.writeString(directory.resolve("a.txt"), "somebody's");
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            throw new ToolException(ToolException.Reason.FAILED, "it broke");
        }
    }

    private static Arkestra open(Path home, Tool put, Path files, Policy policy) {
        return Arkestra.builder()
                .home(home)
                .senior(Llm.client(ToolScripts.onceCalling("all.put", "{\"text\":\"new\"}")))
                .tools(t -> t.add(put).add(new Breaking(files)))
                .policy(p -> p.allow("all.put", "inner.put", "file.put", "file.break")
                        .add(policy))
                .build();
    }

    private Arkestra open() {
        return open(home, new FilePut(files), files, (action, scope) -> {
            boolean b =
                    action.targets().stream().anyMatch(target -> target.value().endsWith("b.txt"));
            return closed.get() && b && action.name().equals("file.put")
                    ? Decision.deny("test.closed", "closed now")
                    : Decision.abstain();
        });
    }

    /** As a host does that has looked at it. */
    private static void declare(Arkestra engine, String definition) {
        DeclaredTool added = engine.tools().declared().add(definition);
        engine.tools().declared().pin(added.name(), added.digest());
    }

    private String made(Arkestra engine) throws IOException {
        declare(engine, CHAIN);
        Reply reply = engine.session(ALICE).ask("do it all");
        assertEquals("ok", reply.toolUses().get(0).status(), reply.text());
        assertEquals(List.of("text new", "text new", "1 notes"), now(engine));
        return reply.toolUses().get(0).callId();
    }

    /** What is there: both files, and how many notes. */
    private List<String> now(Arkestra engine) throws IOException {
        return List.of(
                Files.readString(files.resolve("a.txt")),
                Files.readString(files.resolve("b.txt")),
                engine.memory().list(ALICES, MemoryKind.NOTE, 10).size() + " notes");
    }

    private static Map<String, CallRecord.State> states(Arkestra engine) {
        return engine.tools().calls(ALICES, 20).stream()
                .collect(Collectors.toMap(call -> call.id().substring(call.id().indexOf("call-")), CallRecord::state));
    }

    private static Map<String, CallRecord.State> all(CallRecord.State state) {
        return List.of("call-1", "call-1/1", "call-1/2", "call-1/3").stream()
                .collect(Collectors.toMap(Function.identity(), id -> state));
    }

    @Test
    void undo_nothingElseChanged_takesAllBack() throws IOException {
        try (Arkestra engine = open()) {
            String call = made(engine);
            UndoReport report = engine.tools().undo(ALICES, call);
            assertEquals(UndoReport.Kind.UNDONE, report.kind(), report.message());
            assertEquals(List.of("old a", "old b", "0 notes"), now(engine));
            assertEquals(all(CallRecord.State.UNDONE), states(engine));
        }
    }

    @Test
    void undo_firstStepWasChangedMeanwhile_namesItAndTakesNothingBack() throws IOException {
        try (Arkestra engine = open()) {
            String call = made(engine);
            Files.writeString(files.resolve("a.txt"), "somebody's");
            UndoReport report = engine.tools().undo(ALICES, call);
            assertEquals(UndoReport.Kind.CONFLICT, report.kind(), report.message());
            assertTrue(report.message().contains("step 1 (file.put)"), report.message());
            assertEquals(List.of("somebody's", "text new", "1 notes"), now(engine));
            assertEquals(all(CallRecord.State.DONE), states(engine));
            Files.writeString(files.resolve("a.txt"), "text new");
            assertTrue(engine.tools().undo(ALICES, call).undone(), "it can be tried again");
            assertEquals(List.of("old a", "old b", "0 notes"), now(engine));
        }
    }

    @Test
    void undo_aStepMayNotBeTakenBack_namesItAndTakesNothingBack() throws IOException {
        try (Arkestra engine = open()) {
            String call = made(engine);
            engine.tools().undo(ALICES, call + "/2");
            closed.set(true);
            UndoReport report = engine.tools().undo(ALICES, call);
            assertFalse(report.undone());
            assertTrue(report.message().contains("closed now"), report.message());
            assertEquals(List.of("text new", "text new", "0 notes"), now(engine));
            closed.set(false);
            assertTrue(engine.tools().undo(ALICES, call).undone(), "what was taken back by itself is left");
            assertEquals(List.of("old a", "old b", "0 notes"), now(engine));
        }
    }

    @Test
    void undo_aNoteWasLockedMeanwhile_takesNothingBack() throws IOException {
        try (Arkestra engine = open()) {
            String call = made(engine);
            String note =
                    engine.memory().list(ALICES, MemoryKind.NOTE, 1).get(0).id();
            engine.memory().lock(ALICES, note, true);
            UndoReport report = engine.tools().undo(ALICES, call);
            assertEquals(UndoReport.Kind.CONFLICT, report.kind(), report.message());
            assertTrue(report.message().contains("step 2 (note.create)"), report.message());
            assertEquals(List.of("text new", "text new", "1 notes"), now(engine));
            engine.memory().lock(ALICES, note, false);
            assertTrue(engine.tools().undo(ALICES, call).undone());
            assertEquals(List.of("old a", "old b", "0 notes"), now(engine));
        }
    }

    @Test
    void undo_ofAChainWithinAChain_looksAtItsStepsFirst() throws IOException {
        try (Arkestra engine = open()) {
            declare(engine, CHAIN.replace("all.put", "inner.put"));
            declare(engine, """
                    kind: chain
                    name: all.put
                    description: Writes it, and one more file.
                    arguments: {type: object, required: [text], properties: {text: {type: string}}}
                    steps:
                      - {tool: inner.put, arguments: {text: "${args.text}"}}
                      - {tool: file.put, arguments: {name: "c.txt", text: "${args.text}"}}
                    """);
            Reply reply = engine.session(ALICE).ask("do it all");
            assertEquals("ok", reply.toolUses().get(0).status(), reply.text());
            String call = reply.toolUses().get(0).callId();
            Files.writeString(files.resolve("a.txt"), "somebody's");
            UndoReport report = engine.tools().undo(ALICES, call);
            assertEquals(UndoReport.Kind.CONFLICT, report.kind(), report.message());
            assertTrue(report.message().contains("step 1 (inner.put): step 1 (file.put)"), report.message());
            assertTrue(Files.exists(files.resolve("c.txt")));
            assertEquals(List.of("somebody's", "text new", "1 notes"), now(engine));
            Files.writeString(files.resolve("a.txt"), "text new");
            assertTrue(engine.tools().undo(ALICES, call).undone());
            assertFalse(Files.exists(files.resolve("c.txt")));
            assertEquals(List.of("old a", "old b", "0 notes"), now(engine));
        }
    }

    @Test
    void call_aStepFails_takesTheEarlierBack() throws IOException {
        try (Arkestra engine = open()) {
            declare(engine, CHAIN + "  - {tool: file.break}\n");
            Reply reply = engine.session(ALICE).ask("do it all");
            assertEquals("tool.failed", reply.toolUses().get(0).status());
            assertEquals(List.of("old a", "old b", "0 notes"), now(engine));
            assertEquals(CallRecord.State.FAILED, states(engine).get("call-1"));
            assertEquals(CallRecord.State.UNDONE, states(engine).get("call-1/1"));
            assertEquals(List.of(), engine.tools().unfinished(ALICES));
        }
    }

    @Test
    void call_aStepFailsAndOneCannotBeTakenBack_isReportedAndCanBeTakenBackLater() throws IOException {
        Files.writeString(files.resolve("meddle"), "");
        try (Arkestra engine = open()) {
            declare(engine, CHAIN + "  - {tool: file.break}\n");
            Reply reply = engine.session(ALICE).ask("do it all");
            assertEquals("tool.half-done", reply.toolUses().get(0).status());
            assertEquals(List.of("somebody's", "old b", "0 notes"), now(engine));
            CallRecord left = engine.tools().unfinished(ALICES).get(0);
            assertEquals(reply.toolUses().get(0).callId(), left.id());
            assertEquals(CallRecord.State.REPORTED, left.state());
            assertEquals(Health.Status.YELLOW, engine.health().status());
            UndoReport still = engine.tools().undo(ALICES, left.id());
            assertTrue(still.message().contains("step 1 (file.put)"), still.message());
            Files.writeString(files.resolve("a.txt"), "text new");
            assertTrue(engine.tools().undo(ALICES, left.id()).undone());
            assertEquals(List.of("old a", "old b", "0 notes"), now(engine));
            assertEquals(List.of(), engine.tools().unfinished(ALICES));
        }
    }

    /** The process that is killed. */
    static final class Killed {
        private Killed() {}

        public static void main(String[] args) {
            Path files = Path.of(args[1]);
            try (Arkestra engine = open(
                    Path.of(args[0]), new Stopping(files, args[2]), files, (action, scope) -> Decision.abstain())) {
                declare(engine, CHAIN);
                Reply reply = engine.session(ALICE).ask("do it all");
                engine.tools().undo(ALICES, reply.toolUses().get(0).callId());
            }
        }
    }

    private void killed(String where) throws IOException {
        assertEquals("here", ChildJava.killedAfterLine(Killed.class, home, files, where));
    }

    private interface Look {
        void at(Arkestra engine, Events.ToolRecovered chain) throws Exception;
    }

    /** Opens the home again and waits until it is told what became of the chain. */
    private void reopened(Look look) throws Exception {
        Map<String, Events.ToolRecovered> recovered = new ConcurrentHashMap<>();
        CountDownLatch settled = new CountDownLatch(1);
        try (Arkestra engine = Arkestra.builder()
                .home(home)
                .senior(Llm.client(ToolScripts.onceCalling("all.put", "{\"text\":\"new\"}")))
                .tools(t -> t.add(new FilePut(files)).add(new Breaking(files)))
                .policy(p -> p.allow("all.put", "file.put"))
                .listener(event -> {
                    if (event instanceof Events.ToolRecovered known) {
                        recovered.put(known.tool(), known);
                        if (known.tool().equals("all.put")) {
                            settled.countDown();
                        }
                    }
                })
                .build()) {
            assertTrue(settled.await(60, TimeUnit.SECONDS), "the opening tells what became of the chain");
            Events.ToolRecovered chain = recovered.get("all.put");
            assertNotNull(chain);
            look.at(engine, chain);
        }
    }

    @Test
    void undo_killedBetweenTwoSteps_isFinishedAtTheNextOpening() throws Exception {
        killed("after b.txt");
        assertEquals("old b", Files.readString(files.resolve("b.txt")));
        assertEquals("text new", Files.readString(files.resolve("a.txt")));
        reopened((engine, chain) -> {
            assertEquals("UNDONE", chain.state(), chain.toString());
            assertEquals(List.of("old a", "old b", "0 notes"), now(engine));
            assertEquals(all(CallRecord.State.UNDONE), states(engine));
            assertEquals(List.of(), engine.tools().unfinished(ALICES));
        });
    }

    @Test
    void undo_killedBeforeTheLastStep_isFinishedAtTheNextOpening() throws Exception {
        killed("before a.txt");
        reopened((engine, chain) -> {
            assertEquals("UNDONE", chain.state(), chain.toString());
            assertEquals(List.of("old a", "old b", "0 notes"), now(engine));
        });
    }

    @Test
    void undo_killedInBetweenAndChangedSince_isReportedWithTheStepAndOverwritesNothing() throws Exception {
        killed("after b.txt");
        Files.writeString(files.resolve("a.txt"), "somebody's");
        reopened((engine, chain) -> {
            assertEquals("REPORTED", chain.state(), chain.toString());
            assertTrue(chain.reason().contains("step 1 (file.put)"), chain.reason());
            assertEquals(List.of("somebody's", "old b", "1 notes"), now(engine));
            assertEquals(1, engine.tools().unfinished(ALICES).size());
            Files.writeString(files.resolve("a.txt"), "text new");
            UndoReport report = engine.tools()
                    .undo(ALICES, engine.tools().unfinished(ALICES).get(0).id());
            assertTrue(report.undone(), report.message());
            assertEquals(List.of("old a", "old b", "0 notes"), now(engine));
        });
    }

    @Test
    void call_killedAfterItsFirstStep_isTakenBackAtTheNextOpening() throws Exception {
        killed("call a.txt");
        assertEquals("text new", Files.readString(files.resolve("a.txt")));
        reopened((engine, chain) -> {
            assertEquals("UNDONE", chain.state(), chain.toString());
            assertEquals(List.of("old a", "old b", "0 notes"), now(engine));
        });
    }
}
