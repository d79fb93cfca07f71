package io.arkestra.schedule;

import io.arkestra.common.Subscription;
import io.arkestra.store.DocTransaction;
import java.util.List;
import java.util.Optional;

/**
 * Durable jobs: claimed by compare-and-set, leased, fenced, tried again with exponential backoff and full jitter, kept when given up.
 * Thread-safe.
 */
public interface JobQueue {
    /**
     * Says who runs jobs of a type. Jobs of a type without a handler wait.
     *
     * @throws io.arkestra.common.ConfigException when the type has a handler
     */
    Subscription register(String type, JobHandler handler);

    /** Queues a job. Returns its id, or that of the unfinished job with the same dedupe key. */
    String submit(JobSpec spec);

    /** Queues a job as part of the caller's transaction. */
    String submit(DocTransaction transaction, JobSpec spec);

    /** Withdraws a job that is not running, as part of the caller's transaction. Returns false when it is too late. */
    boolean cancel(DocTransaction transaction, String id);

    /** A job of any owner: for hosts and maintenance, not for a user to steer. */
    Optional<Job> find(String id);

    /** Jobs of all owners in this state, the earliest due first. */
    List<Job> list(JobState state, int limit);
}
