package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.tool.EffectState;
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
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Taking back what a call left that failed half-way. */
@Timeout(60)
class FailedCallUndoTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final Scope ALICES = Scope.of(ALICE);

    @TempDir
    Path directory;

    /** Writes two files, and fails after so many. */
    private record PairPut(Path directory, int after, Optional<RuntimeException> failure) implements Tool {
        @Override
        public ToolSpec spec() {
            return ToolSpec.builder("pair.put")
                    .description("Writes two files")
                    .arguments("{\"type\":\"object\"}")
                    .sideEffect(ToolSpec.SideEffect.LOCAL)
                    .reversible()
                    .build();
        }

        private List<Path> files() {
            return List.of(directory.resolve("a"), directory.resolve("b"));
        }

        @Override
        public Prepared prepare(ToolCall call, ToolContext context) {
            return Prepared.of(List.of("Writes a and b"));
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            try {
                for (int i = 0; i < after; i++) {
                    Files.writeString(files().get(i), "new");
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            throw failure.orElseGet(() -> new ToolException(ToolException.Reason.FAILED, "the disk went away"));
        }

        @Override
        public void undo(Prepared prepared, ToolContext context) {
            try {
                for (Path file : files()) {
                    Files.deleteIfExists(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public EffectState state(ToolCall call, Prepared prepared, ToolContext context) {
            long there = files().stream().filter(Files::exists).count();
            return there == 0 ? EffectState.ABSENT : there == 2 ? EffectState.PRESENT : EffectState.UNKNOWN;
        }
    }

    private Arkestra engine(int after, Optional<RuntimeException> failure) {
        return Arkestra.builder()
                .senior(Llm.client(ToolScripts.onceCalling("pair.put", "{}")))
                .tools(t -> t.add(new PairPut(directory, after, failure)))
                .policy(p -> p.allow("pair.put"))
                .build();
    }

    private static String failed(Arkestra engine, CallRecord.State expected) {
        ToolUse use = engine.session(ALICE).ask("write it").toolUses().get(0);
        assertEquals("tool.failed", use.status());
        CallRecord record = engine.tools().calls(ALICES, 10).get(0);
        assertEquals(expected, record.state());
        return record.id();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void undo_ofACallThatFailedHalfWay_takesItsPartBack(boolean said) {
        Optional<RuntimeException> failure = said ? Optional.empty() : Optional.of(new IllegalStateException("a bug"));
        try (Arkestra engine = engine(1, failure)) {
            String call = failed(engine, CallRecord.State.REPORTED);
            assertTrue(Files.exists(directory.resolve("a")));
            assertEquals(List.of(call), ids(engine));
            UndoReport report = engine.tools().undo(ALICES, call);
            assertEquals(UndoReport.Kind.UNDONE, report.kind(), report.message());
            assertFalse(Files.exists(directory.resolve("a")));
            assertEquals(List.of(), ids(engine));
        }
    }

    private static List<String> ids(Arkestra engine) {
        return engine.tools().unfinished(ALICES).stream().map(CallRecord::id).toList();
    }

    @Test
    void undo_ofACallThatFailedAfterAllOfIt_takesItBack() {
        try (Arkestra engine = engine(2, Optional.empty())) {
            String call = failed(engine, CallRecord.State.DONE);
            assertEquals(
                    UndoReport.Kind.UNDONE, engine.tools().undo(ALICES, call).kind());
            assertFalse(Files.exists(directory.resolve("b")));
        }
    }

    @Test
    void undo_ofACallThatFailedBeforeAnything_hasNothingToUndo() {
        try (Arkestra engine = engine(0, Optional.empty())) {
            String call = failed(engine, CallRecord.State.FAILED);
            assertEquals(
                    UndoReport.Kind.NOTHING_TO_UNDO,
                    engine.tools().undo(ALICES, call).kind());
        }
    }

    @Test
    void call_refusedByItsTool_isNotReported() {
        RuntimeException refusal = new ToolException(ToolException.Reason.CONFLICT, "a was changed meanwhile");
        try (Arkestra engine = engine(0, Optional.of(refusal))) {
            engine.session(ALICE).ask("write it");
            CallRecord record = engine.tools().calls(ALICES, 10).get(0);
            assertEquals(CallRecord.State.FAILED, record.state());
        }
    }
}
