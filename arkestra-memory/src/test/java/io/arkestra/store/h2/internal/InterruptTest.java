package io.arkestra.store.h2.internal;

import static io.arkestra.store.h2.internal.StoreHomes.count;
import static io.arkestra.store.h2.internal.StoreHomes.open;
import static io.arkestra.store.h2.internal.StoreHomes.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.testkit.TestProviderContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cancelled turn is an interrupted thread; the store must neither break nor lose what it acknowledged. */
class InterruptTest {
    private static final int THREADS = 3;
    private static final int WRITES = 150;
    private static final int KEPT = 20;
    /** Microseconds after the begin of an opening; the last ones are after its end. */
    private static final long DELAY = 5_000;

    private static final long LONGEST_DELAY = 100_000;

    @TempDir
    Path home;

    @Test
    void file_interruptedAllTheTime_survivesAndKeepsEverything() throws Exception {
        try (H2DocStore store = open(home)) {
            interruptWhileWorking(store);
        }
        try (H2DocStore store = open(home)) {
            assertEquals(THREADS * WRITES, count(store));
        }
    }

    @Test
    void memory_interruptedAllTheTime_survives() throws Exception {
        try (H2DocStore store = open(TestProviderContext.builder().build())) {
            interruptWhileWorking(store);
        }
    }

    @Test
    void open_andClose_interruptedThread_workAndKeepTheInterrupt() {
        Thread.currentThread().interrupt();
        try {
            try (H2DocStore store = open(home)) {
                put(store, "a", 1);
                store.sync();
                store.compact();
                store.backup(home.resolve("b.zip"));
                assertEquals(1, count(store));
            }
            assertTrue(Thread.currentThread().isInterrupted());
        } finally {
            assertTrue(Thread.interrupted());
        }
        try (H2DocStore store = open(home)) {
            assertEquals(1, count(store));
        }
    }

    @Test
    void open_knownHomeOnAnInterruptedThread_worksAndKeepsTheInterrupt() {
        try (H2DocStore store = open(home)) {
            StoreHomes.fill(store, 0, KEPT);
        }
        Thread.currentThread().interrupt();
        try {
            try (H2DocStore store = open(home)) {
                assertEquals(KEPT, count(store));
                put(store, "more", 1);
            }
            assertTrue(Thread.currentThread().isInterrupted());
        } finally {
            assertTrue(Thread.interrupted());
        }
        try (H2DocStore store = open(home)) {
            assertEquals(KEPT + 1, count(store));
        }
    }

    @Test
    void look_onAnInterruptedThread_findsTheDocumentAndKeepsTheInterrupt() {
        try (H2DocStore store = open(home)) {
            StoreHomes.fill(store, 0, KEPT);
        }
        TestProviderContext context =
                TestProviderContext.builder().dataDirectory(home).build();
        Thread.currentThread().interrupt();
        try {
            assertTrue(new H2DocStoreProvider()
                    .look(context, StoreHomes.NOTES, StoreHomes.ALICE, "d1")
                    .isPresent());
            assertTrue(Thread.currentThread().isInterrupted());
        } finally {
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void open_interruptedMidway_worksAndKeepsTheInterrupt() throws Exception {
        try (H2DocStore store = open(home)) {
            StoreHomes.fill(store, 0, KEPT);
        }
        for (long microseconds = 0; microseconds <= LONGEST_DELAY; microseconds += DELAY) {
            assertEquals("kept " + KEPT + ", interrupted", openedMidway(microseconds), microseconds + " microseconds");
        }
        try (H2DocStore store = open(home)) {
            assertEquals(KEPT, count(store));
        }
    }

    @Test
    void expunge_onAnInterruptedThread_works() {
        try (H2DocStore store = open(home)) {
            put(store, "a", 1);
            Thread.currentThread().interrupt();
            try {
                store.inTransaction(tx -> {
                    tx.expunge();
                    return tx.delete("notes", StoreHomes.ALICE, "a");
                });
            } finally {
                assertTrue(Thread.interrupted());
            }
            assertEquals(0, count(store));
        }
    }

    /** What comes of an opening whose thread is interrupted so long after its begin. */
    private String openedMidway(long microseconds) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        CompletableFuture<String> outcome = new CompletableFuture<>();
        Thread opener = new Thread(() -> {
            begun.countDown();
            try (H2DocStore store = open(home)) {
                long kept = count(store);
                while (interrupted.getCount() > 0) {
                    Thread.onSpinWait();
                }
                boolean pending = Thread.currentThread().isInterrupted();
                outcome.complete("kept " + kept + (pending ? ", interrupted" : ", not interrupted"));
            } catch (RuntimeException | Error e) {
                outcome.complete(e.toString());
            }
        });
        opener.start();
        begun.await();
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(microseconds));
        opener.interrupt();
        interrupted.countDown();
        String result = outcome.get(60, TimeUnit.SECONDS);
        opener.join();
        return result;
    }

    private static void interruptWhileWorking(H2DocStore store) throws Exception {
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        AtomicInteger interruptsSeen = new AtomicInteger();
        AtomicBoolean working = new AtomicBoolean(true);
        CountDownLatch done = new CountDownLatch(THREADS);
        List<Thread> workers = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            int me = t;
            Thread worker = new Thread(() -> {
                try {
                    for (int i = 0; i < WRITES; i++) {
                        put(store, me + "-" + i, i);
                        store.sync();
                        if (Thread.interrupted()) {
                            interruptsSeen.incrementAndGet();
                        }
                    }
                } catch (Throwable e) {
                    failures.add(e);
                } finally {
                    done.countDown();
                }
            });
            workers.add(worker);
            worker.start();
        }
        Thread interrupter = new Thread(() -> {
            while (working.get()) {
                workers.forEach(Thread::interrupt);
                Thread.onSpinWait();
            }
        });
        interrupter.start();
        try {
            assertTrue(done.await(60, TimeUnit.SECONDS), "the workers should have finished");
        } finally {
            working.set(false);
            interrupter.join(10_000);
        }
        assertEquals(List.of(), List.copyOf(failures));
        assertTrue(interruptsSeen.get() > WRITES / 10, "the test should have interrupted often: " + interruptsSeen);
        assertEquals(THREADS * WRITES, count(store));
    }
}
