package io.arkestra;

import io.arkestra.common.CancellationSource;
import io.arkestra.common.TurnId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A turn of the engine: waits in its session's queue, then runs, then is done. */
final class EngineTurn implements Turn {
    private static final Logger log = LoggerFactory.getLogger(EngineTurn.class);

    private final TurnId id;
    private final CancellationSource cancel;
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private final Function<TurnId, Outcome> notStarted;
    private boolean started;

    /** @param notStarted the outcome of a turn that is cancelled while it waits in the queue */
    EngineTurn(TurnId id, CancellationSource cancel, Function<TurnId, Outcome> notStarted) {
        this.id = id;
        this.cancel = cancel;
        this.notStarted = notStarted;
    }

    @Override
    public TurnId id() {
        return id;
    }

    @Override
    public void cancel() {
        try {
            cancel.cancel("the host asked for it");
        } catch (RuntimeException e) {
            log.warn("Something that turn {} runs failed when it was told to stop", id, e);
        }
        synchronized (this) {
            if (started) {
                return;
            }
            started = true;
        }
        outcome.complete(notStarted.apply(id));
    }

    /** Takes the turn out of the queue; false when it was cancelled there. */
    synchronized boolean begin() {
        if (started) {
            return false;
        }
        started = true;
        return true;
    }

    void end(Outcome result) {
        outcome.complete(result);
    }

    @Override
    public Outcome await() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return outcome.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    cancel();
                } catch (ExecutionException e) {
                    throw new IllegalStateException("A turn ends with an outcome, never with an exception", e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public Optional<Outcome> await(Duration limit) {
        try {
            return Optional.of(outcome.get(TimeUnit.NANOSECONDS.convert(limit), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            cancel();
            Thread.currentThread().interrupt();
            return Optional.ofNullable(outcome.getNow(null));
        } catch (ExecutionException e) {
            throw new IllegalStateException("A turn ends with an outcome, never with an exception", e);
        }
    }
}
