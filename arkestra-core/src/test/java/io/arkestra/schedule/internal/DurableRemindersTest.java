package io.arkestra.schedule.internal;

import static io.arkestra.schedule.internal.JobsFixture.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.Subscription;
import io.arkestra.common.UserId;
import io.arkestra.event.Delivery;
import io.arkestra.event.Events;
import io.arkestra.event.Topic;
import io.arkestra.guard.Guard;
import io.arkestra.guard.GuardContext;
import io.arkestra.guard.GuardResult;
import io.arkestra.guard.GuardStream;
import io.arkestra.schedule.DueReminder;
import io.arkestra.schedule.JobState;
import io.arkestra.schedule.Reminder;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import io.arkestra.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DurableRemindersTest {
    private static final Scope ALICE = Scope.of(UserId.of("alice"));
    private static final Scope BOB = Scope.of(UserId.of("bob"));
    private static final ZoneId MOSCOW = ZoneId.of("Europe/Moscow");

    /** Everything that a running engine has of reminders. */
    private static final class Running implements AutoCloseable {
        final JobsFixture fixture;
        final DurableJobs jobs;
        final DurableDeliveries deliveries;
        final DurableReminders reminders;
        final List<Events.ReminderDue> events = new CopyOnWriteArrayList<>();

        Running(ManualClock clock, DocStore store, Optional<Guard> guard) {
            fixture = new JobsFixture(clock, store);
            jobs = fixture.jobs();
            deliveries = new DurableDeliveries(store, fixture.bus, clock, guard);
            reminders = new DurableReminders(store, jobs, deliveries, clock);
            fixture.bus.subscribe(
                    Set.of(Topic.REMINDER), Delivery.sync(), event -> events.add((Events.ReminderDue) event));
        }

        Running(ManualClock clock) {
            this(clock, TestStores.inMemory(clock), Optional.empty());
        }

        /** Moves the clock and fires. */
        void advance(Duration duration) {
            fixture.clock.advance(duration);
            jobs.runDue();
        }

        List<String> pending(Scope scope) {
            return deliveries.pending(scope).stream().map(DueReminder::text).toList();
        }

        @Override
        public void close() {
            reminders.close();
            deliveries.close();
            jobs.close();
            fixture.close();
        }
    }

    private final ManualClock clock = ManualClock.at("2026-03-01T10:00:00Z");
    private final Running engine = new Running(clock);

    @AfterEach
    void close() {
        engine.close();
    }

    private ZonedDateTime in(Duration duration) {
        return clock.instant().plus(duration).atZone(MOSCOW);
    }

    private static void assertRefused(String expected, Executable call) {
        String message = assertThrows(InvalidInputException.class, call).getMessage();
        assertTrue(message.contains(expected), message);
    }

    @Test
    void at_itsMoment_firesOnce() {
        Reminder reminder = engine.reminders.at(ALICE, " call mum ", in(Duration.ofMinutes(5)));
        assertEquals("call mum", reminder.text());
        assertEquals(MOSCOW, reminder.zone());
        engine.advance(Duration.ofMinutes(4));
        assertTrue(engine.events.isEmpty());
        engine.advance(Duration.ofMinutes(1));
        engine.advance(Duration.ofMinutes(1));
        assertEquals(1, engine.events.size());
        Events.ReminderDue due = engine.events.get(0);
        assertEquals("call mum", due.text());
        assertEquals(reminder.id(), due.reminder());
        assertEquals(reminder.due(), due.due());
        assertEquals(Duration.ZERO, due.late());
        assertEquals(ALICE.user(), due.header().user().orElseThrow());
        assertTrue(engine.reminders.active(ALICE).isEmpty());
        assertEquals(due.delivery(), engine.deliveries.pending(ALICE).get(0).id());
    }

    @Test
    void at_pastMoment_isRefusedNamingIt() {
        assertRefused(
                "2026-03-01T12:59+03:00[Europe/Moscow]",
                () -> engine.reminders.at(ALICE, "x", ZonedDateTime.of(LocalDateTime.of(2026, 3, 1, 12, 59), MOSCOW)));
        assertRefused("past", () -> engine.reminders.at(ALICE, "x", in(Duration.ZERO)));
        assertRefused("100 years", () -> engine.reminders.at(ALICE, "x", in(Duration.ofDays(40_000))));
        assertTrue(engine.jobs.list(JobState.QUEUED, 10).isEmpty());
    }

    @Test
    void at_textThatIsEmptyOrTooLong_isRefused() {
        assertRefused("empty", () -> engine.reminders.at(ALICE, " \n", in(Duration.ofHours(1))));
        assertRefused("2001 characters", () -> engine.reminders.at(ALICE, "x".repeat(2_001), in(Duration.ofHours(1))));
        engine.reminders.at(ALICE, "x".repeat(2_000), in(Duration.ofHours(1)));
        assertThrows(InvalidInputException.class, () -> engine.reminders.at(ALICE, "\uD800", in(Duration.ofHours(1))));
        assertEquals(1, engine.reminders.active(ALICE).size());
        assertEquals(1, engine.jobs.list(JobState.QUEUED, 10).size());
    }

    @Test
    void at_tooManyActive_isRefusedForThatUserOnly() {
        engine.fixture.store.inTransaction(tx -> {
            for (int i = 0; i < DurableReminders.MAX_ACTIVE; i++) {
                Json body = ReminderRecord.once("r" + i, clock.instant().plusSeconds(3_600), MOSCOW);
                tx.put("reminders", DocWrite.of(Owner.of(ALICE.user()), "r" + i, body));
            }
            return 0;
        });
        assertRefused("1000", () -> engine.reminders.at(ALICE, "one more", in(Duration.ofHours(1))));
        engine.reminders.at(BOB, "first", in(Duration.ofHours(1)));
        assertTrue(engine.reminders.cancel(ALICE, "r0"));
        engine.reminders.at(ALICE, "one more", in(Duration.ofHours(1)));
    }

    @Test
    void active_several_givesTheNextFirst() {
        engine.reminders.at(ALICE, "later", in(Duration.ofHours(2)));
        engine.reminders.at(ALICE, "sooner", in(Duration.ofHours(1)));
        assertEquals(
                List.of("sooner", "later"),
                engine.reminders.active(ALICE).stream().map(Reminder::text).toList());
    }

    @Test
    void recurring_fires_atEachOccurrence() {
        Reminder reminder = engine.reminders.recurring(
                ALICE, "report", "FREQ=WEEKLY;BYDAY=FR", LocalDateTime.of(2026, 3, 6, 18, 0), MOSCOW);
        assertEquals(Instant.parse("2026-03-06T15:00:00Z"), reminder.due());
        assertEquals("FREQ=WEEKLY;BYDAY=FR", reminder.recurrence().orElseThrow());
        for (int day = 0; day < 21; day++) {
            engine.advance(Duration.ofDays(1));
        }
        assertEquals(
                List.of(
                        Instant.parse("2026-03-06T15:00:00Z"),
                        Instant.parse("2026-03-13T15:00:00Z"),
                        Instant.parse("2026-03-20T15:00:00Z")),
                engine.events.stream().map(Events.ReminderDue::due).toList());
        assertEquals(
                3,
                engine.events.stream()
                        .map(Events.ReminderDue::delivery)
                        .distinct()
                        .count());
        assertEquals(
                Instant.parse("2026-03-27T15:00:00Z"),
                engine.reminders.active(ALICE).get(0).due());
    }

    @Test
    void recurring_overADaylightSavingGap_firesAfterTheGapAndKeepsItsWallClockTime() {
        ZoneId newYork = ZoneId.of("America/New_York");
        engine.reminders.recurring(ALICE, "x", "FREQ=DAILY", LocalDateTime.of(2026, 3, 7, 2, 30), newYork);
        clock.set(Instant.parse("2026-03-07T00:00:00Z"));
        for (int hour = 0; hour < 72; hour++) {
            engine.advance(Duration.ofHours(1));
        }
        assertEquals(
                List.of("2026-03-07T02:30-05:00", "2026-03-08T03:30-04:00", "2026-03-09T02:30-04:00"),
                engine.events.stream()
                        .map(event ->
                                event.due().atZone(newYork).toOffsetDateTime().toString())
                        .toList());
    }

    @Test
    void recurring_untilItsEnd_isDoneThen() {
        engine.reminders.recurring(
                ALICE, "twice", "FREQ=DAILY;COUNT=2", LocalDateTime.of(2026, 3, 2, 9, 0), ZoneOffset.UTC);
        for (int day = 0; day < 5; day++) {
            engine.advance(Duration.ofDays(1));
        }
        assertEquals(2, engine.events.size());
        assertTrue(engine.reminders.active(ALICE).isEmpty());
    }

    @Test
    void recurring_wrongRuleOrOneThatIsOver_isRefused() {
        LocalDateTime start = LocalDateTime.of(2026, 3, 6, 18, 0);
        assertRefused("FREQ=NEVER", () -> engine.reminders.recurring(ALICE, "x", "FREQ=NEVER", start, MOSCOW));
        assertRefused(
                "no occurrence after now",
                () -> engine.reminders.recurring(
                        ALICE, "x", "FREQ=DAILY;COUNT=2", LocalDateTime.of(2020, 1, 1, 9, 0), MOSCOW));
        assertRefused("empty", () -> engine.reminders.recurring(ALICE, "", "FREQ=DAILY", start, MOSCOW));
    }

    @Test
    void recurring_missedForDays_firesOnceAndSaysHowLate() {
        engine.reminders.recurring(ALICE, "pills", "FREQ=DAILY", LocalDateTime.of(2026, 3, 2, 9, 0), ZoneOffset.UTC);
        engine.advance(Duration.ofDays(4));
        engine.advance(Duration.ofMinutes(1));
        assertEquals(1, engine.events.size());
        assertEquals(Instant.parse("2026-03-02T09:00:00Z"), engine.events.get(0).due());
        assertEquals(Duration.ofHours(73), engine.events.get(0).late());
        assertEquals(
                Instant.parse("2026-03-06T09:00:00Z"),
                engine.reminders.active(ALICE).get(0).due());
    }

    @Test
    void fire_afterTheClockJumpedBack_repeatsNothing() {
        engine.reminders.at(ALICE, "once", in(Duration.ofMinutes(5)));
        engine.reminders.recurring(ALICE, "daily", "FREQ=DAILY", LocalDateTime.of(2026, 3, 1, 10, 5), ZoneOffset.UTC);
        engine.advance(Duration.ofMinutes(6));
        assertEquals(2, engine.events.size());
        engine.advance(Duration.ofHours(-1));
        engine.advance(Duration.ofHours(1));
        engine.advance(Duration.ofHours(1));
        assertEquals(2, engine.events.size());
    }

    @Test
    void cancel_active_neverFires() {
        String id = engine.reminders.at(ALICE, "x", in(Duration.ofMinutes(5))).id();
        assertTrue(engine.reminders.cancel(ALICE, id));
        assertFalse(engine.reminders.cancel(ALICE, id));
        assertFalse(engine.reminders.cancel(ALICE, "no-such-reminder"));
        assertFalse(engine.reminders.cancel(ALICE, ""));
        engine.advance(Duration.ofMinutes(10));
        assertTrue(engine.events.isEmpty());
        assertTrue(engine.jobs.list(JobState.QUEUED, 10).isEmpty());
        assertEquals(1, engine.jobs.list(JobState.CANCELLED, 10).size());
    }

    @Test
    void cancel_whileItFires_isDecidedOnce() {
        for (int round = 0; round < 20; round++) {
            int before = engine.events.size();
            String id =
                    engine.reminders.at(ALICE, "x", in(Duration.ofSeconds(1))).id();
            clock.advance(Duration.ofSeconds(1));
            Thread firing = new Thread(engine.jobs::runDue);
            firing.start();
            boolean cancelled = engine.reminders.cancel(ALICE, id);
            assertTrue(joined(firing));
            // What lost against the cancellation is tried again, and finds nothing to do.
            engine.advance(Duration.ofMinutes(1));
            assertEquals(cancelled ? 0 : 1, engine.events.size() - before);
        }
    }

    private static boolean joined(Thread thread) {
        try {
            thread.join(20_000);
            return !thread.isAlive();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anyCall_ofAnotherUser_findsNothing() {
        String id =
                engine.reminders.at(ALICE, "secret", in(Duration.ofMinutes(5))).id();
        assertTrue(engine.reminders.active(BOB).isEmpty());
        assertFalse(engine.reminders.cancel(BOB, id));
        engine.advance(Duration.ofMinutes(5));
        String delivery = engine.deliveries.pending(ALICE).get(0).id();
        assertTrue(engine.deliveries.pending(BOB).isEmpty());
        assertFalse(engine.deliveries.acknowledge(BOB, delivery));
        List<DueReminder> shown = new ArrayList<>();
        engine.deliveries.deliverTo(BOB, shown::add).close();
        assertTrue(shown.isEmpty());
        assertEquals(List.of("secret"), engine.pending(ALICE));
    }

    // ---- over restarts

    private Running open(Path home) {
        return new Running(clock, TestStores.inDirectory(home, clock), Optional.empty());
    }

    @Test
    void open_reminderCameDueWhileDown_firesOnceAndSaysHowLate(@TempDir Path home) {
        try (Running first = open(home)) {
            first.reminders.at(ALICE, "short", in(Duration.ofMinutes(5)));
            first.reminders.at(ALICE, "long", in(Duration.ofMinutes(1)));
        }
        clock.advance(Duration.ofHours(30));
        try (Running second = open(home)) {
            List<String> shown = new CopyOnWriteArrayList<>();
            CountDownLatch both = new CountDownLatch(2);
            second.deliveries.deliverTo(ALICE, due -> {
                shown.add(due.text() + " " + due.late());
                both.countDown();
            });
            second.jobs.runDue();
            assertTrue(latched(both));
            assertEquals(Set.of("long PT29H59M", "short PT29H55M"), Set.copyOf(shown));
        }
        try (Running third = open(home)) {
            third.jobs.runDue();
            assertTrue(third.events.isEmpty());
            assertTrue(third.pending(ALICE).isEmpty());
        }
    }

    private static boolean latched(CountDownLatch latch) {
        try {
            await(latch);
            return true;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void open_firedButNeverShown_isStillPendingWithTheSameId(@TempDir Path home) {
        String id;
        try (Running first = open(home)) {
            first.reminders.at(ALICE, "x", in(Duration.ofMinutes(5)));
            first.advance(Duration.ofMinutes(5));
            id = first.events.get(0).delivery();
        }
        try (Running second = open(home)) {
            second.jobs.runDue();
            assertTrue(second.events.isEmpty());
            assertEquals(id, second.deliveries.pending(ALICE).get(0).id());
            assertTrue(second.deliveries.acknowledge(ALICE, id));
            assertFalse(second.deliveries.acknowledge(ALICE, id));
        }
        try (Running third = open(home)) {
            assertTrue(third.deliveries.pending(ALICE).isEmpty());
        }
    }

    // ---- deliveries

    @Test
    void deliverTo_givesWhatWaitsBeforeItReturnsAndLaterOnesOnItsOwnThread() throws Exception {
        engine.reminders.at(ALICE, "waiting", in(Duration.ofMinutes(1)));
        engine.reminders.at(ALICE, "later", in(Duration.ofMinutes(2)));
        engine.advance(Duration.ofMinutes(1));
        BlockingQueue<String> shown = new LinkedBlockingQueue<>();
        Subscription channel = engine.deliveries.deliverTo(
                ALICE,
                due -> shown.add(due.text() + " on " + Thread.currentThread().getName()));
        assertEquals("waiting on " + Thread.currentThread().getName(), shown.poll());
        engine.advance(Duration.ofMinutes(1));
        assertEquals("later on arkestra-reminders-alice", shown.poll(20, TimeUnit.SECONDS));
        channel.close();
        engine.reminders.at(ALICE, "after close", in(Duration.ofMinutes(1)));
        engine.advance(Duration.ofMinutes(1));
        assertEquals(List.of("after close"), engine.pending(ALICE));
        assertTrue(shown.isEmpty());
    }

    @Test
    void deliverTo_severalChannels_showEachIdOnce() throws Exception {
        BlockingQueue<String> shown = new LinkedBlockingQueue<>();
        for (int i = 0; i < 3; i++) {
            engine.deliveries.deliverTo(ALICE, due -> shown.add(due.id()));
        }
        for (int i = 0; i < 30; i++) {
            engine.reminders.at(ALICE, "r" + i, in(Duration.ofSeconds(1)));
        }
        engine.advance(Duration.ofSeconds(1));
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            ids.add(String.valueOf(shown.poll(20, TimeUnit.SECONDS)));
        }
        engine.deliveries.close();
        assertEquals(30, Set.copyOf(ids).size());
        assertTrue(shown.isEmpty());
    }

    @Test
    void deliverTo_channelThatThrows_keepsTheReminderForTheNext() {
        engine.reminders.at(ALICE, "x", in(Duration.ofMinutes(1)));
        engine.advance(Duration.ofMinutes(1));
        engine.deliveries.deliverTo(ALICE, due -> {
            throw new IllegalStateException("no network");
        });
        assertEquals(List.of("x"), engine.pending(ALICE));
        List<String> shown = new ArrayList<>();
        engine.deliveries.deliverTo(ALICE, due -> shown.add(due.text()));
        assertEquals(List.of("x"), shown);
        assertTrue(engine.pending(ALICE).isEmpty());
    }

    @Test
    void pending_recurringThatNobodyLooksAt_keepsTheLatestTwenty() {
        engine.reminders.recurring(ALICE, "tick", "FREQ=HOURLY", LocalDateTime.of(2026, 3, 1, 11, 0), ZoneOffset.UTC);
        for (int hour = 0; hour < 30; hour++) {
            engine.advance(Duration.ofHours(1));
        }
        List<DueReminder> pending = engine.deliveries.pending(ALICE);
        assertEquals(20, pending.size());
        assertEquals(clock.instant(), pending.get(19).due());
    }

    @Test
    void fire_withAGuard_masksTheTextOnItsWayOutOnly() {
        Guard guard = new Guard() {
            @Override
            public GuardResult inspect(String text, GuardContext context) {
                return GuardResult.of(context.direction() + ":" + text.replace("1234", "****"), List.of());
            }

            @Override
            public GuardStream stream(GuardContext context) {
                throw new UnsupportedOperationException("reminders are whole texts");
            }
        };
        try (Running guarded = new Running(clock, TestStores.inMemory(clock), Optional.of(guard))) {
            guarded.reminders.at(ALICE, "pin 1234", in(Duration.ofMinutes(1)));
            guarded.advance(Duration.ofMinutes(1));
            assertEquals("TO_USER:pin ****", guarded.events.get(0).text());
            assertEquals(List.of("TO_USER:pin ****"), guarded.pending(ALICE));
        }
    }
}
