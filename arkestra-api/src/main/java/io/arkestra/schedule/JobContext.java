package io.arkestra.schedule;

import io.arkestra.common.Cancellation;
import io.arkestra.store.DocTransaction;
import java.util.function.Consumer;

/** What a running job may use. */
public interface JobContext {
    /** The job being run. */
    Job job();

    /** Says when to stop: the engine is closing or the lease was lost. */
    Cancellation cancellation();

    /**
     * Runs the effects in the transaction that completes the job: both happen or neither, so they happen once however often the job
     * is started. May be called once; a handler that returns without it completes with no effects.
     *
     * @throws io.arkestra.common.CancelledException when another worker has taken the job over; nothing was written
     */
    void complete(Consumer<DocTransaction> effects);
}
