package io.arkestra.schedule.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.ChildJava;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.schedule.DueReminder;
import io.arkestra.schedule.Job;
import io.arkestra.schedule.JobSpec;
import io.arkestra.schedule.JobState;
import io.arkestra.store.DocStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed at random moments loses no job and no reminder that it acknowledged, and doubles none. */
class JobsCrashTest {
    private static final int KILLS = Integer.getInteger("arkestra.kills", 12);
    private static final UserId ALICE = UserId.of("alice");

    /** The parts of an engine that jobs and reminders need, on the system's clock. */
    private static final class Engine implements AutoCloseable {
        final Clock clock = Clock.systemUTC();
        final DocStore store;
        final EngineEventBus bus = new EngineEventBus(clock);
        final DurableJobs jobs;
        final DurableDeliveries deliveries;
        final DurableReminders reminders;

        Engine(Path home) {
            store = TestStores.inDirectory(home, clock);
            store.define(JobsFixture.EFFECTS);
            jobs = new DurableJobs(store, bus, clock, new Random(), JobSettings.defaults());
            deliveries = new DurableDeliveries(store, bus, clock, Optional.empty());
            reminders = new DurableReminders(store, jobs, deliveries, clock);
            jobs.register("work", JobsFixture.effect());
        }

        @Override
        public void close() {
            jobs.close();
            bus.close();
            store.close();
        }
    }

    /** The process that is killed. Prints a line for everything that it may not lose from then on. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) throws InterruptedException {
            Engine engine = new Engine(Path.of(args[0]));
            engine.jobs.start();
            Scope alice = Scope.of(ALICE);
            for (int i = 0; ; i++) {
                System.out.println("job "
                        + engine.jobs.submit(JobSpec.builder("work", JobsFixture.ALICE)
                                .maxAttempts(1)
                                .build()));
                if (i % 5 == 0) {
                    Instant soon = engine.clock.instant().plusMillis(30);
                    System.out.println("reminder "
                            + engine.reminders
                                    .at(alice, "r", soon.atZone(ZoneOffset.UTC))
                                    .id());
                }
                System.out.flush();
            }
        }
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void kill_atRandomMoments_losesAndDoublesNothing(@TempDir Path home) throws Exception {
        Random random = new Random(20260301);
        Set<String> jobs = new TreeSet<>();
        Set<String> reminders = new TreeSet<>();
        for (int kill = 0; kill < KILLS; kill++) {
            int atLeast = 3 + random.nextInt(20);
            acknowledged(home, atLeast, Duration.ofMillis(random.nextInt(100)), jobs, reminders);
        }
        assertTrue(jobs.size() > KILLS, "only " + jobs.size() + " jobs were acknowledged");
        assertTrue(reminders.size() >= KILLS, "only " + reminders.size() + " reminders were acknowledged");
        try (Engine engine = new Engine(home)) {
            assertEquals(List.of(), engine.jobs.list(JobState.RUNNING, 10));
            drain(engine);
            assertEquals(List.of(), engine.jobs.list(JobState.DEAD, 10));
            Map<String, Long> effects = JobsFixture.effects(engine.store);
            Map<String, Integer> shown = new HashMap<>();
            List<DueReminder> pending = engine.deliveries.pending(Scope.of(ALICE));
            pending.forEach(due -> shown.merge(due.reminderId(), 1, Integer::sum));
            System.out.println(jobs.size() + " jobs and " + reminders.size() + " reminders over " + KILLS + " kills");
            assertTrue(effects.values().stream().allMatch(times -> times == 1), () -> "doubled: " + effects);
            assertTrue(shown.values().stream().allMatch(times -> times == 1), () -> "doubled: " + shown);
            jobs.removeAll(effects.keySet());
            reminders.removeAll(shown.keySet());
            assertEquals(Set.of(), jobs, "lost jobs");
            assertEquals(Set.of(), reminders, "lost reminders");
        }
    }

    private static void drain(Engine engine) {
        List<Job> left = new ArrayList<>();
        do {
            engine.jobs.runDue();
            left.clear();
            left.addAll(engine.jobs.list(JobState.QUEUED, 10));
            left.addAll(engine.jobs.list(JobState.RETRY_SCHEDULED, 10));
            Thread.onSpinWait();
        } while (!left.isEmpty());
    }

    /** Runs the child until so long after it wrote so many lines, however slow the machine, and reads what it acknowledged. */
    private static void acknowledged(Path home, int atLeast, Duration life, Set<String> jobs, Set<String> reminders)
            throws IOException, InterruptedException {
        Process child = ChildJava.start(Child.class, home);
        try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
            for (int i = 0; i < atLeast; i++) {
                String line = lines.readLine();
                assertTrue(line != null, "the child ended by itself; see its messages above");
                note(line, jobs, reminders);
            }
            long killAt = System.nanoTime() + life.toNanos();
            Thread killer = new Thread(() -> {
                try {
                    child.waitFor(killAt - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                // Through the handle: what the child has printed stays readable.
                child.toHandle().destroyForcibly();
            });
            killer.start();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                note(line, jobs, reminders);
            }
            killer.join();
            assertTrue(child.waitFor() != 0, "the child ended by itself");
        }
    }

    /** A line that the kill cut short was not acknowledged. */
    private static void note(String line, Set<String> jobs, Set<String> reminders) {
        String[] words = line.split(" ");
        if (words.length == 2 && words[0].equals("job") && words[1].length() == 37) {
            jobs.add(words[1]);
        } else if (words.length == 2 && words[0].equals("reminder") && words[1].length() == 36) {
            reminders.add(words[1]);
        }
    }
}
