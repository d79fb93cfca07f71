package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.llm.LlmMessage;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.MessageDraft;
import io.arkestra.memory.Origin;
import io.arkestra.memory.SessionEnd;
import io.arkestra.memory.Tier;
import io.arkestra.store.DocQuery;
import io.arkestra.store.Owner;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a message or a memory that was forgotten: nothing, in any byte, once the engine is closed or opened again. */
@Timeout(180)
class ForgetMessageTest {
    private static final UserId ANN = UserId.of("ann");
    private static final Scope SCOPE = Scope.of(ANN);
    private static final SessionId SESSION = SessionId.of("s");
    private static final String MARKER = "Zyxomarkeria";

    @TempDir
    Path home;

    private Arkestra open() {
        return Arkestra.builder().home(home).build();
    }

    private static void tell(Arkestra arkestra) {
        Session session = arkestra.session(ANN, SESSION);
        session.ask("My sister lives in Oslo");
        Reply reply = session.ask("Remember that the word for the safe is " + MARKER);
        session.feedback(reply.turn(), Feedback.text("right, " + MARKER));
        session.ask("I like to swim in the lake");
        arkestra.memory().sessions().end(SCOPE, SESSION, SessionEnd.HOST);
        arkestra.memory().refresh();
    }

    private static Message said(Arkestra arkestra, String words) {
        return Conversations.log(arkestra, ANN).stream()
                .filter(message -> message.origin() == Origin.USER)
                .filter(message -> message.text().contains(words))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void forgetMessage_closedAfterwards_isInNoByteOfTheHomeAndTheRestIsThere() throws Exception {
        try (Arkestra arkestra = open()) {
            tell(arkestra);
            assertFalse(HomeBytes.holding(home, MARKER).isEmpty(), "the search finds what is there");
            assertTrue(arkestra.memory()
                    .forgetMessage(SCOPE, said(arkestra, MARKER).id()));
            assertFalse(Conversations.log(arkestra, ANN).toString().contains(MARKER), "its answer went, too");
            assertTrue(Conversations.log(arkestra, ANN).toString().contains("Oslo"));
        }
        assertEquals(List.of(), HomeBytes.holding(home, MARKER));
        assertFalse(Files.exists(home.resolve("arkestra.expunge")));
        try (Arkestra arkestra = open()) {
            assertTrue(Conversations.log(arkestra, ANN).toString().contains("Oslo"));
            assertTrue(Conversations.log(arkestra, ANN).toString().contains("swim"));
        }
    }

    @Test
    void forget_memoryThatNobodySaidInAMessage_isInNoByteAfterClose() throws Exception {
        try (Arkestra arkestra = open()) {
            MemoryRecord note = arkestra.memory().remember(SCOPE, MemoryDraft.note("the note is " + MARKER));
            arkestra.memory().remember(SCOPE, MemoryDraft.note("the other note"));
            arkestra.memory().refresh();
            assertTrue(arkestra.memory().forget(SCOPE, note.id()));
        }
        assertEquals(List.of(), HomeBytes.holding(home, MARKER));
    }

    @Test
    void clear_tierThatHeldIt_isInNoByteAfterClose() throws Exception {
        try (Arkestra arkestra = open()) {
            arkestra.memory()
                    .remember(SCOPE, MemoryDraft.note("the note is " + MARKER).tier(Tier.TEMP));
            arkestra.memory().refresh();
            assertEquals(1, arkestra.memory().clear(SCOPE, Tier.TEMP));
        }
        assertEquals(List.of(), HomeBytes.holding(home, MARKER));
    }

    @Test
    void sleep_afterForgetting_takesTheBytesOutWhileTheEngineIsOpen() throws Exception {
        try (Arkestra arkestra = open()) {
            tell(arkestra);
            arkestra.memory().forgetMessage(SCOPE, said(arkestra, MARKER).id());
            arkestra.sleep();
            assertEquals(List.of(), HomeBytes.holding(home, MARKER));
        }
    }

    /** A copy from before a change of schema holds everything that was there then. */
    @Test
    void forgetMessage_copyFromBeforeAChangeOfSchema_isDeletedWithTheBytes() throws Exception {
        Path copy = home.resolve("arkestra-before-schema-2.zip");
        try (Arkestra arkestra = open()) {
            tell(arkestra);
            arkestra.backup(copy);
            arkestra.memory().forgetMessage(SCOPE, said(arkestra, MARKER).id());
        }
        assertFalse(Files.exists(copy));
    }

    @Test
    void backup_afterForgetting_holdsNoForgottenByte(@TempDir Path elsewhere) throws Exception {
        Path file = elsewhere.resolve("backup.zip");
        try (Arkestra arkestra = open()) {
            tell(arkestra);
            arkestra.memory().forgetMessage(SCOPE, said(arkestra, MARKER).id());
            arkestra.backup(file);
        }
        Path restored = Files.createDirectory(elsewhere.resolve("restored"));
        Arkestra.builder().home(restored).restore(file);
        assertEquals(List.of(), HomeBytes.holding(restored, MARKER));
    }

    /** The process that is killed. */
    static final class Forgetter {
        private Forgetter() {}

        public static void main(String[] args) throws Exception {
            Arkestra arkestra = Arkestra.builder().home(Path.of(args[0])).build();
            tell(arkestra);
            arkestra.memory().forgetMessage(SCOPE, said(arkestra, MARKER).id());
            System.out.println("forgotten");
            System.out.flush();
            System.in.read(); // until it is killed
        }
    }

    @Test
    void forgetMessage_processKilledAfterwards_isInNoByteAfterTheNextOpening() throws Exception {
        assertEquals("forgotten", ChildJava.killedAfterLine(Forgetter.class, home));
        assertFalse(HomeBytes.holding(home, MARKER).isEmpty(), "the killed process had no time to rewrite the file");
        try (Arkestra arkestra = open()) {
            assertEquals(List.of(), HomeBytes.holding(home, MARKER));
            assertTrue(Conversations.log(arkestra, ANN).toString().contains("Oslo"));
        }
    }

    private record Noter() implements Tool {
        @Override
        public ToolSpec spec() {
            return ToolSpec.builder("safe.open")
                    .description("Opens the safe")
                    .sideEffect(ToolSpec.SideEffect.OUTWARD)
                    .build();
        }

        @Override
        public Prepared prepare(ToolCall call, ToolContext context) {
            return Prepared.effect("opens the safe with " + MARKER);
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            return ToolResult.text("opened with " + MARKER);
        }
    }

    private Arkestra calling() {
        RecordingLlm senior = RecordingLlm.writing((request, cancel) -> {
            LlmMessage last = request.lastMessage().orElseThrow();
            if (last.role() == LlmMessage.Role.TOOL) {
                return "{\"text\":\"Done.\"}";
            }
            return last.text().contains(MARKER)
                    ? "{\"text\":\"\",\"tool_calls\":[{\"name\":\"safe.open\",\"arguments\":{}}]}"
                    : "{\"text\":\"Fine.\"}";
        });
        return Arkestra.builder()
                .home(home)
                .senior(Llm.client(senior))
                .tools(t -> t.add(new Noter()))
                .policy(p -> p.allow("safe.open"))
                .build();
    }

    @Test
    void forgetMessage_turnWithToolCalls_takesItsTraceItsCallsAndTheirAnswers() throws Exception {
        try (Arkestra arkestra = calling()) {
            Session session = arkestra.session(ANN, SESSION);
            Reply before = session.ask("Good morning to you");
            Reply reply = session.ask("Open the safe, its word is " + MARKER);
            assertEquals(1, reply.toolUses().size());
            assertEquals(1, count(arkestra, "tool_calls"));

            arkestra.memory().forgetMessage(SCOPE, said(arkestra, MARKER).id());

            assertEquals(0, count(arkestra, "tool_calls"));
            assertTrue(arkestra.explain(SCOPE, reply.turn()).isEmpty());
            assertTrue(arkestra.explain(SCOPE, before.turn()).isPresent());
            assertEquals(
                    List.of(before.turn()),
                    Conversations.log(arkestra, ANN).stream()
                            .map(Message::turn)
                            .distinct()
                            .toList());
        }
        assertEquals(List.of(), HomeBytes.holding(home, MARKER));
    }

    @Test
    void forgetMessage_answerAlone_leavesWhatTheUserSaid() {
        try (Arkestra arkestra = calling()) {
            arkestra.session(ANN, SESSION).ask("Open the safe, its word is " + MARKER);
            Message answer = Conversations.log(arkestra, ANN).stream()
                    .filter(message -> message.text().equals("Done."))
                    .findFirst()
                    .orElseThrow();
            arkestra.memory().forgetMessage(SCOPE, answer.id());
            assertEquals(
                    List.of(Origin.USER),
                    Conversations.log(arkestra, ANN).stream()
                            .map(Message::origin)
                            .toList());
        }
    }

    @Test
    void forgetMessage_conversationFromElsewhere_leavesTheAnswersOfOthers() {
        try (Arkestra arkestra = open()) {
            Instant at = Instant.parse("2026-01-01T10:00:00Z");
            List<Message> kept = arkestra.memory()
                    .record(
                            SCOPE,
                            List.of(
                                    MessageDraft.of(SESSION, Origin.USER, "Ann", "the word is " + MARKER, at),
                                    MessageDraft.of(SESSION, Origin.ASSISTANT, "Eve", "I moved to Rome", at)));
            arkestra.memory().forgetMessage(SCOPE, kept.get(0).id());
            assertEquals(
                    List.of("I moved to Rome"),
                    Conversations.log(arkestra, ANN).stream().map(Message::text).toList());
        }
    }

    private static long count(Arkestra arkestra, String collection) {
        return arkestra.store()
                .inTransaction(tx -> tx.find(collection, Owner.of(ANN), DocQuery.all()))
                .docs()
                .size();
    }
}
