package io.arkestra.tool.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.UndoReport;
import io.arkestra.common.CancellationSource;
import io.arkestra.common.CancelledException;
import io.arkestra.common.Scope;
import io.arkestra.common.Taint;
import io.arkestra.common.TurnId;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.OutputQuality;
import io.arkestra.provenance.internal.Flows;
import io.arkestra.tool.EffectState;
import io.arkestra.tool.Flow;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The marks of files that a call read and changed, when the call fails and when taking it back is refused. */
@Timeout(60)
class CallMarksTest {
    private static final String FROM = "/work/page.txt";
    private static final String TO = "/work/plan.txt";
    private static final Taint PAGE = Taint.of("web", "page.example");

    private final CallBench bench = new CallBench();
    private final Copy tool = new Copy();

    /** Reads one file and changes another, or says so. */
    private static final class Copy implements Tool {
        List<Target> targets = List.of(Target.read(Target.PATH, FROM), Target.changed(Target.PATH, TO));
        Prepared prepared = Prepared.effect("copies");
        Runnable work = () -> {};
        Runnable back = () -> {};
        EffectState state = EffectState.UNKNOWN;
        /** What it says one time after the other, before it stays with the state. */
        final Deque<EffectState> answers = new ArrayDeque<>();

        @Override
        public ToolSpec spec() {
            return ToolSpec.builder("file.copy")
                    .description("Copies a file")
                    .capability("file.write")
                    .sideEffect(ToolSpec.SideEffect.LOCAL)
                    .reversible()
                    .build();
        }

        @Override
        public List<Target> targets(ToolCall call, ToolContext context) {
            return targets;
        }

        @Override
        public Prepared prepare(ToolCall call, ToolContext context) {
            return prepared;
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            work.run();
            ToolResult result = ToolResult.text("copied");
            return prepared.flows().isEmpty() ? result : result.showing(List.of()); // nothing of what it overwrote
        }

        @Override
        public void undo(Prepared prepared, ToolContext context) {
            back.run();
        }

        @Override
        public EffectState state(ToolCall call, Prepared prepared, ToolContext context) {
            return answers.isEmpty() ? state : answers.remove();
        }
    }

    CallMarksTest() {
        bench.add(tool);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private static Runnable failing(ToolException.Reason reason) {
        return () -> {
            throw new ToolException(reason, "it broke");
        };
    }

    private void tainted(String call, String file) {
        List<Target> changed = List.of(Target.changed(Target.PATH, file));
        bench.records.noted(new Flows(
                bench.records.marks(), CallBench.ALICE, call, changed, List.of(), Set.of(PAGE), Set.of())::expected);
    }

    private Set<Taint> known(String file) {
        return bench.records.marks().of(CallBench.ALICE, List.of(Target.read(Target.PATH, file)), Instant.MAX);
    }

    private boolean isTainted() {
        return !known(TO).isEmpty();
    }

    // ---- a call that fails

    private ToolRunner.Done copy() {
        tainted("c0", FROM);
        assertFalse(isTainted());
        return bench.run("file.copy", "{}");
    }

    @Test
    void file_ofACallThatFailedAfterItReadAMarkedOne_isMarked() {
        tool.work = failing(ToolException.Reason.FAILED);
        assertEquals("tool.failed", copy().status());
        assertEquals(StoredCall.State.REPORTED, bench.recorded().get(0).state());
        assertTrue(known(TO).contains(PAGE), known(TO).toString());
        assertTrue(known(TO).contains(Taint.of("file.tainted", TO)), known(TO).toString());
    }

    @Test
    void file_ofACallThatTookTooLong_isMarked() {
        tool.work = failing(ToolException.Reason.TIMEOUT);
        assertEquals("tool.timeout", copy().status());
        assertEquals(StoredCall.State.PREPARED, bench.recorded().get(0).state());
        assertTrue(known(TO).contains(PAGE), known(TO).toString());
    }

    @Test
    void file_ofACallThatWasCancelled_isMarked() {
        tainted("c0", FROM);
        CancellationSource cancel = new CancellationSource();
        tool.work = () -> {
            cancel.cancel("enough");
            throw new CancelledException("enough");
        };
        ToolRunner.Place place = new ToolRunner.Place(
                Scope.of(CallBench.ALICE),
                TurnId.of("turn"),
                Locale.ENGLISH,
                ZoneOffset.UTC,
                cancel,
                OutputQuality.RAW);
        LlmToolCall asked = LlmToolCall.of("call-1", "file.copy", "{}");
        assertThrows(CancelledException.class, () -> bench.runner().run(asked, place));
        assertTrue(known(TO).contains(PAGE), known(TO).toString());
    }

    @Test
    void file_ofACallThatFailedHavingDoneAll_isMarkedUntilItIsTakenBack() {
        tool.work = failing(ToolException.Reason.FAILED);
        tool.state = EffectState.PRESENT;
        ToolRunner.Done done = copy();
        assertEquals(StoredCall.State.DONE, bench.recorded().get(0).state());
        assertTrue(isTainted());
        assertEquals(UndoReport.Kind.UNDONE, undo(done));
        assertFalse(isTainted());
    }

    @Test
    void file_ofACallThatFailedAndLeftNothing_isNotMarked() {
        tool.work = failing(ToolException.Reason.FAILED);
        tool.state = EffectState.ABSENT;
        assertEquals("tool.failed", copy().status());
        assertEquals(StoredCall.State.FAILED, bench.recorded().get(0).state());
        assertFalse(isTainted());
    }

    @Test
    void file_ofACallThatFailed_isMarkedByWhatIsOnRecordOfIt() {
        tool.work = failing(ToolException.Reason.FAILED);
        tool.answers.add(EffectState.PRESENT);
        tool.state = EffectState.ABSENT;
        copy();
        assertEquals(StoredCall.State.DONE, bench.recorded().get(0).state());
        assertTrue(isTainted(), "what is there holds what it had read");
    }

    @Test
    void file_ofACallThatFailedWithoutReadingAnyMarkedOne_isNotMarked() {
        tool.work = failing(ToolException.Reason.FAILED);
        assertEquals("tool.failed", bench.run("file.copy", "{}").status());
        assertFalse(isTainted());
    }

    // ---- a call that is not taken back

    private UndoReport.Kind undo(ToolRunner.Done done) {
        return bench.desk().undo(Scope.of(CallBench.ALICE), done.facts().id()).kind();
    }

    /** A clean call that put new words in the place of those of a page. */
    private ToolRunner.Done clean() {
        tainted("c0", TO);
        tool.targets = List.of(Target.changed(Target.PATH, TO));
        tool.prepared = Prepared.effect("renews").withFlows(Flow.replaced(tool.targets.get(0)));
        tool.state = EffectState.PRESENT;
        ToolRunner.Done done = bench.run("file.copy", "{}");
        assertEquals(ToolRunner.OK, done.status());
        assertFalse(isTainted(), known(TO).toString());
        return done;
    }

    private void back(ToolException.Reason reason) {
        tool.back = () -> {
            assertTrue(isTainted(), "the words may be there again any moment");
            throw new ToolException(reason, "not now");
        };
    }

    @Test
    void undo_thatIsRefused_leavesTheFileClean() {
        ToolRunner.Done done = clean();
        back(ToolException.Reason.CONFLICT);
        assertEquals(UndoReport.Kind.CONFLICT, undo(done));
        assertFalse(isTainted());
        back(ToolException.Reason.NOT_SUPPORTED);
        assertEquals(UndoReport.Kind.NOT_REVERSIBLE, undo(done));
        assertFalse(isTainted());
        back(ToolException.Reason.FAILED);
        assertEquals(UndoReport.Kind.FAILED, undo(done));
        assertEquals(StoredCall.State.DONE, bench.recorded().get(0).state());
        assertFalse(isTainted());
        tool.back = () -> {};
        assertEquals(UndoReport.Kind.UNDONE, undo(done));
        assertTrue(isTainted());
    }

    @Test
    void undo_thatIsRefused_leavesWhatAPersonVouchedFor() {
        ToolRunner.Done done = clean();
        tainted("c2", TO);
        assertTrue(isTainted());
        bench.records.marks().vouched(TO);
        assertFalse(isTainted());
        back(ToolException.Reason.CONFLICT);
        assertEquals(UndoReport.Kind.CONFLICT, undo(done));
        assertFalse(isTainted());
    }

    @Test
    void undo_thatTookTooLong_mayBringTheWordsBackStill() {
        ToolRunner.Done done = clean();
        back(ToolException.Reason.TIMEOUT);
        assertEquals(UndoReport.Kind.FAILED, undo(done));
        assertTrue(isTainted());
    }

    @Test
    void undo_thatTookTooLongAndWasRefusedThen_mayBringTheWordsBackStill() {
        ToolRunner.Done done = clean();
        back(ToolException.Reason.TIMEOUT);
        assertEquals(UndoReport.Kind.FAILED, undo(done));
        back(ToolException.Reason.CONFLICT);
        assertEquals(UndoReport.Kind.CONFLICT, undo(done));
        assertTrue(isTainted(), "the first try may be at work still");
        back(ToolException.Reason.NOT_SUPPORTED);
        assertEquals(UndoReport.Kind.NOT_REVERSIBLE, undo(done));
        back(ToolException.Reason.FAILED);
        assertEquals(UndoReport.Kind.FAILED, undo(done));
        assertEquals(StoredCall.State.DONE, bench.recorded().get(0).state());
        assertTrue(isTainted());
        tool.back = () -> {};
        assertEquals(UndoReport.Kind.UNDONE, undo(done));
        assertTrue(isTainted(), "they are back");
    }

    @Test
    void undo_thatTookTooLong_isOverWithItsProcess() throws InterruptedException {
        ToolRunner.Done done = clean();
        back(ToolException.Reason.TIMEOUT);
        assertEquals(UndoReport.Kind.FAILED, undo(done));
        StoredCall known = bench.recorded().get(0);
        // The next try is cut off by the end of the process.
        assertTrue(bench.records.moved(known, StoredCall.State.UNDOING, "").isPresent());
        try (Recovery recovery = bench.recovery()) {
            recovery.begin();
            assertTrue(recovery.await(Duration.ofSeconds(30)));
        }
        assertEquals(StoredCall.State.DONE, bench.recorded().get(0).state());
        assertFalse(isTainted());
        back(ToolException.Reason.CONFLICT);
        assertEquals(UndoReport.Kind.CONFLICT, undo(done));
        assertFalse(isTainted());
    }

    @Test
    void undo_whoseEndNobodyKnows_isTaintedUntilAPersonVouches() {
        ToolRunner.Done done = clean();
        back(ToolException.Reason.FAILED);
        tool.state = EffectState.UNKNOWN;
        assertEquals(UndoReport.Kind.FAILED, undo(done));
        assertEquals(StoredCall.State.REPORTED, bench.recorded().get(0).state());
        assertTrue(isTainted());
        bench.records.marks().vouched(TO);
        assertFalse(isTainted());
    }

    @Test
    void undo_whoseEndNobodyKnows_overridesWhoVouchedMeanwhile() {
        ToolRunner.Done done = clean();
        tool.back = () -> {
            bench.records.marks().vouched(TO);
            throw new ToolException(ToolException.Reason.FAILED, "not now");
        };
        tool.state = EffectState.UNKNOWN;
        assertEquals(UndoReport.Kind.FAILED, undo(done));
        assertTrue(isTainted());
    }
}
