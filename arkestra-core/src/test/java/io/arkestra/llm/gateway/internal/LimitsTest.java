package io.arkestra.llm.gateway.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancellationSource;
import io.arkestra.common.CancelledException;
import io.arkestra.common.Subscription;
import io.arkestra.llm.LlmTimeout;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ManualPace pace = new ManualPace();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void take_moreCallsThanAMinuteAllows_waitsForTheBucketToFill() {
        RateLimit limit = new RateLimit(pace, 2, 0);
        Deadline deadline = Deadline.in(pace, Duration.ofHours(1));

        for (int i = 0; i < 4; i++) {
            limit.take(1, deadline, Cancellation.none());
        }

        assertEquals(List.of(Duration.ofSeconds(30), Duration.ofSeconds(30)), pace.pauses);
    }

    @Test
    void take_tokens_areCountedTooAndAHugeCallGoesWhenTheBucketIsFull() {
        RateLimit limit = new RateLimit(pace, 0, 600);
        Deadline deadline = Deadline.in(pace, Duration.ofHours(1));

        limit.take(300, deadline, Cancellation.none());
        limit.take(1_000_000, deadline, Cancellation.none());

        assertEquals(List.of(Duration.ofSeconds(30)), pace.pauses);
    }

    @Test
    void take_turnAfterTheDeadline_failsAtOnceAndTakesNothing() {
        RateLimit limit = new RateLimit(pace, 1, 0);
        limit.take(1, Deadline.in(pace, Duration.ofHours(1)), Cancellation.none());

        LlmTimeout late = assertThrows(
                LlmTimeout.class, () -> limit.take(1, Deadline.in(pace, Duration.ofSeconds(5)), Cancellation.none()));

        assertEquals(LlmTimeout.Phase.QUEUE, late.phase());
        pace.clock.advance(Duration.ofMinutes(1));
        limit.take(1, Deadline.in(pace, Duration.ofSeconds(5)), Cancellation.none());
        assertEquals(List.of(), pace.pauses);
    }

    @Test
    void enter_fullBulkhead_timesOutInTheQueue() {
        Bulkhead bulkhead = new Bulkhead(1);
        bulkhead.enter(false, hour(), Cancellation.none());

        LlmTimeout late = assertThrows(
                LlmTimeout.class,
                () -> bulkhead.enter(false, Deadline.in(Pace.system(), Duration.ofMillis(20)), Cancellation.none()));

        assertEquals(LlmTimeout.Phase.QUEUE, late.phase());
    }

    @Test
    void enter_cancelledWhileWaiting_endsAtOnceAndLeavesThePlaceToOthers() throws Exception {
        Bulkhead bulkhead = new Bulkhead(1);
        Subscription place = bulkhead.enter(false, hour(), Cancellation.none());
        CancellationSource cancel = new CancellationSource();
        Future<Subscription> waiting = threads.submit(() -> bulkhead.enter(false, hour(), cancel));
        Future<Subscription> next = threads.submit(() -> bulkhead.enter(false, hour(), Cancellation.none()));

        cancel.cancel("test");

        ExecutionException end = assertThrows(ExecutionException.class, () -> waiting.get(30, TimeUnit.SECONDS));
        assertTrue(end.getCause() instanceof CancelledException);
        place.close();
        next.get(30, TimeUnit.SECONDS).close();
    }

    @Test
    void enter_whoTalks_goesBeforeTheBackground() throws Exception {
        Bulkhead bulkhead = new Bulkhead(1);
        Subscription place = bulkhead.enter(false, hour(), Cancellation.none());
        List<String> order = new CopyOnWriteArrayList<>();
        CountDownLatch backgroundWaits = new CountDownLatch(2);
        CountDownLatch talkingWaits = new CountDownLatch(2);
        Future<?> background = threads.submit(() -> served(bulkhead, true, backgroundWaits, order));
        assertTrue(backgroundWaits.await(30, TimeUnit.SECONDS));
        Future<?> talking = threads.submit(() -> served(bulkhead, false, talkingWaits, order));
        assertTrue(talkingWaits.await(30, TimeUnit.SECONDS));

        place.close();
        talking.get(30, TimeUnit.SECONDS);
        background.get(30, TimeUnit.SECONDS);

        assertEquals(List.of("talking", "background"), order);
    }

    /** Asks the time once for the deadline and once, already in line, before it waits: that is how a test knows that it does. */
    private static void served(Bulkhead bulkhead, boolean background, CountDownLatch asked, List<String> order) {
        Pace telling = new Pace() {
            @Override
            public long nanos() {
                asked.countDown();
                return System.nanoTime();
            }

            @Override
            public double chance() {
                return 0;
            }

            @Override
            public void pause(Duration time, Cancellation cancel) {
                throw new AssertionError("a bulkhead does not pause");
            }
        };
        Deadline deadline = Deadline.in(telling, Duration.ofHours(1));
        try (Subscription place = bulkhead.enter(background, deadline, Cancellation.none())) {
            order.add(background ? "background" : "talking");
        }
    }

    private static Deadline hour() {
        return Deadline.in(Pace.system(), Duration.ofHours(1));
    }
}
