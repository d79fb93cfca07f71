package io.arkestra.schedule.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.event.Delivery;
import io.arkestra.event.Events;
import io.arkestra.event.Topic;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.schedule.JobHandler;
import io.arkestra.schedule.JobSpec;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import io.arkestra.testkit.ManualClock;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A store, a bus and a clock for tests of jobs, and a kind of effect that shows how often it happened. */
final class JobsFixture implements AutoCloseable {
    static final Owner ALICE = Owner.of(UserId.of("alice"));
    static final CollectionSpec EFFECTS = CollectionSpec.builder("effects").build();

    final ManualClock clock;
    final DocStore store;
    final EngineEventBus bus;
    final List<String> changes = new CopyOnWriteArrayList<>();

    JobsFixture(ManualClock clock, DocStore store) {
        this.clock = clock;
        this.store = store;
        this.bus = new EngineEventBus(clock);
        store.define(EFFECTS);
        bus.subscribe(Set.of(Topic.JOB), Delivery.sync(), event -> {
            Events.JobChanged change = (Events.JobChanged) event;
            changes.add(change.type() + " " + change.state());
        });
    }

    static JobsFixture inMemory() {
        ManualClock clock = ManualClock.at("2026-03-01T10:00:00Z");
        return new JobsFixture(clock, TestStores.inMemory(clock));
    }

    DurableJobs jobs(JobSettings settings) {
        return new DurableJobs(store, bus, clock, new Random(42), settings);
    }

    DurableJobs jobs() {
        return jobs(JobSettings.defaults());
    }

    static JobSpec spec(String type) {
        return JobSpec.builder(type, ALICE).build();
    }

    /** Completes with one effect per start that got so far. */
    static JobHandler effect() {
        return context -> context.complete(tx -> count(tx, context.job().id()));
    }

    static void count(DocTransaction tx, String id) {
        long times = tx.get(EFFECTS.name(), ALICE, id)
                .flatMap(doc -> doc.body().integer("times"))
                .orElse(0L);
        tx.put(
                EFFECTS.name(),
                DocWrite.of(ALICE, id, Json.object().put("times", times + 1).build()));
    }

    /** How often each effect happened, by job. */
    Map<String, Long> effects() {
        return effects(store);
    }

    static Map<String, Long> effects(DocStore store) {
        Map<String, Long> effects = new TreeMap<>();
        store.inTransaction(tx -> tx.find(EFFECTS.name(), ALICE, DocQuery.all().limit(10_000)))
                .docs()
                .forEach(
                        doc -> effects.put(doc.id(), doc.body().integer("times").orElseThrow()));
        return effects;
    }

    static void await(CountDownLatch latch) throws InterruptedException {
        assertTrue(latch.await(20, TimeUnit.SECONDS), "nothing happened for 20 seconds");
    }

    @Override
    public void close() {
        bus.close();
        store.close();
    }
}
