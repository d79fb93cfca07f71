package io.arkestra.schedule.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.arkestra.schedule.JobHandler;
import io.arkestra.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NightlyTriggerTest {
    private static final ZoneId MOSCOW = ZoneId.of("Europe/Moscow");

    private final ManualClock clock = ManualClock.at("2026-03-01T10:00:00Z");
    private final JobsFixture fixture = new JobsFixture(clock, TestStores.inMemory(clock));
    private final List<Instant> runs = new ArrayList<>();

    @AfterEach
    void close() {
        fixture.close();
    }

    private final class Running implements AutoCloseable {
        final DurableJobs jobs = fixture.jobs();
        final NightlyTrigger trigger;

        Running(LocalTime sleepAt, ZoneId zone, JobHandler handler) {
            trigger = new NightlyTrigger(fixture.store, jobs, sleepAt, zone, clock, handler);
            trigger.start();
            jobs.runDue();
        }

        Running() {
            this(LocalTime.of(4, 0), MOSCOW, context -> context.complete(tx -> runs.add(clock.instant())));
        }

        void hours(int count) {
            for (int i = 0; i < count; i++) {
                clock.advance(Duration.ofHours(1));
                jobs.runDue();
            }
        }

        @Override
        public void close() {
            trigger.close();
            jobs.close();
        }
    }

    private static List<Instant> at(String... instants) {
        return List.of(instants).stream().map(Instant::parse).toList();
    }

    @Test
    void start_overSomeDays_runsOncePerNight() {
        try (Running engine = new Running()) {
            assertEquals(Instant.parse("2026-03-02T01:00:00Z"), engine.trigger.next());
            engine.hours(72);
        }
        assertEquals(at("2026-03-02T01:00:00Z", "2026-03-03T01:00:00Z", "2026-03-04T01:00:00Z"), runs);
    }

    @Test
    void start_again_keepsOneRunPerNight() {
        for (int i = 0; i < 24; i++) {
            try (Running engine = new Running()) {
                engine.hours(1);
            }
        }
        assertEquals(at("2026-03-02T01:00:00Z"), runs);
    }

    @Test
    void start_afterDaysDown_catchesUpOnce() {
        try (Running engine = new Running()) {
            engine.hours(24);
        }
        clock.set(Instant.parse("2026-03-06T10:00:00Z"));
        try (Running engine = new Running()) {
            engine.hours(1);
            assertEquals(at("2026-03-02T01:00:00Z", "2026-03-06T10:00:00Z"), runs);
            assertEquals(Instant.parse("2026-03-07T01:00:00Z"), engine.trigger.next());
            engine.hours(15);
        }
        assertEquals(3, runs.size());
        assertEquals(Instant.parse("2026-03-07T01:00:00Z"), runs.get(2));
    }

    @Test
    void start_nightMissedButRunByHandWithinADay_doesNotCatchUp() {
        try (Running engine = new Running()) {
            engine.trigger.request();
            engine.jobs.runDue();
            assertEquals(1, runs.size());
        }
        clock.set(Instant.parse("2026-03-02T09:00:00Z"));
        try (Running engine = new Running()) {
            engine.hours(1);
            assertEquals(1, runs.size());
            engine.hours(24);
        }
        assertEquals(2, runs.size());
    }

    @Test
    void start_withAnotherTime_movesTheNextNight() {
        new Running().close();
        try (Running engine = new Running(
                LocalTime.of(23, 30), MOSCOW, context -> context.complete(tx -> runs.add(clock.instant())))) {
            assertEquals(Instant.parse("2026-03-01T20:30:00Z"), engine.trigger.next());
            engine.hours(24);
        }
        assertEquals(at("2026-03-01T21:00:00Z"), runs);
    }

    @Test
    void run_thatFailsForGood_doesNotEndTheRow() {
        List<Instant> attempts = new ArrayList<>();
        try (Running engine = new Running(LocalTime.of(4, 0), MOSCOW, context -> {
            attempts.add(clock.instant());
            throw new IllegalStateException("disk full");
        })) {
            engine.hours(50);
            assertEquals(Instant.parse("2026-03-04T01:00:00Z"), engine.trigger.next());
        }
        assertEquals(
                2,
                attempts.stream()
                        .filter(at("2026-03-02T01:00:00Z", "2026-03-03T01:00:00Z")::contains)
                        .count());
    }

    @Test
    void run_afterTheClockJumpedBack_isNotRepeated() {
        try (Running engine = new Running()) {
            engine.hours(15);
            assertEquals(1, runs.size());
            clock.advance(Duration.ofHours(-2));
            engine.hours(4);
            assertEquals(1, runs.size());
        }
    }

    @Test
    void run_inADaylightSavingGap_happensAfterTheGap() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        clock.set(Instant.parse("2026-03-28T12:00:00Z"));
        try (Running engine = new Running(LocalTime.of(2, 30), berlin, context -> {})) {
            assertEquals(Instant.parse("2026-03-29T01:30:00Z"), engine.trigger.next());
            engine.hours(24);
            assertEquals(Instant.parse("2026-03-30T00:30:00Z"), engine.trigger.next());
        }
    }

    @Test
    void request_twice_isOneRun() {
        try (Running engine = new Running()) {
            String first = engine.trigger.request();
            assertEquals(first, engine.trigger.request());
            engine.jobs.runDue();
            assertEquals(1, runs.size());
            assertNotEquals(first, engine.trigger.request());
        }
    }
}
