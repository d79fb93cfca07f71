package io.arkestra.examples.chat;

import io.arkestra.common.Scope;
import io.arkestra.event.ArkestraEvent;
import io.arkestra.event.Events;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells how far a call has got: its beginning, its end, and twice a second between them. Thread-safe. */
final class ToolProgress implements Consumer<ArkestraEvent> {
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Scope scope;
    private final Clock clock;
    private final Consumer<String> output;
    private final ReentrantLock lock = new ReentrantLock();
    private String call = "";
    private @Nullable Instant said;

    ToolProgress(Scope scope, Clock clock, Consumer<String> output) {
        this.scope = scope;
        this.clock = clock;
        this.output = output;
    }

    @Override
    public void accept(ArkestraEvent event) {
        if (!(event instanceof Events.ToolProgressed step)
                || !step.header().user().equals(Optional.of(scope.user()))) {
            return;
        }
        lock.lock();
        try {
            Instant now = clock.instant();
            boolean begins = !step.call().equals(call);
            boolean ends = step.total() > 0 && step.done() >= step.total();
            if (begins || ends || said == null || !now.isBefore(said.plus(PAUSE))) {
                call = step.call();
                said = now;
                output.accept(step.tool() + " " + step.what() + " " + step.done()
                        + (step.total() > 0 ? "/" + step.total() : ""));
            }
        } finally {
            lock.unlock();
        }
    }
}
