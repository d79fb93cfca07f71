package io.arkestra.schedule.internal;

import static io.arkestra.schedule.internal.JobsFixture.ALICE;
import static io.arkestra.schedule.internal.JobsFixture.await;
import static io.arkestra.schedule.internal.JobsFixture.effect;
import static io.arkestra.schedule.internal.JobsFixture.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.CancelledException;
import io.arkestra.common.Subscription;
import io.arkestra.schedule.Job;
import io.arkestra.schedule.JobSpec;
import io.arkestra.schedule.JobState;
import io.arkestra.store.Doc;
import io.arkestra.store.Owner;
import io.arkestra.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may run a job: leases, fences, crashes, two queues on one store. */
@Timeout(60)
class JobLeaseTest {
    private static final JobSettings SHARED = JobSettings.defaults().shared();

    private static Instant leaseUntil(JobsFixture fixture, String id) {
        return fixture.store
                .inTransaction(tx -> tx.get("jobs", Owner.SYSTEM, id))
                .flatMap(doc -> doc.body().instant("lease_until"))
                .orElseThrow();
    }

    /** Takes the job as a process would that dies in the next moment. */
    private static void claimAndDie(JobsFixture fixture, String type) {
        JobStore dying = new JobStore(fixture.store, "dying");
        Instant now = fixture.clock.instant();
        Doc due = dying.scan(Set.of(type), Set.of(), now).due().get(0);
        dying.claim(due, now, now.plusSeconds(60)).orElseThrow();
    }

    @Test
    void open_afterACrash_queuesWhatWasRunningAtOnce(@TempDir Path home) {
        ManualClock clock = ManualClock.at("2026-03-01T10:00:00Z");
        String id;
        try (JobsFixture first = new JobsFixture(clock, TestStores.inDirectory(home, clock));
                DurableJobs jobs = first.jobs()) {
            id = jobs.submit(spec("work"));
            claimAndDie(first, "work");
            assertEquals(JobState.RUNNING, jobs.find(id).orElseThrow().state());
        }
        try (JobsFixture second = new JobsFixture(clock, TestStores.inDirectory(home, clock));
                DurableJobs jobs = second.jobs()) {
            Job recovered = jobs.find(id).orElseThrow();
            assertEquals(JobState.QUEUED, recovered.state());
            assertEquals(1, recovered.attempts());
            jobs.register("work", effect());
            assertEquals(1, jobs.runDue());
            assertEquals(2, jobs.find(id).orElseThrow().attempts());
            assertEquals(Map.of(id, 1L), second.effects());
        }
    }

    @Test
    void open_afterManyCrashesInTheSameJob_givesItUp() {
        try (JobsFixture fixture = JobsFixture.inMemory()) {
            String id;
            try (DurableJobs jobs = fixture.jobs()) {
                id = jobs.submit(JobSpec.builder("poison", ALICE).maxAttempts(1).build());
            }
            for (int crash = 1; crash <= JobStore.MAX_INTERRUPTIONS; crash++) {
                claimAndDie(fixture, "poison");
                try (DurableJobs jobs = fixture.jobs()) {
                    JobState expected = crash < JobStore.MAX_INTERRUPTIONS ? JobState.QUEUED : JobState.DEAD;
                    assertEquals(expected, jobs.find(id).orElseThrow().state(), "after crash " + crash);
                }
            }
            try (DurableJobs jobs = fixture.jobs()) {
                String error = jobs.find(id).orElseThrow().lastError().orElseThrow();
                assertTrue(error.contains("32 times"), error);
            }
        }
    }

    @Test
    void runDue_leaseOfADeadWorkerOnASharedStore_isTakenOverWhenItRanOut() {
        try (JobsFixture fixture = JobsFixture.inMemory();
                DurableJobs jobs = fixture.jobs(SHARED)) {
            jobs.register("work", effect());
            String id = jobs.submit(spec("work"));
            claimAndDie(fixture, "work");
            fixture.clock.advance(Duration.ofSeconds(59));
            assertEquals(0, jobs.runDue());
            fixture.clock.advance(Duration.ofSeconds(1));
            assertEquals(1, jobs.runDue());
            assertEquals(Map.of(id, 1L), fixture.effects());
        }
    }

    @Test
    void complete_byAWorkerThatLostItsLease_writesNothing() throws Exception {
        try (JobsFixture fixture = JobsFixture.inMemory();
                DurableJobs slow = fixture.jobs(SHARED);
                DurableJobs quick = fixture.jobs(SHARED)) {
            CountDownLatch started = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            AtomicReference<Throwable> refused = new AtomicReference<>();
            slow.register("work", context -> {
                started.countDown();
                goOn.await();
                try {
                    effect().run(context);
                } catch (CancelledException e) {
                    refused.set(e);
                    throw e;
                }
            });
            quick.register("work", effect());
            String id = slow.submit(spec("work"));
            // Without start() nobody renews the lease, as if the machine had been asleep.
            Thread worker = new Thread(slow::runDue);
            worker.start();
            await(started);
            fixture.clock.advance(Duration.ofMinutes(2));
            assertEquals(1, quick.runDue());
            goOn.countDown();
            worker.join();
            assertTrue(
                    refused.get().getMessage().contains("taken over"),
                    refused.get().getMessage());
            assertEquals(Map.of(id, 1L), fixture.effects());
            assertEquals(JobState.SUCCEEDED, quick.find(id).orElseThrow().state());
            assertEquals(2, quick.find(id).orElseThrow().fence());
        }
    }

    @Test
    void complete_ofAnEarlierClaimByTheSameOwner_writesNothing() {
        try (JobsFixture fixture = JobsFixture.inMemory();
                DurableJobs jobs = fixture.jobs(SHARED)) {
            jobs.submit(spec("work"));
            JobStore store = new JobStore(fixture.store, "one");
            Instant now = fixture.clock.instant();
            Instant later = now.plusSeconds(61);
            Job first = store.claim(
                            store.scan(Set.of("work"), Set.of(), now).due().get(0), now, now.plusSeconds(60))
                    .orElseThrow();
            Job second = store.claim(
                            store.scan(Set.of("work"), Set.of(), later).due().get(0), later, later.plusSeconds(60))
                    .orElseThrow();
            assertFalse(store.complete(first, tx -> JobsFixture.count(tx, first.id()), later));
            assertFalse(store.release(first));
            assertTrue(store.complete(second, tx -> JobsFixture.count(tx, second.id()), later));
            assertEquals(Map.of(first.id(), 1L), fixture.effects());
        }
    }

    @Test
    void start_longJob_keepsItsLease() throws Exception {
        try (JobsFixture fixture = JobsFixture.inMemory();
                DurableJobs busy = fixture.jobs(SHARED);
                DurableJobs other = fixture.jobs(SHARED)) {
            CountDownLatch started = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            CountDownLatch over = new CountDownLatch(1);
            busy.register("work", context -> {
                started.countDown();
                goOn.await();
                effect().run(context);
                over.countDown();
            });
            other.register("work", effect());
            busy.start();
            String id = busy.submit(spec("work"));
            await(started);
            Instant first = leaseUntil(fixture, id);
            CountDownLatch renewed = new CountDownLatch(1);
            try (Subscription watch = fixture.store.watch("jobs", renewed::countDown)) {
                fixture.clock.advance(Duration.ofSeconds(40));
                await(renewed);
            }
            assertTrue(leaseUntil(fixture, id).isAfter(first));
            fixture.clock.advance(Duration.ofSeconds(30));
            assertEquals(0, other.runDue());
            goOn.countDown();
            await(over);
            assertEquals(Map.of(id, 1L), fixture.effects());
        }
    }

    @Test
    void start_workerWhoseLeaseWasTaken_isCancelled() throws Exception {
        try (JobsFixture fixture = JobsFixture.inMemory();
                DurableJobs busy = fixture.jobs(SHARED)) {
            CountDownLatch started = new CountDownLatch(1);
            CountDownLatch cancelled = new CountDownLatch(1);
            busy.register("work", context -> {
                context.cancellation().onCancel(cancelled::countDown);
                started.countDown();
                cancelled.await();
            });
            busy.start();
            String id = busy.submit(spec("work"));
            await(started);
            JobStore thief = new JobStore(fixture.store, "thief");
            Instant later = fixture.clock.instant().plusSeconds(120);
            Doc due = thief.scan(Set.of("work"), Set.of(), later).due().get(0);
            thief.claim(due, later, later.plusSeconds(60)).orElseThrow();
            fixture.clock.advance(Duration.ofSeconds(45));
            await(cancelled);
            busy.close();
            Job job = busy.find(id).orElseThrow();
            assertEquals(JobState.RUNNING, job.state());
            assertEquals(2, job.fence());
        }
    }

    @Test
    void start_twoQueuesOnOneStore_runEveryJobOnce() throws Exception {
        int count = 300;
        try (JobsFixture fixture = JobsFixture.inMemory();
                DurableJobs one = fixture.jobs(SHARED);
                DurableJobs two = fixture.jobs(SHARED)) {
            Map<String, Integer> starts = new ConcurrentHashMap<>();
            Set<DurableJobs> used = ConcurrentHashMap.newKeySet();
            CountDownLatch all = new CountDownLatch(count);
            for (DurableJobs jobs : List.of(one, two)) {
                jobs.register("work", context -> {
                    starts.merge(context.job().id(), 1, Integer::sum);
                    used.add(jobs);
                    effect().run(context);
                    all.countDown();
                });
                jobs.start();
            }
            for (int i = 0; i < count; i++) {
                (i % 2 == 0 ? one : two).submit(spec("work"));
            }
            await(all);
            assertEquals(count, starts.size());
            assertTrue(starts.values().stream().allMatch(times -> times == 1), () -> "starts " + starts);
            assertEquals(count, fixture.effects().size());
            assertTrue(fixture.effects().values().stream().allMatch(times -> times == 1));
            assertEquals(2, used.size());
        }
    }

    @Test
    void start_onTheRealClock_runsSoonAfterItsTimeAndNotBefore() throws Exception {
        Clock real = Clock.systemUTC();
        ManualClock unused = ManualClock.at("2026-03-01T10:00:00Z");
        try (JobsFixture fixture = new JobsFixture(unused, TestStores.inMemory(real));
                DurableJobs jobs =
                        new DurableJobs(fixture.store, fixture.bus, real, new Random(1), JobSettings.defaults())) {
            AtomicReference<Instant> ran = new AtomicReference<>();
            CountDownLatch done = new CountDownLatch(1);
            jobs.register("work", context -> {
                ran.set(real.instant());
                done.countDown();
            });
            jobs.start();
            Instant at = real.instant().plusMillis(300);
            jobs.submit(JobSpec.builder("work", ALICE).runAt(at).build());
            assertTrue(done.await(10, TimeUnit.SECONDS));
            Duration after = Duration.between(at, ran.get());
            assertTrue(!after.isNegative() && after.compareTo(Duration.ofSeconds(5)) < 0, "ran " + after + " after");
        }
    }
}
