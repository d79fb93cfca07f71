package io.arkestra.event.internal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Subscription;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.event.ArkestraEvent;
import io.arkestra.event.Delivery;
import io.arkestra.event.Delivery.Overflow;
import io.arkestra.event.EventHeader;
import io.arkestra.event.Events;
import io.arkestra.event.Topic;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EngineEventBusTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    private final EngineEventBus bus = new EngineEventBus(Clock.fixed(NOW, ZoneOffset.UTC));

    @AfterEach
    void close() {
        bus.close();
    }

    private ArkestraEvent text(String text) {
        return new Events.TextDelta(bus.nextHeader(), text);
    }

    private void publish(String... texts) {
        for (String text : texts) {
            bus.publish(text(text));
        }
    }

    private static String textOf(ArkestraEvent event) {
        return ((Events.TextDelta) event).text();
    }

    @Test
    void nextHeader_fromManyThreads_numbersWithoutGapOrRepeat() throws Exception {
        Set<Long> seen = new ConcurrentSkipListSet<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 1_000; i++) {
                    seen.add(bus.nextHeader().sequence());
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(4_000, seen.size());
        assertEquals(1, ((ConcurrentSkipListSet<Long>) seen).first());
        assertEquals(4_000, ((ConcurrentSkipListSet<Long>) seen).last());
    }

    @Test
    void nextHeader_withUserAndTurn_carriesThem() {
        EventHeader header = bus.nextHeader(UserId.of("alice"), TurnId.of("t1"));
        assertEquals(UserId.of("alice"), header.user().orElseThrow());
        assertEquals(TurnId.of("t1"), header.turn().orElseThrow());
        assertEquals(NOW, header.at());
        assertTrue(bus.nextHeader(UserId.of("alice")).turn().isEmpty());
    }

    @Test
    void subscribe_withTopics_getsOnlyThose() {
        List<Topic> got = new ArrayList<>();
        bus.subscribe(Set.of(Topic.JOB), Delivery.sync(), event -> got.add(event.topic()));
        publish("ignored");
        bus.publish(new Events.JobChanged(bus.nextHeader(), "1", "t", "QUEUED"));
        assertEquals(List.of(Topic.JOB), got);
    }

    @Test
    void publish_toListenerThatThrows_reachesTheOthers() {
        List<String> got = new ArrayList<>();
        AtomicInteger calls = new AtomicInteger();
        bus.subscribe(Set.of(), Delivery.sync(), event -> {
            calls.incrementAndGet();
            throw new NoClassDefFoundError("broken listener");
        });
        bus.subscribe(Set.of(), Delivery.sync(), event -> got.add(textOf(event)));
        publish("a", "b");
        assertEquals(List.of("a", "b"), got);
        assertEquals(2, calls.get());
    }

    @Test
    void publish_fromWithinAListener_keepsTheOrderForAll() {
        List<String> got = new ArrayList<>();
        bus.subscribe(Set.of(), Delivery.sync(), event -> {
            if (textOf(event).equals("a")) {
                publish("answer to a");
            }
        });
        bus.subscribe(Set.of(), Delivery.sync(), event -> got.add(textOf(event)));
        publish("a", "b");
        assertEquals(List.of("a", "answer to a", "b"), got);
    }

    @Test
    void close_ofASubscription_endsTheCalls() {
        List<String> got = new ArrayList<>();
        Subscription subscription = bus.subscribe(Set.of(), Delivery.sync(), event -> got.add(textOf(event)));
        publish("a");
        subscription.close();
        subscription.close();
        publish("b");
        assertEquals(List.of("a"), got);
    }

    /** A queued listener that is held inside its first event. */
    private final class Held {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);
        final BlockingQueue<String> got = new LinkedBlockingQueue<>();
        final AtomicReference<Thread> thread = new AtomicReference<>();

        Held(int capacity, Overflow overflow) throws InterruptedException {
            bus.subscribe(Set.of(), Delivery.queued(capacity, overflow), event -> {
                thread.set(Thread.currentThread());
                entered.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    got.add("interrupted");
                }
                got.add(textOf(event));
            });
            publish("first");
            assertTrue(entered.await(10, SECONDS));
        }

        List<String> take(int count) throws InterruptedException {
            List<String> taken = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                taken.add(String.valueOf(got.poll(10, SECONDS)));
            }
            return taken;
        }
    }

    @Test
    void publish_toFullDropOldestQueue_losesAndCountsTheOldest() throws Exception {
        Held held = new Held(2, Overflow.DROP_OLDEST);
        publish("a", "b", "c", "d");
        assertEquals(2, bus.dropped());
        held.release.countDown();
        assertEquals(List.of("first", "c", "d"), held.take(3));
    }

    @Test
    void publish_toFullDropLatestQueue_losesAndCountsTheNew() throws Exception {
        Held held = new Held(2, Overflow.DROP_LATEST);
        publish("a", "b", "c", "d");
        assertEquals(2, bus.dropped());
        held.release.countDown();
        assertEquals(List.of("first", "a", "b"), held.take(3));
    }

    @Test
    void publish_toFullBlockQueue_waitsAndLosesNothing() throws Exception {
        Held held = new Held(1, Overflow.BLOCK);
        publish("a");
        CountDownLatch published = new CountDownLatch(1);
        Thread publisher = new Thread(() -> {
            publish("b");
            published.countDown();
        });
        publisher.start();
        awaitState(publisher, Thread.State.WAITING);
        assertEquals(1, published.getCount());
        held.release.countDown();
        assertTrue(published.await(10, SECONDS));
        assertEquals(List.of("first", "a", "b"), held.take(3));
        assertEquals(0, bus.dropped());
    }

    @Test
    void publish_interruptedWhileBlocked_returnsWithTheEventKept() throws Exception {
        Held held = new Held(1, Overflow.BLOCK);
        publish("a");
        AtomicReference<Boolean> flag = new AtomicReference<>(false);
        Thread publisher = new Thread(() -> {
            publish("b");
            flag.set(Thread.currentThread().isInterrupted());
        });
        publisher.start();
        awaitState(publisher, Thread.State.WAITING);
        publisher.interrupt();
        publisher.join();
        assertTrue(flag.get());
        held.release.countDown();
        assertEquals(List.of("first", "a", "b"), held.take(3));
    }

    @Test
    void publish_fromABlockingListenerIntoItsOwnFullQueue_doesNotDeadlock() throws Exception {
        CountDownLatch done = new CountDownLatch(4);
        bus.subscribe(Set.of(), Delivery.queued(1, Overflow.BLOCK), event -> {
            if (textOf(event).equals("start")) {
                publish("1", "2", "3");
            }
            done.countDown();
        });
        publish("start");
        assertTrue(done.await(10, SECONDS));
    }

    @Test
    void subscribe_queued_runsOnADaemonThreadOfItsOwn() throws Exception {
        Held held = new Held(1, Overflow.BLOCK);
        assertTrue(held.thread.get().isDaemon());
        assertTrue(held.thread.get().getName().startsWith("arkestra-event-"));
        held.release.countDown();
    }

    @Test
    void publish_fromSeveralThreads_keepsTheOrderOfEach() throws Exception {
        BlockingQueue<String> got = new LinkedBlockingQueue<>();
        bus.subscribe(Set.of(), Delivery.queued(8, Overflow.BLOCK), event -> got.add(textOf(event)));
        List<Thread> threads = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            Thread thread = new Thread(() -> {
                for (int i = 1_000; i < 1_500; i++) {
                    publish(name + i);
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        bus.close();
        assertEquals(1_500, got.size());
        for (String name : List.of("a", "b", "c")) {
            List<String> own =
                    got.stream().filter(text -> text.startsWith(name)).toList();
            assertEquals(List.copyOf(new TreeSet<>(own)), own);
        }
    }

    @Test
    void close_withQueuedEvents_deliversThemAndEndsTheThread() throws Exception {
        Held held = new Held(10, Overflow.BLOCK);
        publish("a", "b");
        Thread thread = held.thread.get();
        held.release.countDown();
        bus.close();
        assertEquals(List.of("first", "a", "b"), List.copyOf(held.got));
        thread.join(10_000);
        assertFalse(thread.isAlive());
        publish("after");
        assertEquals(0, bus.dropped());
    }

    @Test
    void close_withAStuckListener_returnsAfterItsWaitWithoutInterrupting() throws Exception {
        Held held = new Held(10, Overflow.BLOCK);
        publish("a");
        assertTimeoutPreemptively(Duration.ofSeconds(5), bus::close);
        assertEquals(1, bus.dropped());
        held.release.countDown();
        assertEquals(List.of("first"), held.take(1));
        held.thread.get().join(10_000);
        assertFalse(held.thread.get().isAlive());
    }

    @Test
    void close_releasesABlockedPublisher() throws Exception {
        Held held = new Held(1, Overflow.BLOCK);
        publish("a");
        Thread publisher = new Thread(() -> publish("b"));
        publisher.start();
        awaitState(publisher, Thread.State.WAITING);
        bus.close();
        publisher.join(10_000);
        assertFalse(publisher.isAlive());
        held.release.countDown();
    }

    @Test
    void close_calledByAQueuedListener_doesNotWaitForItself() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        long start = System.nanoTime();
        bus.subscribe(Set.of(), Delivery.queued(1, Overflow.BLOCK), event -> {
            bus.close();
            closed.countDown();
        });
        publish("a");
        assertTrue(closed.await(10, SECONDS));
        assertTrue(System.nanoTime() - start < EngineEventBus.CLOSE_WAIT.toNanos());
    }

    @Test
    void subscribe_afterClose_isRefused() {
        bus.close();
        ArkestraException refused =
                assertThrows(ArkestraException.class, () -> bus.subscribe(Set.of(), Delivery.sync(), event -> {}));
        assertEquals("event.closed", refused.code());
    }

    private static void awaitState(Thread thread, Thread.State state) {
        long deadline = System.nanoTime() + SECONDS.toNanos(10);
        while (thread.getState() != state && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertEquals(state, thread.getState());
    }

    // ---- the standard publisher

    /** Records signals, requests what the test says. */
    private static class Recorder implements Flow.Subscriber<ArkestraEvent> {
        final BlockingQueue<String> signals = new LinkedBlockingQueue<>();
        final CopyOnWriteArrayList<Thread> threads = new CopyOnWriteArrayList<>();
        volatile Flow.Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription value) {
            threads.addIfAbsent(Thread.currentThread());
            subscription = value;
            signals.add("subscribed");
        }

        @Override
        public void onNext(ArkestraEvent event) {
            threads.addIfAbsent(Thread.currentThread());
            signals.add(textOf(event));
        }

        @Override
        public void onError(Throwable error) {
            signals.add(error.getClass().getSimpleName());
        }

        @Override
        public void onComplete() {
            signals.add("complete");
        }

        String next() throws InterruptedException {
            return String.valueOf(signals.poll(10, SECONDS));
        }
    }

    private Recorder recorder() throws InterruptedException {
        Recorder recorder = new Recorder();
        bus.asPublisher().subscribe(recorder);
        assertEquals("subscribed", recorder.next());
        return recorder;
    }

    @Test
    void asPublisher_givesNoMoreThanAskedFor() throws Exception {
        Recorder recorder = recorder();
        publish("a", "b", "c");
        recorder.subscription.request(1);
        assertEquals("a", recorder.next());
        assertTrue(recorder.signals.isEmpty());
        recorder.subscription.request(Long.MAX_VALUE);
        recorder.subscription.request(Long.MAX_VALUE);
        assertEquals("b", recorder.next());
        assertEquals("c", recorder.next());
        publish("d");
        assertEquals("d", recorder.next());
        assertEquals(1, recorder.threads.size());
    }

    @Test
    void asPublisher_withoutDemand_keepsTheLatest1024() throws Exception {
        Recorder recorder = recorder();
        for (int i = 0; i < 1_030; i++) {
            publish("e" + i);
        }
        assertEquals(6, bus.dropped());
        recorder.subscription.request(1);
        assertEquals("e6", recorder.next());
    }

    @Test
    void asPublisher_wrongRequest_isAnErrorSignal() throws Exception {
        Recorder recorder = recorder();
        recorder.subscription.request(0);
        assertEquals("IllegalArgumentException", recorder.next());
        publish("a");
        bus.close();
        assertTrue(recorder.signals.isEmpty());
    }

    @Test
    void asPublisher_cancelled_isSilent() throws Exception {
        Recorder recorder = recorder();
        recorder.subscription.request(10);
        recorder.subscription.cancel();
        publish("a");
        bus.close();
        assertTrue(recorder.signals.isEmpty());
        assertEquals(0, bus.dropped());
    }

    @Test
    void asPublisher_onClose_deliversWhatWasAskedForAndCompletes() throws Exception {
        Recorder recorder = recorder();
        recorder.subscription.request(1);
        publish("a", "b");
        bus.close();
        assertEquals("a", recorder.next());
        assertEquals("complete", recorder.next());
        assertEquals(1, bus.dropped());
    }

    @Test
    void asPublisher_afterClose_completesAtOnce() throws Exception {
        bus.close();
        assertEquals("complete", recorder().next());
    }

    @Test
    void asPublisher_subscriberThatThrows_isCancelledAndDisturbsNobody() throws Exception {
        CountDownLatch threw = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        Recorder other = recorder();
        other.subscription.request(10);
        Recorder broken = new Recorder();
        bus.asPublisher().subscribe(new Flow.Subscriber<ArkestraEvent>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(10);
            }

            @Override
            public void onNext(ArkestraEvent event) {
                calls.incrementAndGet();
                threw.countDown();
                throw new IllegalStateException("broken");
            }

            @Override
            public void onError(Throwable error) {
                broken.onError(error);
            }

            @Override
            public void onComplete() {
                broken.onComplete();
            }
        });
        publish("a");
        assertTrue(threw.await(10, SECONDS));
        publish("b");
        assertEquals("a", other.next());
        assertEquals("b", other.next());
        bus.close();
        assertEquals(1, calls.get());
        assertTrue(broken.signals.isEmpty());
    }
}
