package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.llm.LlmMessage;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TurnTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final UserId BOB = UserId.of("bob");
    private static final SessionId SESSION = SessionId.of("same");

    private final ManualClock clock = ManualClock.at("2026-03-01T09:00:00Z");

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 10_000})
    void onText_anyPieces_joinedAreTheText(int piece) {
        RecordingLlm senior = RecordingLlm.inPieces(
                piece,
                (request, cancel) -> "{\"text\":\"Mail a.b@example.org, password: Zima-Leto75 \\ud83d\\ude00 done.\"}");
        try (Arkestra engine = engine(Llm.client(senior))) {
            StringBuilder streamed = new StringBuilder();
            Outcome outcome = engine.session(ALICE)
                    .turn("hello there, who?")
                    .onText(streamed::append)
                    .start()
                    .await();
            assertEquals(Outcome.Kind.COMPLETED, outcome.kind());
            assertEquals(outcome.reply().text(), streamed.toString());
            assertEquals("Mail a.b@example.org, password: *** 😀 done.", streamed.toString());
        }
    }

    @Test
    void onText_withTools_joinedAreTheText() {
        RecordingLlm senior = RecordingLlm.inPieces(
                1,
                (request, cancel) -> afterTools(request.lastMessage().orElseThrow())
                        ? "{\"text\":\"Done.\"}"
                        : "{\"text\":\"One moment.\",\"tool_calls\":[{\"name\":\"note.list\",\"arguments\":{}}]}");
        try (Arkestra engine = engine(Llm.client(senior))) {
            StringBuilder streamed = new StringBuilder();
            Reply reply = engine.session(ALICE)
                    .turn("tidy up")
                    .onText(streamed::append)
                    .start()
                    .await()
                    .reply();
            assertEquals("One moment.\nDone.", reply.text());
            assertEquals(reply.text(), streamed.toString());
            assertEquals(List.of(new ToolUse("note.list", "ok")), reply.toolUses());
        }
    }

    @Test
    void ask_andTurn_giveTheSameReply() {
        try (Arkestra one = engine(Llm.offline());
                Arkestra other = engine(Llm.offline())) {
            for (String message : List.of(
                    "Remember that my car is a blue Volvo",
                    "What colour is my car?",
                    "note: buy milk",
                    "запомни, что код от ворот 4711",
                    "какой код от ворот?",
                    "thanks")) {
                Reply asked = one.session(ALICE).ask(message);
                StringBuilder streamed = new StringBuilder();
                Outcome outcome = other.session(ALICE)
                        .turn(message)
                        .onText(streamed::append)
                        .start()
                        .await();
                assertEquals(asked.text(), outcome.reply().text(), message);
                assertEquals(asked.text(), streamed.toString(), message);
                assertEquals(asked.sources().size(), outcome.reply().sources().size(), message);
            }
        }
    }

    @Test
    void ask_aboutARememberedFact_namesTheSource() {
        try (Arkestra engine = engine(Llm.offline())) {
            Session session = engine.session(ALICE);
            Reply told = session.ask("Remember that my car is a blue Volvo");
            Reply reply = session.ask("What colour is my car?");
            assertTrue(reply.text().contains("blue Volvo"), reply.text());
            assertTrue(reply.text().contains("1 March 2026"), reply.text());
            assertEquals(1, reply.sources().size());
            Source source = reply.sources().get(0);
            assertTrue(source.quote().contains("blue Volvo"));
            assertEquals(Instant.parse("2026-03-01T09:00:00Z"), source.at());
            assertEquals("fact", source.kind());
            assertTrue(told.sources().isEmpty());
        }
    }

    @Test
    void onText_listenerThrowing_changesNothing() {
        try (Arkestra engine = engine(Llm.offline())) {
            Outcome outcome = engine.session(ALICE)
                    .turn("hello")
                    .onText(text -> {
                        throw new IllegalStateException("listener");
                    })
                    .start()
                    .await();
            assertEquals(Outcome.Kind.COMPLETED, outcome.kind());
            assertTrue(outcome.reply().text().startsWith("Hello"));
        }
    }

    @Test
    void listener_throwing_changesNothing() {
        try (Arkestra engine = builder(Llm.offline())
                .listener(event -> {
                    throw new IllegalStateException("listener");
                })
                .build()) {
            assertEquals(
                    Outcome.Kind.COMPLETED, engine.session(ALICE).ask("hello").outcome());
        }
    }

    @Test
    void ask_afterClose_saysSo() {
        Arkestra engine = engine(Llm.offline());
        Session session = engine.session(ALICE);
        engine.close();
        engine.close();
        ArkestraException e = assertThrows(ArkestraException.class, () -> session.ask("hello"));
        assertEquals("engine.closed", e.code());
        assertThrows(ArkestraException.class, () -> engine.session(ALICE));
    }

    @Test
    void ask_whenTheStoreFails_throwsAndTheTurnIsFailed() {
        try (Arkestra engine = engine(Llm.offline())) {
            Session session = engine.session(ALICE);
            engine.store().close();
            Outcome outcome = session.turn("hello").start().await();
            assertEquals(Outcome.Kind.FAILED, outcome.kind());
            assertTrue(outcome.error().isPresent());
            assertThrows(ArkestraException.class, () -> session.ask("hello"));
        }
    }

    @Test
    void turns_ofOneSessionFromManyThreads_runInOrderWithoutGaps() throws Exception {
        int threads = 8;
        int turns = 25;
        try (Arkestra engine = engine(Llm.offline())) {
            ExecutorService pool = Executors.newFixedThreadPool(threads);
            try {
                List<Future<?>> done = new ArrayList<>();
                for (int t = 0; t < threads; t++) {
                    int thread = t;
                    done.add(pool.submit(() -> {
                        for (int i = 0; i < turns; i++) {
                            engine.session(ALICE, SESSION).ask("note: thread " + thread + " number " + i);
                        }
                    }));
                }
                for (Future<?> future : done) {
                    future.get(60, TimeUnit.SECONDS);
                }
            } finally {
                pool.shutdownNow();
            }
            assertLogIsWhole(messages(engine, ALICE), threads * turns);
        }
    }

    @Test
    void turns_queuedInOneSession_runInTheOrderOfStarting() {
        try (Arkestra engine = engine(Llm.offline())) {
            Session session = engine.session(ALICE, SESSION);
            List<Turn> turns = IntStream.range(0, 20)
                    .mapToObj(i -> session.turn("I tell you number " + i).start())
                    .toList();
            turns.forEach(Turn::await);
            List<String> told = messages(engine, ALICE).stream()
                    .filter(message -> message.origin() == Origin.USER)
                    .map(Message::text)
                    .toList();
            assertEquals(
                    IntStream.range(0, 20)
                            .mapToObj(i -> "I tell you number " + i)
                            .toList(),
                    told);
        }
    }

    @Test
    void turns_ofTwoSessions_runSideBySide() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        RecordingLlm meeting = RecordingLlm.writing((request, cancel) -> {
            both.countDown();
            try {
                return both.await(20, TimeUnit.SECONDS) ? "{\"text\":\"met\"}" : "{\"text\":\"alone\"}";
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        try (Arkestra engine = engine(Llm.client(meeting))) {
            Turn one = engine.session(ALICE, SessionId.of("one")).turn("go?").start();
            Turn two = engine.session(ALICE, SessionId.of("two")).turn("go?").start();
            assertEquals("met", one.await().reply().text());
            assertEquals("met", two.await().reply().text());
        }
    }

    @Test
    void turns_ofManyUsersAtOnce_stayApart() throws Exception {
        try (Arkestra engine = engine(Llm.offline())) {
            ExecutorService pool = Executors.newFixedThreadPool(8);
            try {
                List<Future<Reply>> replies = new ArrayList<>();
                for (int u = 0; u < 8; u++) {
                    UserId user = UserId.of("user" + u);
                    String own = "my code is number" + u;
                    replies.add(pool.submit(() -> {
                        Session session = engine.session(user, SESSION);
                        session.ask("remember that " + own);
                        for (int i = 0; i < 5; i++) {
                            session.ask("remember that thing " + i + " is here");
                        }
                        return session.ask("what is my code?");
                    }));
                }
                for (int u = 0; u < 8; u++) {
                    String text = replies.get(u).get(60, TimeUnit.SECONDS).text();
                    assertTrue(text.contains("number" + u), text);
                    for (int other = 0; other < 8; other++) {
                        assertTrue(other == u || !text.contains("number" + other), text);
                    }
                }
            } finally {
                pool.shutdownNow();
            }
        }
    }

    @Test
    void users_withTheSameSessionId_seeNothingOfEachOther() {
        try (Arkestra engine = engine(Llm.offline())) {
            Session alice = engine.session(ALICE, SESSION);
            Session bob = engine.session(BOB, SESSION);
            Reply told = alice.ask("Remember that the vault code is 4711");
            alice.ask("note: the vault is behind the mirror");
            alice.ask("remind me tomorrow at 9 to open the vault");
            alice.ask("call me Alice");
            alice.ask("my time zone is UTC+5");

            for (String question : List.of(
                    "What is the vault code?",
                    "show my notes",
                    "show my reminders",
                    "what is my name?",
                    "what did I say today?",
                    "cancel the reminder about the vault")) {
                Reply reply = bob.ask(question);
                assertFalse(
                        reply.text().toLowerCase(java.util.Locale.ROOT).contains("4711")
                                || reply.text().contains("mirror")
                                || reply.text().contains("open the vault")
                                || reply.text().contains("Alice"),
                        question + " -> " + reply.text());
                List<String> own =
                        messages(engine, BOB).stream().map(Message::id).toList();
                assertTrue(reply.sources().stream().allMatch(source -> own.contains(source.id())), question);
            }
            assertTrue(engine.explain(Scope.of(BOB), told.turn()).isEmpty());
            assertTrue(engine.explain(Scope.of(ALICE), told.turn()).isPresent());
            assertThrows(ArkestraException.class, () -> bob.feedback(told.turn(), Feedback.up()));
            assertTrue(engine.schedule().active(Scope.of(BOB)).isEmpty());
            assertEquals(1, engine.schedule().active(Scope.of(ALICE)).size());
            assertTrue(engine.profile(BOB).name().isEmpty());
            assertEquals("Z", engine.profile(BOB).zone().getId());
            assertTrue(messages(engine, BOB).stream()
                    .noneMatch(message -> message.text().contains("4711")));
        }
    }

    @Test
    void explain_ofATurn_keepsTimesAndMasksAddresses() {
        try (Arkestra engine = engine(Llm.offline())) {
            Reply reply = engine.session(ALICE).ask("what did a.b@example.org say about the car?");
            Explanation explanation =
                    engine.explain(Scope.of(ALICE), reply.turn()).orElseThrow();
            assertEquals("COMPLETED", explanation.outcome());
            assertEquals(
                    List.of("perceive", "dispatch", "feel", "recall", "select", "compose", "remember"),
                    explanation.steps().stream()
                            .map(Explanation.Step::stage)
                            .distinct()
                            .toList());
            String shown = explanation.toString();
            assertFalse(shown.contains("a.b@example.org"), shown);
            assertTrue(shown.contains("2026-03-01T09:00Z"), shown);
            assertTrue(shown.contains(reply.turn().value() + "-0"), shown);
        }
    }

    @Test
    void feedback_onATurn_isKept() {
        try (Arkestra engine = engine(Llm.offline())) {
            Session session = engine.session(ALICE);
            Reply reply = session.ask("hello");
            session.feedback(reply.turn(), Feedback.text("too short"));
            session.feedback(reply.turn(), Feedback.down());
            assertEquals(
                    List.of("TEXT too short", "DOWN "),
                    engine
                            .store()
                            .inTransaction(tx -> tx.find(
                                    "feedback", io.arkestra.store.Owner.of(ALICE), io.arkestra.store.DocQuery.all()))
                            .docs()
                            .stream()
                            .map(doc ->
                                    doc.body().text("kind") + " " + doc.body().text("text"))
                            .toList());
        }
    }

    @Test
    void clock_jumpingBack_keepsIdsAndOrdinalsRising() {
        try (Arkestra engine = engine(Llm.offline())) {
            Session session = engine.session(ALICE, SESSION);
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                ids.add(session.ask("I tell you number " + i).turn().value());
                clock.advance(Duration.ofHours(i % 2 == 0 ? -5 : 1));
            }
            assertEquals(ids.stream().sorted().toList(), ids);
            assertLogIsWhole(messages(engine, ALICE), 6);
        }
    }

    private static void assertLogIsWhole(List<Message> log, int turns) {
        assertEquals(
                IntStream.range(0, log.size())
                        .mapToObj(Long::valueOf)
                        .map(String::valueOf)
                        .toList(),
                log.stream().map(message -> String.valueOf(message.ordinal())).toList());
        assertEquals(turns, log.stream().map(Message::turn).distinct().count());
        String previous = "";
        List<String> seen = new ArrayList<>();
        for (Message message : log) {
            String turn = message.turn().value();
            assertTrue(turn.equals(previous) || !seen.contains(turn), "turns are mixed up");
            assertTrue(turn.equals(previous) || message.origin() == Origin.USER, "a turn begins with the message");
            previous = turn;
            seen.add(turn);
        }
    }

    private static boolean afterTools(LlmMessage last) {
        return last.role() == LlmMessage.Role.TOOL;
    }

    static List<Message> messages(Arkestra engine, UserId user) {
        return Conversations.log(engine, user);
    }

    private ArkestraBuilder builder(Llm senior) {
        return Arkestra.builder().clock(clock).senior(senior);
    }

    private Arkestra engine(Llm senior) {
        return builder(senior).build();
    }
}
