package io.arkestra.llm.gateway.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancelledException;
import io.arkestra.common.Subscription;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Passing time, chance and waiting, so that tests can do without any of them. Thread-safe. */
public interface Pace {
    /** Nanoseconds since some moment; never goes back. */
    long nanos();

    /** At least 0 and below 1. */
    double chance();

    /**
     * Waits.
     *
     * @throws CancelledException at once when cancelled
     */
    void pause(Duration time, Cancellation cancel);

    /** The machine's own. */
    static Pace system() {
        return new Pace() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public double chance() {
                return ThreadLocalRandom.current().nextDouble();
            }

            @Override
            public void pause(Duration time, Cancellation cancel) {
                CountDownLatch cancelled = new CountDownLatch(1);
                try (Subscription registration = cancel.onCancel(cancelled::countDown)) {
                    if (cancelled.await(TimeUnit.NANOSECONDS.convert(time), TimeUnit.NANOSECONDS)) {
                        cancel.throwIfCancelled();
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new CancelledException("interrupted");
                }
            }
        };
    }
}
