package io.arkestra.testkit;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Subscription;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;

/**
 * A cancellation that is decided whenever the work looks whether it is cancelled: so a test can cancel at each moment in turn, do
 * something at one of them, or see how often the work looks. Whoever waits to be told with {@link #onCancel} is never told. Thread-safe
 * when what decides is.
 */
public final class WatchedCancellation implements Cancellation {
    private final LongPredicate cancelled;
    private final AtomicLong looks = new AtomicLong();

    /** @param cancelled whether it is cancelled at a look, by the look's number, which begins with 1; asked at every look */
    public WatchedCancellation(LongPredicate cancelled) {
        this.cancelled = cancelled;
    }

    /** How often the work has looked. */
    public long looks() {
        return looks.get();
    }

    @Override
    public boolean isCancelled() {
        return cancelled.test(looks.incrementAndGet());
    }

    @Override
    public Optional<String> reason() {
        return Optional.of("test");
    }

    @Override
    public Subscription onCancel(Runnable action) {
        return () -> {};
    }
}
