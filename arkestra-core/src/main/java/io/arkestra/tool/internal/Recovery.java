package io.arkestra.tool.internal;

import io.arkestra.common.CancellationSource;
import io.arkestra.common.CancelledException;
import io.arkestra.common.Json;
import io.arkestra.common.Principal;
import io.arkestra.common.Scope;
import io.arkestra.concurrent.internal.Threads;
import io.arkestra.event.Events;
import io.arkestra.tool.EffectState;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what became of calls whose end nobody saw, because the process was killed between what they prepared and what they came to. Works
 * in the background: tools may be slow, and an engine opens without them. Nothing that a tool does here ends the engine.
 */
public final class Recovery implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Recovery.class);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);
    private static final Comparator<StoredCall> INNERMOST_FIRST = Comparator.comparingLong(
            (StoredCall call) -> -InnerCalls.depth(call.call().id()));

    /** Somebody who makes calls that did not happen after all. */
    @FunctionalInterface
    public interface Resumption {
        /** Whether the call will be made again under the same id, because a person had agreed to it. */
        boolean takesOver(StoredCall call);

        /** Nobody does: what did not happen is left. */
        static Resumption none() {
            return call -> false;
        }
    }

    /** What became of a call. */
    private record Verdict(StoredCall.State state, String reason) {}

    private final CallServices services;
    private final Resumption resumption;
    private final CancellationSource cancel = new CancellationSource();
    private final CountDownLatch done = new CountDownLatch(1);

    public Recovery(CallServices services, Resumption resumption) {
        this.services = services;
        this.resumption = resumption;
    }

    /** Looks for calls that an earlier process left, before any new one is made, and settles them in the background. */
    public void begin() {
        List<StoredCall> left = services.records().ofAll(List.of(StoredCall.State.PREPARED, StoredCall.State.UNDOING));
        if (left.isEmpty()) {
            done.countDown();
            return;
        }
        log.info("{} calls of tools were cut off by the end of an earlier process", left.size());
        Threads.light("arkestra-recovery", () -> settle(left)).start();
    }

    /** Waits until all that it began with are settled; false when that took too long. */
    public boolean await(Duration time) throws InterruptedException {
        return done.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void settle(List<StoredCall> left) {
        try {
            // What a call made of others is settled before itself: how far it came is what they say.
            for (StoredCall call : left.stream().sorted(INNERMOST_FIRST).toList()) {
                settle(call);
            }
        } catch (CancelledException e) {
            log.debug("The engine closes; the next one goes on with what is left of the calls that were cut off");
        } catch (RuntimeException e) { // the record stays, so that the next opening tries again
            log.warn(
                    "Calls that were cut off could not be settled: {}",
                    e.getClass().getName());
            log.debug("Calls that were cut off could not be settled", e);
        } finally {
            done.countDown();
        }
    }

    private void settle(StoredCall call) {
        Verdict verdict = verdict(call);
        Optional<StoredCall> moved = services.records().moved(call, verdict.state(), verdict.reason());
        if (moved.isEmpty()) {
            return;
        }
        String state = verdict.state().name();
        log.info(
                "Call {} of {} was cut off and is {} now",
                call.call().id(),
                call.call().tool(),
                state);
        if (verdict.state() == StoredCall.State.ABANDONED && resumption.takesOver(moved.get())) {
            return;
        }
        services.bus()
                .publish(new Events.ToolRecovered(
                        services.bus().nextHeader(call.user(), call.turn()),
                        call.call().id(),
                        call.call().tool(),
                        state,
                        verdict.reason()));
        Json detail = Json.object()
                .put("call", call.call().id())
                .put("recovered", true)
                .build();
        services.ledger().record("call", scope(call), call.call().tool(), state, List.of(), detail);
    }

    private static Scope scope(StoredCall call) {
        return Scope.of(call.user()).withPrincipal(Principal.SYSTEM);
    }

    private Verdict verdict(StoredCall call) {
        Optional<ToolRegistry.Entry> entry =
                services.registry().find(call.call().tool());
        if (entry.isEmpty()) {
            return new Verdict(StoredCall.State.REPORTED, "the tool is not there any more");
        }
        if (call.masked()) {
            return new Verdict(StoredCall.State.REPORTED, "a secret of the call was not kept");
        }
        Aftermath aftermath = new Aftermath(services, entry.get(), call, scope(call), cancel);
        boolean undoing = call.state() == StoredCall.State.UNDOING;
        EffectState state;
        try {
            state = aftermath.state();
        } catch (RuntimeException e) {
            cancel.throwIfCancelled();
            return new Verdict(StoredCall.State.REPORTED, "the tool cannot tell: " + e.getMessage());
        }
        return switch (state) {
            case ABSENT ->
                undoing
                        ? new Verdict(StoredCall.State.UNDONE, "")
                        : new Verdict(StoredCall.State.ABANDONED, "the process ended before it was made");
            case PRESENT -> new Verdict(StoredCall.State.DONE, "");
            case UNKNOWN -> unknown(call, aftermath);
        };
    }

    private Verdict unknown(StoredCall call, Aftermath aftermath) {
        if (!call.reversible()) {
            return new Verdict(StoredCall.State.REPORTED, "the process ended while it was made");
        }
        try {
            aftermath.undo();
            return new Verdict(StoredCall.State.UNDONE, "the process ended while it was made");
        } catch (RuntimeException e) {
            cancel.throwIfCancelled();
            return new Verdict(
                    StoredCall.State.REPORTED,
                    "the process ended while it was made, and it cannot be taken back: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        cancel.cancel("the engine closes");
        try {
            await(CLOSE_WAIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
