package io.arkestra.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The part of {@link ToolContract} about time, other users and other threads. */
interface ToolLifeContract extends ToolSubject {
    /** How soon a call ends that nobody wants any more. */
    Duration SOON = Duration.ofMillis(200);

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
    default void tool_usedByManyThreads_works() throws Exception {
        int threads = 8;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Integer>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Json arguments = works().get(i % works().size());
                running.add(pool.submit(() -> {
                    if (changesThings()) {
                        subject().targets(call(arguments), context(ALICE));
                        return subject()
                                .prepare(call(arguments), context(ALICE))
                                .effects()
                                .size();
                    }
                    return made(call(arguments), context(ALICE)).text().length();
                }));
            }
            for (Future<Integer> future : running) {
                assertTrue(future.get(60, TimeUnit.SECONDS) >= 0);
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
