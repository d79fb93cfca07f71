package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.event.Delivery;
import io.arkestra.event.Events;
import io.arkestra.guard.Guard;
import io.arkestra.guard.GuardContext;
import io.arkestra.guard.GuardResult;
import io.arkestra.guard.GuardStream;
import io.arkestra.guard.internal.PatternGuard;
import io.arkestra.llm.LlmMessage;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Policy;
import io.arkestra.schedule.JobState;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A turn is cancelled while each of its stages hangs, deaf to everything. */
@Timeout(60)
class CancelTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final SessionId SESSION = SessionId.of("s");
    private static final String NOTE = "{\"text\":\"\",\"tool_calls\":[{\"name\":\"slow.tool\",\"arguments\":{}}]}";
    /** The promise is 200 ms; the rest is what a busy machine may add. */
    private static final long LIMIT_MILLIS = 200 + 300;

    /** Something that hangs once: until the test lets it go, whatever interrupts it. */
    private static final class Hang {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        void here() {
            reached.countDown();
            boolean interrupted = false;
            while (true) {
                try {
                    released.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        void awaitReached() throws InterruptedException {
            assertTrue(reached.await(20, TimeUnit.SECONDS), "the stage was not reached");
        }

        void release() {
            released.countDown();
        }
    }

    private final Hang hang = new Hang();
    private Set<String> before = Set.of();

    @BeforeEach
    void countThreads() {
        before = engineThreads();
    }

    /** Every thread of every engine of the test is gone. */
    @AfterEach
    void noThreadIsLeft() {
        hang.release();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        Set<String> left = engineThreads();
        left.removeAll(before);
        while (!left.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            left = engineThreads();
            left.removeAll(before);
        }
        assertEquals(Set.of(), left);
    }

    @Test
    void cancel_inTheQueue_endsItThereAndKeepsTheOthers() throws InterruptedException {
        try (Arkestra engine = Arkestra.builder().senior(hangingOnce()).build()) {
            Session session = engine.session(ALICE, SESSION);
            Turn first = session.turn("hang").start();
            hang.awaitReached();
            Turn second = session.turn("second").start();
            Turn third = session.turn("third").start();
            assertCancelsInTime(second);
            assertTrue(first.await(Duration.ofMillis(1)).isEmpty());
            hang.release();
            assertEquals(Outcome.Kind.COMPLETED, first.await().kind());
            assertEquals(Outcome.Kind.COMPLETED, third.await().kind());
            assertTrue(told(engine).stream().noneMatch("second"::equals), "what never began was not said");
        }
    }

    @Test
    void cancel_inTheJunior_endsTheTurn() throws InterruptedException {
        RecordingLlm junior = RecordingLlm.writing((request, cancel) -> {
            if (request.lastMessage().orElseThrow().text().equals("hang")) {
                hang.here();
            }
            return "no report";
        });
        assertCancels(Arkestra.builder().junior(Llm.client(junior)));
    }

    @Test
    void cancel_inTheSenior_endsTheTurn() throws InterruptedException {
        assertCancels(Arkestra.builder().senior(hangingOnce()));
    }

    @Test
    void cancel_whileStreaming_keepsWhatWasSaid() throws InterruptedException {
        StuckLlm stuck = new StuckLlm("{\"text\":\"A first sentence. A second ");
        try (Arkestra engine = Arkestra.builder().senior(Llm.client(stuck)).build()) {
            StringBuffer streamed = new StringBuffer();
            Turn turn = engine.session(ALICE, SESSION)
                    .turn("tell me?")
                    .onText(streamed::append)
                    .start();
            assertTrue(stuck.stuck.await(20, TimeUnit.SECONDS));
            Outcome outcome = assertCancelsInTime(turn);
            stuck.close();
            assertTrue(
                    outcome.reply().text().startsWith("A first sentence."),
                    outcome.reply().text());
            assertEquals(streamed.toString(), outcome.reply().text());
            assertFalse(outcome.reply().text().contains("too late"));
            List<Message> log = Conversations.log(engine, ALICE);
            assertEquals(
                    List.of(Origin.USER, Origin.ASSISTANT),
                    log.stream().map(Message::origin).toList());
            assertTrue(log.get(1).text().startsWith("A first sentence."));
            assertEquals("CANCELLED", log.get(1).detail().text("ended"));
        }
    }

    @Test
    void cancel_inAListenerThatHangs_endsTheTurn() throws InterruptedException {
        try (Arkestra engine = Arkestra.builder().build()) {
            Turn turn = engine.session(ALICE, SESSION)
                    .turn("hello")
                    .onText(text -> hang.here())
                    .start();
            hang.awaitReached();
            assertCancelsInTime(turn);
            hang.release();
            assertGoesOn(engine);
        }
    }

    @Test
    void cancel_inAToolThatIgnoresInterrupts_endsTheTurn() throws InterruptedException {
        assertCancels(Arkestra.builder()
                .senior(calling())
                .tools(t -> t.add(new SlowTool(Prepared::nothing, hang::here)))
                .policy(p -> p.allow("slow.tool")));
    }

    @Test
    void cancel_inPrepare_endsTheTurnAndTheToolDoesNotRun() throws InterruptedException {
        AtomicReference<String> ran = new AtomicReference<>("no");
        Tool tool = new SlowTool(
                () -> {
                    hang.here();
                    return Prepared.nothing();
                },
                () -> ran.set("yes"));
        assertCancels(
                Arkestra.builder().senior(calling()).tools(t -> t.add(tool)).policy(p -> p.allow("slow.tool")));
        assertEquals("no", ran.get());
    }

    @Test
    void cancel_inAPolicy_endsTheTurn() throws InterruptedException {
        AtomicReference<Boolean> hung = new AtomicReference<>(false);
        Policy slow = (action, scope) -> {
            if (!hung.getAndSet(true)) {
                hang.here();
            }
            return Decision.abstain();
        };
        assertCancels(Arkestra.builder().policy(p -> p.add(slow)));
    }

    @Test
    void cancel_inTheCommit_completesTheTurn() throws InterruptedException {
        AtomicReference<Boolean> answering = new AtomicReference<>(false);
        // The trace goes through the guard when the turn is committed, and nowhere else.
        Guard slow = new Guard() {
            private final Guard real = new PatternGuard();

            @Override
            public GuardResult inspect(String text, GuardContext context) {
                if (context.direction() == GuardContext.Direction.TO_LOG && !answering.getAndSet(true)) {
                    hang.here();
                }
                return real.inspect(text, context);
            }

            @Override
            public GuardStream stream(GuardContext context) {
                return real.stream(context);
            }
        };
        try (Arkestra engine = Arkestra.builder().guard(slow).build()) {
            Turn turn = engine.session(ALICE, SESSION).turn("hello").start();
            hang.awaitReached();
            turn.cancel();
            hang.release();
            assertEquals(Outcome.Kind.COMPLETED, turn.await().kind());
            assertGoesOn(engine);
        }
    }

    @Test
    void cancel_beforeTheAnswerOfAJob_doesNotWaitForTheRememberStep() throws InterruptedException {
        AtomicReference<Boolean> hung = new AtomicReference<>(false);
        try (Arkestra engine = Arkestra.builder().build()) {
            // A synchronous listener on the job's start holds the job up, so that the next turn has to wait for it.
            engine.events().subscribe(Set.of(), Delivery.sync(), event -> {
                if (event instanceof Events.JobChanged changed
                        && changed.type().equals("remember")
                        && changed.state().equals("RUNNING")
                        && !hung.getAndSet(true)) {
                    hang.here();
                }
            });
            Session session = engine.session(ALICE, SESSION);
            session.ask("Remember that my car is blue");
            hang.awaitReached();
            CountDownLatch started = new CountDownLatch(1);
            engine.events().subscribe(Set.of(), Delivery.sync(), event -> {
                if (event instanceof Events.IntentDecided) {
                    started.countDown();
                }
            });
            Turn turn = session.turn("what colour is my car?").start();
            assertTrue(started.await(20, TimeUnit.SECONDS));
            assertCancelsInTime(turn);
            hang.release();
            assertGoesOn(engine);
        }
    }

    @Test
    void cancel_afterTheEnd_changesNothing() {
        try (Arkestra engine = Arkestra.builder().build()) {
            Turn turn = engine.session(ALICE, SESSION).turn("hello").start();
            Outcome outcome = turn.await();
            turn.cancel();
            turn.cancel();
            assertEquals(outcome, turn.await());
            assertEquals(Outcome.Kind.COMPLETED, outcome.kind());
        }
    }

    @Test
    void interrupt_ofTheWaitingThread_cancelsAndIsPassedOn() throws InterruptedException {
        try (Arkestra engine = Arkestra.builder().senior(hangingOnce()).build()) {
            AtomicReference<Reply> reply = new AtomicReference<>();
            AtomicReference<Boolean> status = new AtomicReference<>(false);
            Thread waiting = new Thread(() -> {
                reply.set(engine.session(ALICE, SESSION).ask("hang"));
                status.set(Thread.currentThread().isInterrupted());
            });
            waiting.start();
            hang.awaitReached();
            waiting.interrupt();
            waiting.join(20_000);
            assertEquals(Outcome.Kind.CANCELLED, reply.get().outcome());
            assertTrue(status.get());
            hang.release();
            assertGoesOn(engine);
        }
    }

    @Test
    void close_whileATurnHangs_endsItWithAnOutcome() throws InterruptedException {
        Arkestra engine = Arkestra.builder().senior(hangingOnce()).build();
        Session session = engine.session(ALICE, SESSION);
        Turn running = session.turn("hang").start();
        hang.awaitReached();
        Turn queued = session.turn("queued").start();
        Thread closing = new Thread(engine::close);
        closing.start();
        running.cancel();
        assertEquals(Outcome.Kind.CANCELLED, running.await().kind());
        assertTrue(queued.await(Duration.ofSeconds(20)).isPresent());
        hang.release();
        closing.join(30_000);
        assertFalse(closing.isAlive());
    }

    @Test
    void close_withoutAWait_cancelsTheTurnAtOnce() throws InterruptedException {
        Arkestra engine = Arkestra.builder()
                .senior(hangingOnce())
                .closeWait(Duration.ZERO)
                .build();
        Turn running = engine.session(ALICE, SESSION).turn("hang").start();
        hang.awaitReached();
        Thread closing = new Thread(engine::close);
        closing.start();
        assertEquals(Outcome.Kind.CANCELLED, running.await().kind());
        hang.release();
        closing.join(30_000);
        assertFalse(closing.isAlive());
    }

    @Test
    void closeWait_outsideOfItsRange_isRefused() {
        for (Duration limit : List.of(Duration.ofMillis(-1), Duration.ofDays(2))) {
            assertThrows(ConfigException.class, () -> Arkestra.builder().closeWait(limit));
        }
    }

    private void assertCancels(ArkestraBuilder builder) throws InterruptedException {
        try (Arkestra engine = builder.build()) {
            Turn turn = engine.session(ALICE, SESSION).turn("hang").start();
            hang.awaitReached();
            Outcome outcome = assertCancelsInTime(turn);
            assertEquals(Outcome.Kind.CANCELLED, outcome.reply().outcome());
            assertTrue(told(engine).contains("hang"), "the message is kept");
            Explanation why = engine.explain(Scope.of(ALICE), turn.id()).orElseThrow();
            assertEquals("CANCELLED", why.outcome());
            for (JobState state : List.of(JobState.QUEUED, JobState.RUNNING, JobState.RETRY_SCHEDULED)) {
                assertEquals(List.of(), Conversations.jobsOfTurns(engine, state));
            }
            hang.release();
            assertGoesOn(engine);
        }
    }

    private static Outcome assertCancelsInTime(Turn turn) {
        long start = System.nanoTime();
        turn.cancel();
        Outcome outcome = turn.await(Duration.ofSeconds(20)).orElseThrow();
        long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        assertEquals(Outcome.Kind.CANCELLED, outcome.kind());
        assertTrue(took < LIMIT_MILLIS, "took " + took + " ms");
        return outcome;
    }

    /** The session can be used, and its log is valid. */
    private static void assertGoesOn(Arkestra engine) {
        Reply reply = engine.session(ALICE, SESSION).ask("thanks");
        assertEquals(Outcome.Kind.COMPLETED, reply.outcome());
        List<Message> log = Conversations.log(engine, ALICE);
        for (int i = 0; i < log.size(); i++) {
            assertEquals(i, log.get(i).ordinal());
        }
    }

    private static List<String> told(Arkestra engine) {
        return Conversations.log(engine, ALICE).stream()
                .filter(message -> message.origin() == Origin.USER)
                .map(Message::text)
                .toList();
    }

    private Llm hangingOnce() {
        return Llm.client(RecordingLlm.writing((request, cancel) -> {
            if (request.lastMessage().orElseThrow().text().equals("hang")) {
                hang.here();
            }
            return "{\"text\":\"Here I am.\"}";
        }));
    }

    private static Llm calling() {
        return Llm.client(RecordingLlm.writing((request, cancel) -> {
            LlmMessage last = request.lastMessage().orElseThrow();
            return last.text().equals("hang") ? NOTE : "{\"text\":\"Here I am.\"}";
        }));
    }

    private static Set<String> engineThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("arkestra"))
                .collect(Collectors.toSet());
    }

    private record SlowTool(java.util.function.Supplier<Prepared> preparing, Runnable running) implements Tool {
        private static final ToolSpec SPEC = ToolSpec.builder("slow.tool")
                .description("Takes its time")
                .sideEffect(ToolSpec.SideEffect.LOCAL)
                .build();

        @Override
        public ToolSpec spec() {
            return SPEC;
        }

        @Override
        public Prepared prepare(ToolCall call, ToolContext context) {
            return preparing.get();
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            running.run();
            return ToolResult.text("done");
        }
    }
}
