package io.arkestra.schedule.internal;

import static io.arkestra.schedule.internal.JobsFixture.ALICE;
import static io.arkestra.schedule.internal.JobsFixture.await;
import static io.arkestra.schedule.internal.JobsFixture.effect;
import static io.arkestra.schedule.internal.JobsFixture.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.CancelledException;
import io.arkestra.common.ConfigException;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.schedule.Job;
import io.arkestra.schedule.JobSpec;
import io.arkestra.schedule.JobState;
import io.arkestra.store.Owner;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DurableJobsTest {
    private final JobsFixture fixture = JobsFixture.inMemory();
    private final DurableJobs jobs = fixture.jobs();

    @AfterEach
    void close() {
        jobs.close();
        fixture.close();
    }

    private Job job(String id) {
        return jobs.find(id).orElseThrow();
    }

    private boolean cancel(String id) {
        return fixture.store.inTransaction(tx -> jobs.cancel(tx, id));
    }

    @Test
    void submit_dueNow_runsOnceAndSaysSo() {
        jobs.register("work", effect());
        String id = jobs.submit(JobSpec.builder("work", ALICE)
                .payload(Json.object().put("what", "tidy").build())
                .build());
        assertEquals(JobState.QUEUED, job(id).state());
        assertEquals(1, jobs.runDue());
        assertEquals(0, jobs.runDue());
        assertEquals(Map.of(id, 1L), fixture.effects());
        assertEquals(JobState.SUCCEEDED, job(id).state());
        assertEquals(1, job(id).attempts());
        assertEquals(ALICE, job(id).owner());
        assertEquals("tidy", job(id).payload().text("what"));
        assertEquals(List.of("work QUEUED", "work RUNNING", "work SUCCEEDED"), fixture.changes);
    }

    @Test
    void submit_withRunAt_waitsForTheClock() {
        jobs.register("work", effect());
        Instant at = fixture.clock.instant().plusSeconds(60);
        jobs.submit(JobSpec.builder("work", ALICE).runAt(at).build());
        fixture.clock.advance(Duration.ofMillis(59_999));
        assertEquals(0, jobs.runDue());
        fixture.clock.advance(Duration.ofMillis(1));
        assertEquals(1, jobs.runDue());
    }

    @Test
    void runDue_manyDue_startsTheEarliestFirst() {
        List<String> order = new ArrayList<>();
        jobs.register("work", context -> order.add(context.job().payload().text("n")));
        for (int i = 0; i < 40; i++) {
            jobs.submit(JobSpec.builder("work", ALICE)
                    .payload(Json.object().put("n", "same " + i).build())
                    .build());
        }
        jobs.submit(JobSpec.builder("work", ALICE)
                .payload(Json.object().put("n", "early").build())
                .runAt(fixture.clock.instant().minusSeconds(5))
                .build());
        jobs.runDue();
        assertEquals("early", order.get(0));
        assertEquals("same 0", order.get(1));
        assertEquals("same 39", order.get(40));
    }

    @Test
    void submit_withDedupeKey_returnsTheUnfinishedJob() {
        jobs.register("work", effect());
        JobSpec once = JobSpec.builder("work", ALICE).dedupeKey("k").build();
        String first = jobs.submit(once);
        assertEquals(first, jobs.submit(once));
        assertNotEquals(
                first,
                jobs.submit(JobSpec.builder("other", ALICE).dedupeKey("k").build()));
        jobs.runDue();
        assertNotEquals(first, jobs.submit(once));
    }

    @Test
    void submit_withDedupeKeyFromManyThreads_makesOneJob() throws Exception {
        Set<String> ids = new ConcurrentSkipListSet<>();
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    return;
                }
                for (int n = 0; n < 10; n++) {
                    ids.add(n + " "
                            + jobs.submit(JobSpec.builder("work", ALICE)
                                    .dedupeKey("k" + n)
                                    .build()));
                }
            });
            thread.start();
            threads.add(thread);
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(10, ids.size());
        assertEquals(10, jobs.list(JobState.QUEUED, 100).size());
    }

    @Test
    void submit_inATransactionThatFails_leavesNoJob() {
        assertThrows(
                IllegalStateException.class,
                () -> fixture.store.inTransaction(tx -> {
                    jobs.submit(tx, spec("work"));
                    throw new IllegalStateException("rolled back");
                }));
        assertTrue(jobs.list(JobState.QUEUED, 10).isEmpty());
    }

    @Test
    void submit_withABlankType_isRefused() {
        InvalidInputException refused = assertThrows(InvalidInputException.class, () -> jobs.submit(spec(" ")));
        assertTrue(refused.getMessage().contains("type"));
    }

    @Test
    void run_handlerThatFails_isTriedAgainWithinTheBackoffAndThenGivenUp() {
        AtomicInteger starts = new AtomicInteger();
        jobs.register("work", context -> {
            throw new IllegalStateException("attempt " + starts.incrementAndGet() + " \uD800" + "x".repeat(2_000));
        });
        Duration base = Duration.ofSeconds(10);
        String id = jobs.submit(JobSpec.builder("work", ALICE)
                .maxAttempts(4)
                .backoff(base)
                .dedupeKey("k")
                .build());
        List<Duration> waits = new ArrayList<>();
        for (int attempt = 1; attempt < 4; attempt++) {
            assertEquals(1, jobs.runDue());
            assertEquals(JobState.RETRY_SCHEDULED, job(id).state());
            Duration wait = Duration.between(fixture.clock.instant(), job(id).runAt());
            assertTrue(wait.compareTo(base.multipliedBy(1L << (attempt - 1))) <= 0, "wait " + wait);
            waits.add(wait);
            fixture.clock.advance(wait);
        }
        assertTrue(waits.stream().anyMatch(wait -> wait.toMillis() > 0));
        jobs.runDue();
        assertEquals(JobState.DEAD, job(id).state());
        assertEquals(4, job(id).attempts());
        String error = job(id).lastError().orElseThrow();
        assertTrue(error.startsWith("IllegalStateException: attempt 4 \uFFFDxxx"), error);
        assertEquals(1_000, error.length());
        fixture.clock.advance(Duration.ofDays(365));
        assertEquals(0, jobs.runDue());
        assertEquals(
                List.of(id), jobs.list(JobState.DEAD, 10).stream().map(Job::id).toList());
        assertNotEquals(
                id, jobs.submit(JobSpec.builder("work", ALICE).dedupeKey("k").build()));
    }

    @Test
    void run_handlerWithAMissingClass_countsAsAFailureAndTheQueueGoesOn() {
        jobs.register("broken", context -> {
            throw new NoClassDefFoundError("gone");
        });
        jobs.register("work", effect());
        String broken =
                jobs.submit(JobSpec.builder("broken", ALICE).maxAttempts(1).build());
        jobs.submit(spec("work"));
        assertEquals(2, jobs.runDue());
        assertEquals(JobState.DEAD, job(broken).state());
        assertEquals(1, fixture.effects().size());
    }

    @Test
    void complete_effectsThatThrow_writeNothingAndAreTriedAgain() {
        AtomicInteger starts = new AtomicInteger();
        jobs.register(
                "work",
                context -> context.complete(tx -> {
                    JobsFixture.count(tx, context.job().id());
                    if (starts.incrementAndGet() == 1) {
                        throw new IllegalStateException("half way");
                    }
                }));
        String id = jobs.submit(spec("work"));
        jobs.runDue();
        assertEquals(Map.of(), fixture.effects());
        assertEquals(JobState.RETRY_SCHEDULED, job(id).state());
        fixture.clock.advance(Duration.ofHours(1));
        jobs.runDue();
        assertEquals(Map.of(id, 1L), fixture.effects());
        assertEquals(JobState.SUCCEEDED, job(id).state());
    }

    @Test
    void complete_whoseFailureTheHandlerIgnores_isNotASuccess() {
        jobs.register("work", context -> {
            try {
                context.complete(tx -> {
                    throw new IllegalStateException("not written");
                });
            } catch (IllegalStateException e) {
                assertEquals("not written", e.getMessage());
            }
        });
        String id = jobs.submit(spec("work"));
        jobs.runDue();
        assertEquals(JobState.RETRY_SCHEDULED, job(id).state());
    }

    @Test
    void run_handlerThatThrowsAfterComplete_staysCompleted() {
        jobs.register("work", context -> {
            effect().run(context);
            throw new IllegalStateException("too late");
        });
        String id = jobs.submit(spec("work"));
        jobs.runDue();
        fixture.clock.advance(Duration.ofHours(2));
        assertEquals(0, jobs.runDue());
        assertEquals(Map.of(id, 1L), fixture.effects());
    }

    @Test
    void complete_twice_isRefused() {
        AtomicReference<Throwable> second = new AtomicReference<>();
        jobs.register("work", context -> {
            effect().run(context);
            second.set(assertThrows(IllegalStateException.class, () -> effect().run(context)));
        });
        String id = jobs.submit(spec("work"));
        jobs.runDue();
        assertInstanceOf(IllegalStateException.class, second.get());
        assertEquals(Map.of(id, 1L), fixture.effects());
    }

    @Test
    void complete_effectsThatQueueTheSameKeyAgain_makeANewJob() {
        AtomicReference<String> next = new AtomicReference<>("");
        JobSpec again = JobSpec.builder("work", ALICE)
                .dedupeKey("k")
                .runAt(fixture.clock.instant().plusSeconds(60))
                .build();
        jobs.register("work", context -> context.complete(tx -> next.set(jobs.submit(tx, again))));
        String first = jobs.submit(JobSpec.builder("work", ALICE).dedupeKey("k").build());
        jobs.runDue();
        assertNotEquals(first, next.get());
        assertEquals(JobState.QUEUED, job(next.get()).state());
    }

    @Test
    void register_aTypeTwice_isRefusedUntilTheFirstIsClosed() {
        var registration = jobs.register("work", effect());
        assertThrows(ConfigException.class, () -> jobs.register("work", effect()));
        registration.close();
        jobs.register("work", effect());
    }

    @Test
    void runDue_jobsWithoutAHandler_waitAndDoNotHoldUpOthers() {
        for (int i = 0; i < 50; i++) {
            jobs.submit(spec("unknown"));
        }
        jobs.register("work", effect());
        jobs.submit(spec("work"));
        assertEquals(1, jobs.runDue());
        assertEquals(50, jobs.list(JobState.QUEUED, 100).size());
        jobs.register("unknown", context -> {});
        assertEquals(50, jobs.runDue());
    }

    @Test
    void cancel_waitingJob_neverRunsAndFreesItsKey() {
        jobs.register("work", effect());
        JobSpec spec = JobSpec.builder("work", ALICE).dedupeKey("k").build();
        String id = jobs.submit(spec);
        assertTrue(cancel(id));
        assertFalse(cancel(id));
        assertFalse(cancel("no-such-job"));
        assertEquals(0, jobs.runDue());
        assertEquals(JobState.CANCELLED, job(id).state());
        assertNotEquals(id, jobs.submit(spec));
    }

    @Test
    void cancel_runningJob_isTooLate() {
        AtomicReference<Boolean> cancelled = new AtomicReference<>();
        jobs.register("work", context -> cancelled.set(cancel(context.job().id())));
        jobs.submit(spec("work"));
        jobs.runDue();
        assertFalse(cancelled.get());
    }

    @Test
    void runDue_afterTheClockJumpedBack_repeatsNothing() {
        jobs.register("work", effect());
        String id = jobs.submit(spec("work"));
        jobs.runDue();
        fixture.clock.advance(Duration.ofDays(-2));
        assertEquals(0, jobs.runDue());
        fixture.clock.advance(Duration.ofDays(2));
        assertEquals(0, jobs.runDue());
        assertEquals(Map.of(id, 1L), fixture.effects());
    }

    @Test
    void runDue_calledByAJob_isRefused() {
        AtomicReference<Throwable> refused = new AtomicReference<>();
        jobs.register("work", context -> refused.set(assertThrows(IllegalStateException.class, jobs::runDue)));
        jobs.submit(spec("work"));
        jobs.runDue();
        assertInstanceOf(IllegalStateException.class, refused.get());
    }

    @Test
    void find_finishedJob_isVisibleForAWeek() {
        jobs.register("work", effect());
        String id = jobs.submit(JobSpec.builder("work", Owner.SYSTEM).build());
        jobs.runDue();
        fixture.clock.advance(Duration.ofDays(7).minusSeconds(1));
        assertEquals(JobState.SUCCEEDED, job(id).state());
        fixture.clock.advance(Duration.ofSeconds(2));
        assertTrue(jobs.find(id).isEmpty());
    }

    // ---- with threads

    @Test
    void start_submittedJob_runsAtOnceOnAWorker() throws Exception {
        CountDownLatch ran = new CountDownLatch(1);
        AtomicReference<Thread> worker = new AtomicReference<>();
        jobs.register("work", context -> {
            worker.set(Thread.currentThread());
            ran.countDown();
        });
        jobs.start();
        jobs.submit(spec("work"));
        await(ran);
        assertTrue(worker.get().getName().startsWith("arkestra-job-"));
        assertTrue(worker.get().isDaemon());
    }

    @Test
    void start_clockMovedByHand_isNoticed() throws Exception {
        CountDownLatch ran = new CountDownLatch(1);
        jobs.register("work", context -> ran.countDown());
        jobs.start();
        jobs.submit(JobSpec.builder("work", ALICE)
                .runAt(fixture.clock.instant().plus(Duration.ofDays(30)))
                .build());
        fixture.clock.advance(Duration.ofDays(31));
        await(ran);
    }

    @Test
    void start_manyJobs_runsNoMoreThanTheWorkersAtATime() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch two = new CountDownLatch(2);
        CountDownLatch all = new CountDownLatch(30);
        jobs.register("work", context -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            two.countDown();
            two.await();
            now.decrementAndGet();
            all.countDown();
        });
        for (int i = 0; i < 30; i++) {
            jobs.submit(spec("work"));
        }
        jobs.start();
        await(all);
        assertEquals(2, most.get());
    }

    @Test
    void close_runningJob_isToldToStopAndQueuedAgain() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        jobs.register("work", context -> {
            CountDownLatch stop = new CountDownLatch(1);
            context.cancellation().onCancel(stop::countDown);
            running.countDown();
            stop.await();
            context.cancellation().throwIfCancelled();
        });
        jobs.start();
        String id = jobs.submit(JobSpec.builder("work", ALICE).maxAttempts(1).build());
        await(running);
        jobs.close();
        assertEquals(JobState.QUEUED, job(id).state());
        assertTrue(Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .noneMatch(thread -> thread.getName().equals("arkestra-jobs")));
        try (DurableJobs next = fixture.jobs()) {
            next.register("work", effect());
            assertEquals(1, next.runDue());
        }
        assertEquals(Map.of(id, 1L), fixture.effects());
    }

    @Test
    void close_jobThatDoesNotStop_returnsInTimeAndTheJobRunsAgainLater() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        AtomicReference<Throwable> refused = new AtomicReference<>();
        DurableJobs stubborn = fixture.jobs(JobSettings.defaults().withCloseWait(Duration.ofMillis(100)));
        stubborn.register("work", context -> {
            running.countDown();
            release.await();
            try {
                effect().run(context);
            } catch (RuntimeException e) {
                refused.set(e);
            }
            over.countDown();
        });
        stubborn.start();
        String id = stubborn.submit(spec("work"));
        await(running);
        long start = System.nanoTime();
        stubborn.close();
        assertTrue(System.nanoTime() - start < Duration.ofSeconds(5).toNanos());
        try (DurableJobs next = fixture.jobs()) {
            next.register("work", effect());
            assertEquals(1, next.runDue());
        }
        release.countDown();
        await(over);
        assertEquals("cancelled", ((CancelledException) refused.get()).code());
        assertEquals(Map.of(id, 1L), fixture.effects());
    }
}
