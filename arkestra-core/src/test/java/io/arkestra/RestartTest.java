package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.schedule.JobSpec;
import io.arkestra.schedule.JobState;
import io.arkestra.spi.ProviderContext;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocStoreProvider;
import io.arkestra.store.Owner;
import io.arkestra.testkit.ManualClock;
import io.arkestra.testkit.TestProviderContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RestartTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final UserId BOB = UserId.of("bob");

    private final ManualClock clock = ManualClock.at("2026-05-05T09:00:00Z");

    @TempDir
    Path home;

    @Test
    void facts_afterARestart_areRecalledWithSourceAndDate() {
        try (Arkestra engine = open()) {
            engine.session(ALICE).ask("Remember that my car is a blue Volvo");
            engine.session(ALICE).ask("Запомни, что мою кошку зовут Мурка");
        }
        clock.advance(Duration.ofDays(2));
        try (Arkestra engine = open()) {
            Reply english = engine.session(ALICE).ask("What colour is my car?");
            assertTrue(english.text().contains("blue Volvo") && english.text().contains("5 May 2026"), english.text());
            assertEquals("fact", english.sources().get(0).kind());
            Reply russian = engine.session(ALICE).ask("Как зовут мою кошку?");
            assertTrue(russian.text().contains("Мурка") && russian.text().contains("5 мая 2026"), russian.text());
            assertEquals(1, russian.sources().size());
            Reply other = engine.session(BOB).ask("What colour is my car?");
            assertTrue(other.sources().isEmpty() && !other.text().contains("Volvo"), other.text());
        }
    }

    @Test
    void nameZoneNotesAndReminders_afterARestart_areThere() {
        try (Arkestra engine = open()) {
            Session session = engine.session(ALICE);
            session.ask("call me Alice");
            session.ask("my time zone is UTC+5");
            session.ask("note: buy milk");
            session.ask("remind me tomorrow at 9 to call mum");
        }
        try (Arkestra engine = open()) {
            Session session = engine.session(ALICE);
            assertEquals("Alice", engine.profile(ALICE).name().orElseThrow());
            assertEquals(
                    Duration.ofHours(5).toSeconds(),
                    engine.profile(ALICE)
                            .zone()
                            .getRules()
                            .getOffset(clock.instant())
                            .getTotalSeconds());
            assertTrue(session.ask("what is my name?").text().contains("Alice"));
            assertTrue(session.ask("show my notes").text().contains("buy milk"));
            assertTrue(session.ask("show my reminders").text().contains("call mum"));
            assertEquals(
                    "2026-05-06T04:00:00Z",
                    engine.schedule().active(Scope.of(ALICE)).get(0).due().toString());
        }
    }

    @Test
    void session_withinTenMinutes_isResumedAndLaterANewOneBegins() {
        SessionId first;
        try (Arkestra engine = open()) {
            Session session = engine.session(ALICE);
            session.ask("hello");
            first = session.id();
        }
        clock.advance(Duration.ofMinutes(9));
        try (Arkestra engine = open()) {
            Session session = engine.session(ALICE);
            assertEquals(first, session.id());
            assertTrue(
                    !session.ask("hello").text().contains("No language model"), "the notice was said in this session");
            assertNotEquals(first, engine.session(BOB).id());
        }
        clock.advance(Duration.ofMinutes(11));
        try (Arkestra engine = open()) {
            Session session = engine.session(ALICE);
            assertNotEquals(first, session.id());
            assertEquals(first, engine.session(ALICE, first).id());
        }
    }

    @Test
    void session_clockJumpedBack_isResumed() {
        SessionId first;
        try (Arkestra engine = open()) {
            Session session = engine.session(ALICE);
            session.ask("hello");
            first = session.id();
        }
        clock.advance(Duration.ofDays(-3));
        try (Arkestra engine = open()) {
            Session session = engine.session(ALICE);
            assertEquals(first, session.id());
            Reply reply = session.ask("Remember that I like tea");
            assertEquals(Outcome.Kind.COMPLETED, reply.outcome());
            assertTrue(session.ask("what do I like?").text().contains("tea"));
            List<Long> ordinals = Conversations.log(engine, ALICE).stream()
                    .map(io.arkestra.memory.Message::ordinal)
                    .toList();
            assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L), ordinals);
        }
    }

    @Test
    void explainAndFeedback_afterARestart_areThere() {
        Reply reply;
        try (Arkestra engine = open()) {
            Session session = engine.session(ALICE);
            reply = session.ask("note: milk");
            session.feedback(reply.turn(), Feedback.up());
        }
        try (Arkestra engine = open()) {
            Explanation why = engine.explain(Scope.of(ALICE), reply.turn()).orElseThrow();
            assertTrue(why.toString().contains("note.create: ok"), why.toString());
            assertEquals(
                    1,
                    engine.store()
                            .inTransaction(tx -> tx.find("feedback", Owner.of(ALICE), DocQuery.all()))
                            .docs()
                            .size());
            engine.session(ALICE).feedback(reply.turn(), Feedback.text("still good"));
        }
    }

    /** The process dies after the commit of a turn and before its job has run. */
    @Test
    void rememberJob_leftByADeadProcess_isDoneAtTheNextOpenOnce() {
        try (Arkestra engine = open()) {
            engine.session(ALICE).ask("hello");
        }
        JobSpec job = JobSpec.builder("remember", Owner.of(ALICE))
                .dedupeKey("remember:lost")
                .payload(Json.object()
                        .put("user", "alice")
                        .put("session", "s")
                        .put("turn", "lost")
                        .put("message", "lost-0")
                        .put(
                                "memories",
                                Json.array(Json.object()
                                        .put("kind", "FACT")
                                        .put("text", "my bike is green")
                                        .put("origin", "USER")
                                        .build()))
                        .build())
                .build();
        leave(job);
        for (int start = 0; start < 2; start++) {
            try (Arkestra engine = open()) {
                await(() -> Conversations.jobsOfTurns(engine, JobState.QUEUED).isEmpty()
                        && Conversations.jobsOfTurns(engine, JobState.RUNNING).isEmpty());
                assertEquals(1, engine.memory().list(Scope.of(ALICE), 10).size());
                assertTrue(engine.session(ALICE)
                        .ask("what colour is my bike?")
                        .text()
                        .contains("green"));
            }
        }
    }

    /** Queues a job in the home's store and never runs it. */
    private void leave(JobSpec job) {
        ProviderContext context =
                TestProviderContext.builder().clock(clock).dataDirectory(home).build();
        try (DocStore store = ServiceLoader.load(DocStoreProvider.class)
                        .findFirst()
                        .orElseThrow()
                        .open(context);
                io.arkestra.event.internal.EngineEventBus bus = new io.arkestra.event.internal.EngineEventBus(clock);
                io.arkestra.schedule.internal.DurableJobs jobs = new io.arkestra.schedule.internal.DurableJobs(
                        store,
                        bus,
                        clock,
                        new java.util.Random(1),
                        io.arkestra.schedule.internal.JobSettings.defaults())) {
            jobs.submit(job);
        }
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "waited in vain");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private Arkestra open() {
        return Arkestra.builder().home(home).clock(clock).build();
    }
}
