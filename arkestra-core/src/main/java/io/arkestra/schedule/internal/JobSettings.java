package io.arkestra.schedule.internal;

import io.arkestra.common.ConfigException;
import java.time.Duration;

/**
 * How a {@link DurableJobs} works. Immutable.
 *
 * @param workers how many jobs run at a time, 1 to 64
 * @param lease how long a job stays taken after its worker was last heard of; at least a second
 * @param closeWait how long closing waits for running jobs to stop
 * @param exclusive whether no other process uses the store: then jobs found running at start are orphans of an earlier process and
 *     are queued again at once, and due jobs start in order of their time
 */
public record JobSettings(int workers, Duration lease, Duration closeWait, boolean exclusive) {
    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);

    public JobSettings {
        if (workers < 1 || workers > 64) {
            throw new ConfigException("The job queue has " + workers + " workers; expected 1 to 64");
        }
        if (lease.compareTo(SHORTEST_LEASE) < 0) {
            throw new ConfigException("The lease of jobs is " + lease + "; expected " + SHORTEST_LEASE + " or more");
        }
        if (closeWait.isNegative()) {
            throw new ConfigException("The close wait of the job queue is " + closeWait + "; expected zero or more");
        }
    }

    /** Two workers, a lease of a minute, five seconds to close, the only user of the store. */
    public static JobSettings defaults() {
        return new JobSettings(2, Duration.ofMinutes(1), Duration.ofSeconds(5), true);
    }

    public JobSettings withWorkers(int value) {
        return new JobSettings(value, lease, closeWait, exclusive);
    }

    public JobSettings withLease(Duration value) {
        return new JobSettings(workers, value, closeWait, exclusive);
    }

    public JobSettings withCloseWait(Duration value) {
        return new JobSettings(workers, lease, value, exclusive);
    }

    /** The store is used by other processes or queues too: running jobs are taken over only when their lease has run out. */
    public JobSettings shared() {
        return new JobSettings(workers, lease, closeWait, false);
    }
}
