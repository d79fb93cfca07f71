package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Health;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.event.Events;
import io.arkestra.testkit.FilePut;
import io.arkestra.tool.EffectState;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process is killed before, in the middle of, and after the effect of a call: the next opening finds out which. */
@Timeout(180)
class ToolCrashTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final Scope ALICES = Scope.of(ALICE);

    @TempDir
    Path home;

    @TempDir
    Path files;

    /** Stops at a place in its effect, for ever. */
    private static final class Stopping extends FilePut {
        private final Path directory;
        private final String where;

        Stopping(Path directory, String where) {
            super(directory);
            this.directory = directory;
            this.where = where;
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            if (where.equals("middle")) {
                try {
                    Files.writeString(directory.resolve("a.txt"), "text n");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            } else if (where.equals("after")) {
                super.call(call, prepared, context);
            }
            System.out.println("here");
            System.out.flush();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return ToolResult.text("never");
        }
    }

    /** The process that is killed. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] args) {
            try (Arkestra engine = engine(Path.of(args[0]), new Stopping(Path.of(args[1]), args[2]), event -> {})) {
                engine.session(ALICE).ask("write it");
            }
        }
    }

    private static Arkestra engine(
            Path home, Tool tool, java.util.function.Consumer<io.arkestra.event.ArkestraEvent> listener) {
        return Arkestra.builder()
                .home(home)
                .senior(Llm.client(ToolScripts.onceCalling("file.put", "{\"name\":\"a.txt\",\"text\":\"new\"}")))
                .tools(t -> t.add(tool))
                .policy(p -> p.allow("file.put"))
                .listener(listener)
                .build();
    }

    private void killed(String where) throws IOException {
        assertEquals("here", ChildJava.killedAfterLine(Writer.class, home, files, where));
    }

    private interface Look {
        void at(Arkestra engine, Events.ToolRecovered recovered) throws Exception;
    }

    private void reopened(Tool tool, Look look) throws Exception {
        LinkedBlockingQueue<Events.ToolRecovered> recovered = new LinkedBlockingQueue<>();
        try (Arkestra engine = engine(home, tool, event -> {
            if (event instanceof Events.ToolRecovered known) {
                recovered.add(known);
            }
        })) {
            Events.ToolRecovered event = recovered.poll(60, TimeUnit.SECONDS);
            assertNotNull(event, "the opening tells what became of the call");
            look.at(engine, event);
        }
    }

    private static CallRecord only(Arkestra engine) {
        List<CallRecord> calls = engine.tools().calls(ALICES, 10);
        assertEquals(1, calls.size());
        return calls.get(0);
    }

    @Test
    void kill_beforeTheEffect_isAbandoned() throws Exception {
        killed("before");
        reopened(new FilePut(files), (engine, recovered) -> {
            assertEquals("ABANDONED", recovered.state());
            assertEquals(CallRecord.State.ABANDONED, only(engine).state());
            assertFalse(Files.exists(files.resolve("a.txt")));
            assertEquals(
                    UndoReport.Kind.NOTHING_TO_UNDO,
                    engine.tools().undo(ALICES, recovered.call()).kind());
        });
    }

    @Test
    void kill_afterTheEffect_isDoneAndCanBeUndone() throws Exception {
        Files.writeString(files.resolve("a.txt"), "text old");
        killed("after");
        reopened(new FilePut(files), (engine, recovered) -> {
            assertEquals("DONE", recovered.state());
            assertEquals("text new", Files.readString(files.resolve("a.txt")));
            assertTrue(engine.tools().undo(ALICES, recovered.call()).undone());
            assertEquals("text old", Files.readString(files.resolve("a.txt")));
        });
    }

    @Test
    void kill_inTheMiddleOfTheEffect_isTakenBackByAToolThatCan() throws Exception {
        Files.writeString(files.resolve("a.txt"), "text old");
        killed("middle");
        assertEquals("text n", Files.readString(files.resolve("a.txt")));
        FilePut mends = new FilePut(files) {
            @Override
            public void undo(Prepared prepared, ToolContext context) {
                try {
                    Files.writeString(files.resolve("a.txt"), prepared.undo().text("before"));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
        reopened(mends, (engine, recovered) -> {
            assertEquals("UNDONE", recovered.state());
            assertEquals("text old", Files.readString(files.resolve("a.txt")));
            assertTrue(engine.tools().unfinished(ALICES).isEmpty());
        });
    }

    @Test
    void kill_inTheMiddleOfTheEffect_isReportedWhenNobodyCanTakeItBack() throws Exception {
        Files.writeString(files.resolve("a.txt"), "text old");
        killed("middle");
        reopened(new FilePut(files), (engine, recovered) -> {
            assertEquals("REPORTED", recovered.state());
            assertEquals("text n", Files.readString(files.resolve("a.txt")), "nothing is overwritten by guess");
            assertEquals(
                    recovered.call(), engine.tools().unfinished(ALICES).get(0).id());
            assertTrue(engine.tools().unfinished(Scope.of(UserId.of("bob"))).isEmpty());
            Health health = engine.health();
            assertEquals(Health.Status.YELLOW, health.status());
            assertTrue(
                    health.findings().stream().anyMatch(finding -> finding.contains("unfinished")),
                    health.findings().toString());
        });
    }

    @Test
    void kill_whenTheToolThrowsOrIsGoneAtTheNextOpening_isReportedAndTheEngineWorks() throws Exception {
        killed("after");
        FilePut broken = new FilePut(files) {
            @Override
            public EffectState state(ToolCall call, Prepared prepared, ToolContext context) {
                throw new IllegalStateException("broken");
            }
        };
        reopened(broken, (engine, recovered) -> {
            assertEquals("REPORTED", recovered.state());
            assertTrue(recovered.reason().contains("broken"), recovered.reason());
            assertEquals("Done.", engine.session(ALICE).ask("write it").text());
        });
    }

    @Test
    void kill_whenTheToolIsGoneAtTheNextOpening_isReported() throws Exception {
        killed("after");
        Tool other = new FilePut(files) {
            @Override
            public io.arkestra.tool.ToolSpec spec() {
                return io.arkestra.tool.ToolSpec.builder("other.tool")
                        .description("Another one")
                        .build();
            }
        };
        reopened(other, (engine, recovered) -> {
            assertEquals("REPORTED", recovered.state());
            assertTrue(recovered.reason().contains("not there"), recovered.reason());
        });
    }
}
