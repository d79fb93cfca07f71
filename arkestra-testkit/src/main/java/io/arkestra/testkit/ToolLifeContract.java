package io.arkestra.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Cancellation;
import io.arkestra.common.CancellationSource;
import io.arkestra.common.Json;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The part of {@link ToolContract} about time, other users and other threads. */
interface ToolLifeContract extends ToolSubject {
    /** How soon a call ends that nobody wants any more. */
    Duration SOON = Duration.ofMillis(200);
    /** After this a slow call has begun. */
    Duration BEGUN = Duration.ofMillis(100);

    @Test
    default void call_thatIsCancelled_endsSoon() throws Exception {
        CancellationSource cancelled = new CancellationSource();
        cancelled.cancel("contract");
        Duration took = quickest(() -> context(ALICE, cancelled, spec().timeout()));
        assertTrue(took.compareTo(SOON) < 0, () -> "a cancelled call took " + took.toMillis() + " ms");
    }

    @Test
    default void call_cancelledBeforeItBegan_changesNothing() {
        Object before = everything();
        CancellationSource cancelled = new CancellationSource();
        cancelled.cancel("contract");
        for (Json arguments : works()) {
            ToolCall call = call(arguments);
            subject().targets(call, context(ALICE));
            Prepared prepared = subject().prepare(call, context(ALICE));
            try {
                subject().call(call, prepared, context(ALICE, cancelled, spec().timeout()));
                assertFalse(changesThings(), () -> "cancelled before it began, but said to be done: " + arguments);
            } catch (ArkestraException e) {
                assertFalse(String.valueOf(e.getMessage()).isBlank(), "an error says what is wrong");
            }
            assertEquals(before, everything(), () -> "cancelled before it began, but changed something: " + arguments);
        }
    }

    @Test
    default void call_withoutTimeLeft_endsSoon() throws Exception {
        Duration took = quickest(() -> context(ALICE, Cancellation.none(), Duration.ofMillis(1)));
        assertTrue(took.compareTo(SOON) < 0, () -> "a call whose time is over took " + took.toMillis() + " ms");
    }

    /** The first time loads classes, so the best of five counts. How the call ends does not. */
    private Duration quickest(Supplier<ToolContext> context) {
        Duration best = Duration.ofDays(1);
        for (int i = 0; i < 5 && best.compareTo(SOON) >= 0; i++) {
            long start = System.nanoTime();
            try {
                made(call(works().get(0)), context.get());
            } catch (ArkestraException e) {
                assertFalse(String.valueOf(e.getMessage()).isBlank(), "an error says what is wrong");
            }
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            best = took.compareTo(best) < 0 ? took : best;
        }
        return best;
    }

    @Test
    default void call_ofOneUser_leavesTheOtherAlone() {
        Optional<Object> before = everythingOf(BOB.user());
        assumeTrue(before.isPresent(), "users share one world");
        for (Json arguments : works()) {
            try {
                made(call(arguments), context(ALICE));
            } catch (ToolException e) { // each works by itself, maybe not after another one
                assertFalse(String.valueOf(e.getMessage()).isBlank(), "an error says what is wrong");
            }
        }
        assertEquals(before, everythingOf(BOB.user()), "a call of Alice changed what Bob has");
    }

    @Test
    default void call_ofTheOtherUser_neitherShowsNorChangesAnything() {
        Optional<Object> before = everythingOf(ALICE.user());
        assumeTrue(before.isPresent() || !wordsOfAlice().isEmpty(), "users share one world");
        for (Json arguments : works()) {
            String said;
            try {
                ToolResult result = made(call(arguments), context(BOB));
                said = result.text() + result.data();
            } catch (ToolException e) {
                said = String.valueOf(e.getMessage());
            }
            for (String word : wordsOfAlice()) {
                assertFalse(said.contains(word), "Bob was shown '" + word + "': " + said);
            }
        }
        assertEquals(before, everythingOf(ALICE.user()), "a call of Bob changed what Alice has");
    }

    @Test
    default void call_cancelledWhileItRuns_endsSoon() throws Exception {
        Json arguments = slow();
        Duration took = ended(
                arguments,
                () -> {
                    CancellationSource cancel = new CancellationSource();
                    return new Stopped(context(ALICE, cancel, spec().timeout()), () -> cancel.cancel("contract"));
                },
                SOON);
        assertTrue(took.compareTo(SOON) < 0, () -> "took " + took.toMillis() + " ms after it was cancelled");
    }

    @Test
    default void call_whoseTimeRunsOut_endsSoon() throws Exception {
        Json arguments = slow();
        Duration time = BEGUN.multipliedBy(2);
        Duration most = SOON.plus(BEGUN);
        Duration took = ended(arguments, () -> new Stopped(context(ALICE, Cancellation.none(), time), () -> {}), most);
        assertTrue(
                took.compareTo(most) < 0, () -> "took " + took.toMillis() + " ms, most of it after its time was over");
    }

    private Json slow() {
        Optional<Json> slow = slowWork();
        assumeTrue(slow.isPresent(), "no call takes long");
        return slow.orElseThrow();
    }

    /** A context, and what ends the call in it. */
    record Stopped(ToolContext context, Runnable stop) {}

    /** How long a slow call goes on after it was stopped; the best of three, because the machine may have been busy. */
    private Duration ended(Json arguments, Supplier<Stopped> given, Duration most) throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            Duration best = Duration.ofDays(1);
            for (int i = 0; i < 3 && best.compareTo(most) >= 0; i++) {
                ToolCall call = call(arguments);
                Prepared prepared = subject().prepare(call, context(ALICE));
                Stopped stopped = given.get();
                Future<Boolean> running = pool.submit(() -> {
                    try {
                        subject().call(call, prepared, stopped.context());
                        return true;
                    } catch (ArkestraException e) {
                        return false;
                    }
                });
                assertThrows(
                        TimeoutException.class,
                        () -> running.get(BEGUN.toMillis(), TimeUnit.MILLISECONDS),
                        "a call that is to be slow was over before it was stopped");
                long start = System.nanoTime();
                stopped.stop().run();
                assertFalse(running.get(60, TimeUnit.SECONDS), "a call that was stopped says that it is done");
                Duration took = Duration.ofNanos(System.nanoTime() - start);
                best = took.compareTo(best) < 0 ? took : best;
            }
            return best;
        } finally {
            pool.shutdownNow();
        }
    }

    /** A call that worked, to be taken back. */
    record Worked(ToolCall call, Prepared prepared) {}

    @Test
    default void tool_usedByManyThreads_works() throws Exception {
        Object before = everything();
        int threads = 8;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        Deque<Worked> worked = new ConcurrentLinkedDeque<>();
        try {
            CyclicBarrier together = new CyclicBarrier(threads);
            List<Future<Boolean>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Json arguments = works().get(i % works().size());
                running.add(pool.submit(() -> {
                    ToolCall call = call(arguments);
                    subject().targets(call, context(ALICE));
                    Prepared prepared = subject().prepare(call, context(ALICE));
                    together.await(60, TimeUnit.SECONDS);
                    try {
                        subject().call(call, prepared, context(ALICE));
                        worked.addFirst(new Worked(call, prepared));
                        return true;
                    } catch (ToolException e) { // another one was first
                        assertTrue(
                                changesThings(), () -> "a call that changes nothing meets another: " + e.getMessage());
                        return false;
                    }
                }));
            }
            for (Future<Boolean> future : running) {
                future.get(60, TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
        }
        assertFalse(worked.isEmpty(), "of calls at the same time not one works");
        if (!changesThings()) {
            assertEquals(before, everything());
        } else if (spec().reversible() && !callsMeet()) {
            undo(worked);
            assertEquals(before, everything(), "calls at the same time were taken back, but left something");
        }
    }

    /** The last first, as far as can be told from outside: one that meets a later one comes after it. */
    private void undo(Deque<Worked> worked) {
        int left = worked.size() + 1;
        while (worked.size() < left) {
            left = worked.size();
            worked.removeIf(each -> {
                try {
                    subject().undo(ToolSubject.stored(each.prepared()), context(ALICE));
                    return true;
                } catch (ToolException e) {
                    return false;
                }
            });
        }
    }
}
