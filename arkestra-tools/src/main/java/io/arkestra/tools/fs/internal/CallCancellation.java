package io.arkestra.tools.fs.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancelledException;
import io.arkestra.common.Subscription;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolException.Reason;
import java.util.Optional;

/**
 * Whether a call is still wanted: it counts as cancelled when the turn is, when the time for the call is over, and on a thread that was
 * interrupted, as that of a call is which was given up. {@link #onCancel} hears of the turn alone.
 */
public final class CallCancellation implements Cancellation {
    private static final String INTERRUPTED = "interrupted";

    private final ToolContext context;

    private CallCancellation(ToolContext context) {
        this.context = context;
    }

    public static CallCancellation of(ToolContext context) {
        return new CallCancellation(context);
    }

    /**
     * For where nobody knows of the call: an interrupted thread reads nothing more, which says nothing about the files.
     *
     * @throws CancelledException when the thread is interrupted; it stays so
     */
    public static void throwIfInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancelledException(INTERRUPTED);
        }
    }

    private boolean isLate() {
        return context.clock().instant().isAfter(context.deadline());
    }

    @Override
    public boolean isCancelled() {
        return context.cancellation().isCancelled() || Thread.currentThread().isInterrupted() || isLate();
    }

    @Override
    public Optional<String> reason() {
        if (context.cancellation().isCancelled()) {
            return context.cancellation().reason();
        }
        if (Thread.currentThread().isInterrupted()) {
            return Optional.of(INTERRUPTED);
        }
        return isLate() ? Optional.of("its time is over") : Optional.empty();
    }

    @Override
    public Subscription onCancel(Runnable action) {
        return context.cancellation().onCancel(action);
    }

    /**
     * @throws CancelledException when the turn was cancelled or the thread interrupted
     * @throws ToolException with {@code TIMEOUT} when the time for the call is over
     */
    @Override
    public void throwIfCancelled() {
        context.cancellation().throwIfCancelled();
        throwIfInterrupted();
        if (isLate()) {
            throw new ToolException(Reason.TIMEOUT, "The time for the call was over before it was done");
        }
    }
}
