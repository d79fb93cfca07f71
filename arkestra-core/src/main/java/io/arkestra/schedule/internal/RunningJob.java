package io.arkestra.schedule.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancellationSource;
import io.arkestra.common.CancelledException;
import io.arkestra.schedule.Job;
import io.arkestra.schedule.JobContext;
import io.arkestra.schedule.JobHandler;
import io.arkestra.schedule.JobState;
import io.arkestra.store.DocTransaction;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt at a job, from its claim to its outcome. */
final class RunningJob implements JobContext {
    private static final Logger LOG = LoggerFactory.getLogger(DurableJobs.class);

    private enum Completion {
        OPEN,
        DONE,
        /** {@link #complete} was called and threw: what it was to write is not written. */
        FAILED,
        /** The attempt is over. */
        CLOSED
    }

    private final Job job;
    private final JobStore store;
    private final Backoff backoff;
    private final Clock clock;
    private final Duration lease;
    private final CancellationSource cancellation = new CancellationSource();
    /** Held while the job is written, so that renewing the lease and completing never collide. */
    private final ReentrantLock writing = new ReentrantLock();

    private volatile Instant leaseUntil;
    private volatile boolean lost;
    private volatile @Nullable Thread thread;
    private volatile Completion completion = Completion.OPEN;

    RunningJob(Job job, JobStore store, Backoff backoff, Clock clock, Duration lease, Instant leaseUntil) {
        this.job = job;
        this.store = store;
        this.backoff = backoff;
        this.clock = clock;
        this.lease = lease;
        this.leaseUntil = leaseUntil;
    }

    @Override
    public Job job() {
        return job;
    }

    @Override
    public Cancellation cancellation() {
        return cancellation;
    }

    boolean runsOnThisThread() {
        return thread == Thread.currentThread();
    }

    @Override
    public void complete(Consumer<DocTransaction> effects) {
        writing.lock();
        try {
            if (completion != Completion.OPEN) {
                throw new IllegalStateException("complete() of job " + job.id() + " of type '" + job.type()
                        + "' was called " + (completion == Completion.CLOSED ? "after its end" : "twice")
                        + "; call it once, before the handler returns");
            }
            completion = Completion.FAILED;
            if (!store.complete(job, effects, clock.instant())) {
                lost = true;
                throw new CancelledException("job " + job.id() + " of type '" + job.type()
                        + "' was taken over by another worker after its lease had run out");
            }
            completion = Completion.DONE;
            store.sync();
        } finally {
            writing.unlock();
        }
    }

    /** Half the lease is over, and the job still needs it. */
    boolean needsRenewal(Instant now) {
        return completion == Completion.OPEN
                && !lost
                && !writing.isLocked()
                && !now.isBefore(leaseUntil.minus(lease.dividedBy(2)));
    }

    /** Prolongs the lease unless the job is just completing; cancels the handler when the lease was lost. */
    void renew() {
        if (!writing.tryLock()) {
            return;
        }
        try {
            if (completion != Completion.OPEN || lost) {
                return;
            }
            Instant until = clock.instant().plus(lease);
            if (store.renew(job, until)) {
                leaseUntil = until;
            } else {
                lost = true;
            }
        } finally {
            writing.unlock();
        }
        if (lost) {
            cancel("another worker has taken the job over");
        }
    }

    void cancel(String reason) {
        try {
            cancellation.cancel(reason);
        } catch (RuntimeException e) {
            LOG.warn("An action on the cancellation of job {} ({}) threw", job.id(), job.type(), e);
        }
    }

    /** Runs the handler and writes what became of it. Returns the new state, or empty when that is no longer ours to say. */
    Optional<JobState> run(JobHandler handler) {
        thread = Thread.currentThread();
        Throwable failure = null;
        try {
            handler.run(this);
        } catch (Throwable e) {
            // Errors too: a missing class in one handler must not end the worker.
            failure = e;
        }
        // A leftover interrupt would hit the store's file in the middle of a write.
        boolean interrupted = Thread.interrupted();
        if (interrupted && failure == null) {
            LOG.debug("The handler of job {} ({}) left its thread interrupted", job.id(), job.type());
        }
        writing.lock();
        try {
            return settle(failure);
        } finally {
            completion = Completion.CLOSED;
            thread = null;
            writing.unlock();
        }
    }

    /** Gives the job back without having run it. */
    Optional<JobState> release() {
        writing.lock();
        try {
            completion = Completion.CLOSED;
            return store.release(job) ? Optional.of(JobState.QUEUED) : Optional.empty();
        } finally {
            writing.unlock();
        }
    }

    private Optional<JobState> settle(@Nullable Throwable failure) {
        if (completion == Completion.DONE) {
            if (failure != null) {
                LOG.warn("The handler of job {} ({}) threw after the job was complete", job.id(), job.type(), failure);
            }
            return Optional.of(JobState.SUCCEEDED);
        }
        if (lost) {
            return Optional.empty();
        }
        if (cancellation.isCancelled()) {
            // Whether it threw or returned early, it was told to stop: that is neither a success nor a failure.
            return store.release(job) ? Optional.of(JobState.QUEUED) : Optional.empty();
        }
        if (failure == null && completion == Completion.OPEN) {
            if (!store.complete(job, tx -> {}, clock.instant())) {
                return Optional.empty();
            }
            store.sync();
            return Optional.of(JobState.SUCCEEDED);
        }
        String error = failure == null ? "complete() failed and the handler ignored it" : describe(failure);
        Optional<JobState> next = store.fail(job, error, backoff, clock.instant());
        LOG.debug("Job {} ({}) failed; now {}", job.id(), job.type(), next, failure);
        return next;
    }

    private static String describe(Throwable failure) {
        String message = failure.getMessage();
        return failure.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }
}
