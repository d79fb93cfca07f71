package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.event.Events;
import io.arkestra.testkit.FilePut;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Chains with a step of a tool that can take back what it did, and cannot tell whether it could. */
@Timeout(180)
class ChainMuteStepTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final Scope ALICES = Scope.of(ALICE);
    private static final String FILE = "{tool: file.put, arguments: {name: \"a.txt\", text: \"new\"}}";
    private static final String LAMP = "{tool: lamp.light}";
    private static final String IDLE = "{tool: lamp.clean}";

    @TempDir
    Path home;

    @TempDir
    Path files;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(files.resolve("a.txt"), "old a");
    }

    /** A lamp is lit while its file is there; somebody else's is not put out. */
    private record Lamp(Path directory) implements Tool {
        @Override
        public ToolSpec spec() {
            return ToolSpec.builder("lamp.light")
                    .description("Lights the lamp")
                    .capability("lamp.write")
                    .sideEffect(ToolSpec.SideEffect.LOCAL)
                    .reversible()
                    .build();
        }

        private Path lit() {
            return directory.resolve("lit");
        }

        @Override
        public List<Target> targets(ToolCall call, ToolContext context) {
            return List.of(Target.changed(Target.PATH, lit().toString()));
        }

        @Override
        public Prepared prepare(ToolCall call, ToolContext context) {
            return Prepared.effect("Lights the lamp");
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            try {
                Files.writeString(lit(), "mine");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return ToolResult.text("Lit.");
        }

        @Override
        public void undo(Prepared prepared, ToolContext context) {
            try {
                if (!Files.readString(lit()).equals("mine")) {
                    throw new ToolException(ToolException.Reason.CONFLICT, "somebody else has lit it anew");
                }
                Files.delete(lit());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Finds the lamp clean, and does nothing. */
    private record Clean(Path directory) implements Tool {
        @Override
        public ToolSpec spec() {
            return ToolSpec.builder("lamp.clean")
                    .description("Cleans the lamp")
                    .capability("lamp.write")
                    .sideEffect(ToolSpec.SideEffect.LOCAL)
                    .reversible()
                    .build();
        }

        @Override
        public List<Target> targets(ToolCall call, ToolContext context) {
            return List.of(Target.changed(Target.PATH, directory.resolve("dust").toString()));
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            return ToolResult.text("It is clean.");
        }

        @Override
        public void undo(Prepared prepared, ToolContext context) {}
    }

    /** Stops for ever before it writes. */
    private static final class Stopping extends FilePut {
        Stopping(Path directory) {
            super(directory);
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            System.out.println("here");
            System.out.flush();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return super.call(call, prepared, context);
        }
    }

    private static ArkestraBuilder builder(Path home, Path files, Tool put) {
        return Arkestra.builder()
                .home(home)
                .senior(Llm.client(ToolScripts.onceCalling("all.put", "{}")))
                .tools(t -> t.add(put).add(new Lamp(files)).add(new Clean(files)))
                .policy(p -> p.allow("all.put", "file.put", "lamp.light", "lamp.clean"));
    }

    private static Reply asked(Arkestra engine, String first, String second) {
        DeclaredTool added = engine.tools().declared().add("""
                kind: chain
                name: all.put
                description: Writes a file and lights a lamp.
                arguments: {type: object}
                steps:
                  - %s
                  - %s
                """.formatted(first, second));
        engine.tools().declared().pin(added.name(), added.digest());
        return engine.session(ALICE).ask("do it all");
    }

    private static String made(Arkestra engine, String first, String second) {
        Reply reply = asked(engine, first, second);
        assertEquals("ok", reply.toolUses().get(0).status(), reply.text());
        return reply.toolUses().get(0).callId();
    }

    private String a() throws IOException {
        return Files.readString(files.resolve("a.txt"));
    }

    @Test
    void undo_theStepToBeginWithCannotTell_isDoneWhole() throws IOException {
        try (Arkestra engine = builder(home, files, new FilePut(files)).build()) {
            UndoReport report = engine.tools().undo(ALICES, made(engine, FILE, LAMP));
            assertTrue(report.undone(), report.message());
            assertFalse(Files.exists(files.resolve("lit")));
            assertEquals("old a", a());
        }
    }

    @Test
    void undo_theStepToBeginWithRefuses_changesNothing() throws IOException {
        try (Arkestra engine = builder(home, files, new FilePut(files)).build()) {
            String call = made(engine, FILE, LAMP);
            Files.writeString(files.resolve("lit"), "somebody's");
            UndoReport report = engine.tools().undo(ALICES, call);
            assertEquals(UndoReport.Kind.CONFLICT, report.kind(), report.message());
            assertTrue(report.message().contains("lit it anew"), report.message());
            assertEquals("text new", a());
        }
    }

    @Test
    void undo_aStepAfterTheFirstCannotTell_changesNothing() throws IOException {
        try (Arkestra engine = builder(home, files, new FilePut(files)).build()) {
            String call = made(engine, LAMP, FILE);
            UndoReport report = engine.tools().undo(ALICES, call);
            assertEquals(UndoReport.Kind.CONFLICT, report.kind(), report.message());
            assertTrue(report.message().contains("step 1 (lamp.light)"), report.message());
            assertTrue(Files.exists(files.resolve("lit")));
            assertEquals("text new", a());
            assertTrue(engine.tools().undo(ALICES, call + "/2").undone());
            assertTrue(engine.tools().undo(ALICES, call).undone(), "what is left of it is one step");
            assertFalse(Files.exists(files.resolve("lit")));
        }
    }

    @Test
    void undo_onlyAStepThatDidNothingComesAfterTheOneThatCannotTell_isDoneWhole() {
        try (Arkestra engine = builder(home, files, new FilePut(files)).build()) {
            UndoReport report = engine.tools().undo(ALICES, made(engine, LAMP, IDLE));
            assertTrue(report.undone(), report.message());
            assertFalse(Files.exists(files.resolve("lit")));
        }
    }

    @Test
    void undo_theStepBeforeOneThatDidNothingRefuses_saysThatNothingWasChanged() throws IOException {
        try (Arkestra engine = builder(home, files, new FilePut(files)).build()) {
            String call = made(engine, LAMP, IDLE);
            Files.writeString(files.resolve("lit"), "somebody's");
            UndoReport report = engine.tools().undo(ALICES, call);
            assertEquals(UndoReport.Kind.CONFLICT, report.kind(), report.message());
            assertTrue(report.message().contains("step 1 (lamp.light)"), report.message());
            assertEquals("somebody's", Files.readString(files.resolve("lit")));
            Files.writeString(files.resolve("lit"), "mine");
            assertTrue(engine.tools().undo(ALICES, call).undone(), "it can be tried again");
            assertFalse(Files.exists(files.resolve("lit")));
        }
    }

    /** The process that is killed. */
    static final class Killed {
        private Killed() {}

        public static void main(String[] args) {
            Path files = Path.of(args[1]);
            try (Arkestra engine =
                    builder(Path.of(args[0]), files, new Stopping(files)).build()) {
                asked(engine, LAMP, FILE);
            }
        }
    }

    @Test
    void call_killedAfterTheStepThatCannotTell_isTakenBackAtTheNextOpening() throws Exception {
        assertEquals("here", ChildJava.killedAfterLine(Killed.class, home, files, "call"));
        assertTrue(Files.exists(files.resolve("lit")));
        AtomicReference<String> state = new AtomicReference<>();
        CountDownLatch settled = new CountDownLatch(1);
        try (Arkestra engine = builder(home, files, new FilePut(files))
                .listener(event -> {
                    if (event instanceof Events.ToolRecovered known
                            && known.tool().equals("all.put")) {
                        state.set(known.state() + " " + known.reason());
                        settled.countDown();
                    }
                })
                .build()) {
            assertTrue(settled.await(60, TimeUnit.SECONDS));
            assertTrue(state.get().startsWith("UNDONE"), state.get());
            assertFalse(Files.exists(files.resolve("lit")));
            assertEquals("old a", a());
        }
    }
}
