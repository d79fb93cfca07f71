package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.policy.Decision;
import io.arkestra.testkit.FilePut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Taking back what a call did. */
@Timeout(60)
class UndoTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final Scope ALICES = Scope.of(ALICE);
    private static final Scope BOBS = Scope.of(UserId.of("bob"));

    @TempDir
    Path directory;

    private final AtomicBoolean denied = new AtomicBoolean();

    private Arkestra engine() {
        return Arkestra.builder()
                .senior(Llm.client(ToolScripts.onceCalling("file.put", "{\"name\":\"a.txt\",\"text\":\"new\"}")))
                .tools(t -> t.add(new FilePut(directory)))
                .policy(p -> p.allow("file.put")
                        .add((action, scope) ->
                                denied.get() ? Decision.deny("test.closed", "closed now") : Decision.abstain()))
                .build();
    }

    private String made(Arkestra engine) {
        ToolUse use = engine.session(ALICE).ask("write it").toolUses().get(0);
        assertEquals("ok", use.status());
        assertEquals(List.of("Writes a.txt"), use.effects());
        assertEquals("+ new", use.preview());
        return use.callId();
    }

    @Test
    void undo_afterACall_restoresWhatWasThereAndIsToldTwice() throws IOException {
        Path file = Files.writeString(directory.resolve("a.txt"), "text old");
        try (Arkestra engine = engine()) {
            String call = made(engine);
            assertEquals("text new", Files.readString(file));
            CallRecord record = engine.tools().calls(ALICES, 10).get(0);
            assertEquals(call, record.id());
            assertEquals(CallRecord.State.DONE, record.state());
            assertTrue(record.undoable());
            UndoReport report = engine.tools().undo(ALICES, call);
            assertEquals(UndoReport.Kind.UNDONE, report.kind(), report.message());
            assertEquals("text old", Files.readString(file));
            assertEquals(
                    CallRecord.State.UNDONE,
                    engine.tools().calls(ALICES, 10).get(0).state());
            assertEquals(
                    UndoReport.Kind.ALREADY_UNDONE,
                    engine.tools().undo(ALICES, call).kind());
            assertEquals("text old", Files.readString(file));
        }
    }

    @Test
    void undo_afterAForeignChange_namesTheConflictAndOverwritesNothing() throws IOException {
        try (Arkestra engine = engine()) {
            String call = made(engine);
            Path file = Files.writeString(directory.resolve("a.txt"), "somebody's");
            UndoReport report = engine.tools().undo(ALICES, call);
            assertEquals(UndoReport.Kind.CONFLICT, report.kind());
            assertTrue(report.message().contains("a.txt was changed meanwhile"), report.message());
            assertEquals("somebody's", Files.readString(file));
            Files.writeString(file, "text new");
            assertEquals(
                    UndoReport.Kind.UNDONE, engine.tools().undo(ALICES, call).kind(), "it can be tried again");
            assertFalse(Files.exists(file));
        }
    }

    @Test
    void undo_ofAnothersCall_isNotFound() throws IOException {
        try (Arkestra engine = engine()) {
            String call = made(engine);
            assertTrue(engine.tools().calls(BOBS, 10).isEmpty());
            assertEquals(
                    UndoReport.Kind.NOT_FOUND, engine.tools().undo(BOBS, call).kind());
            assertEquals(
                    UndoReport.Kind.NOT_FOUND,
                    engine.tools().undo(ALICES, "no such call").kind());
            assertEquals("text new", Files.readString(directory.resolve("a.txt")));
        }
    }

    @Test
    void undo_thatThePolicyDenies_changesNothing() throws IOException {
        try (Arkestra engine = engine()) {
            String call = made(engine);
            denied.set(true);
            UndoReport report = engine.tools().undo(ALICES, call);
            assertEquals(UndoReport.Kind.DENIED, report.kind());
            assertTrue(report.message().contains("closed now"), report.message());
            assertEquals("text new", Files.readString(directory.resolve("a.txt")));
            denied.set(false);
            assertTrue(engine.tools().undo(ALICES, call).undone());
        }
    }

    @Test
    void calls_withABadLimit_areRefused() {
        try (Arkestra engine = engine()) {
            assertThrows(InvalidInputException.class, () -> engine.tools().calls(ALICES, 0));
        }
    }

    @Test
    void undo_ofACallWhoseSecretWasNotKept_isRefused() throws IOException {
        Path file = Files.writeString(
                directory.resolve("a.txt"),
                "text password: hunter2-Xk93kfLq0 sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCD");
        try (Arkestra engine = engine()) {
            String call = made(engine);
            UndoReport report = engine.tools().undo(ALICES, call);
            assertEquals(UndoReport.Kind.NOT_REVERSIBLE, report.kind(), report.message());
            assertEquals("text new", Files.readString(file), "half a file is not put back");
        }
    }

    @Test
    void undo_ofACallThatCameFromElsewhere_isRefused() throws IOException {
        Path archive = directory.resolve("alice.zip");
        String call;
        try (Arkestra engine = engine()) {
            call = made(engine);
            engine.people().export(ALICE, archive);
        }
        try (Arkestra engine = engine()) {
            engine.people().importFrom(ALICE, archive);
            assertEquals(call, engine.tools().calls(ALICES, 10).get(0).id());
            UndoReport report = engine.tools().undo(ALICES, call);
            assertEquals(UndoReport.Kind.NOT_REVERSIBLE, report.kind(), report.message());
            assertEquals(
                    "text new",
                    Files.readString(directory.resolve("a.txt")),
                    "what an archive says is not written to files");
        }
    }
}
