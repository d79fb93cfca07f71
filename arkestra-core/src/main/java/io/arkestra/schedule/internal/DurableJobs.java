package io.arkestra.schedule.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.common.Subscription;
import io.arkestra.concurrent.internal.Threads;
import io.arkestra.event.EventHeader;
import io.arkestra.event.Events;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.schedule.Job;
import io.arkestra.schedule.JobHandler;
import io.arkestra.schedule.JobQueue;
import io.arkestra.schedule.JobSpec;
import io.arkestra.schedule.JobState;
import io.arkestra.store.Doc;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.Owner;
import io.arkestra.store.UniqueKeyException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Durable jobs on a document store.
 *
 * <p>A job is due by the given clock; the clock is looked at whenever a job is submitted and at least once a second of real time, so a
 * clock that is set or moved by hand is noticed. A clock that jumps back delays what is due later and repeats nothing.
 *
 * <p>An exception of the handler uses up one of the job's attempts; the end of the process does not, unless it happened
 * {@value JobStore#MAX_INTERRUPTIONS} times to the same job. Finished and cancelled jobs stay visible for seven days, dead ones until
 * they are deleted.
 *
 * <p>Every change of state is published as {@link Events.JobChanged}, except that a job submitted or cancelled in a caller's
 * transaction is first heard of when it runs: whether that transaction commits is not known here.
 *
 * <p>{@link #close} starts nothing more, cancels what runs and waits a bounded time; work that was told to stop, or never began, goes
 * back into the queue. Threads are not interrupted, because an interrupt would break the store's file.
 */
public final class DurableJobs implements JobQueue, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DurableJobs.class);
    private static final long POLL_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** How often a store that other processes may write to is looked at although nobody here changed it. */
    private static final long STALE_NANOS = TimeUnit.SECONDS.toNanos(15);

    private static final int SUBMIT_TRIES = 5;

    private final JobStore jobs;
    private final DocStore store;
    private final EngineEventBus bus;
    private final Clock clock;
    private final JobSettings settings;
    private final Backoff backoff;
    private final Map<String, JobHandler> handlers = new ConcurrentHashMap<>();
    private final Map<String, RunningJob> running = new ConcurrentHashMap<>();
    private final ExecutorService workers;
    private final Thread dispatcher;
    private final Subscription watch;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean started;
    private boolean dirty = true;
    private volatile boolean failing;
    private Instant nextDue = Instant.MIN;
    private long lastScan = System.nanoTime();
    private volatile boolean closed;

    /**
     * Opens the queue and recovers what an earlier process left; jobs run once {@link #start} is called, or in {@link #runDue}.
     *
     * @param clock when jobs are due
     * @param random spreads the waits between attempts; used under a lock
     */
    public DurableJobs(DocStore store, EngineEventBus bus, Clock clock, RandomGenerator random, JobSettings settings) {
        this.store = store;
        this.bus = bus;
        this.clock = clock;
        this.settings = settings;
        this.backoff = new Backoff(random);
        this.jobs = new JobStore(store, UUID.randomUUID().toString());
        if (settings.exclusive()) {
            int recovered = jobs.recover(clock.instant());
            if (recovered > 0) {
                LOG.info("{} jobs that an earlier process left unfinished are queued again", recovered);
            }
        }
        this.workers = new ThreadPoolExecutor(
                settings.workers(),
                settings.workers(),
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(settings.workers()),
                Threads.factory("arkestra-job"));
        this.dispatcher = Threads.daemon("arkestra-jobs", this::dispatch);
        this.watch = store.watch(JobRecord.COLLECTION.name(), this::wake);
    }

    /** Starts running jobs on threads of the queue's own. Idempotent. */
    public void start() {
        lock.lock();
        try {
            if (!started && !closed) {
                started = true;
                dispatcher.start();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Subscription register(String type, JobHandler handler) {
        if (handlers.putIfAbsent(type, handler) != null) {
            throw new ConfigException("Jobs of type '" + type
                    + "' have a handler already; close its registration before registering another one");
        }
        wake();
        return () -> handlers.remove(type, handler);
    }

    @Override
    public String submit(JobSpec spec) {
        JobStore.Submitted submitted = submitted(spec);
        jobs.sync();
        if (submitted.created()) {
            publish(submitted.id(), spec.type(), spec.owner(), JobState.QUEUED);
        }
        return submitted.id();
    }

    /** Two callers with the same dedupe key at the same moment: the slower one finds the job of the faster one. */
    private JobStore.Submitted submitted(JobSpec spec) {
        for (int i = 1; ; i++) {
            try {
                return store.inTransaction(tx -> jobs.submit(tx, spec, clock.instant()));
            } catch (UniqueKeyException e) {
                if (i == SUBMIT_TRIES) {
                    throw e;
                }
            }
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws UniqueKeyException when another transaction queues a job with the same dedupe key at this moment; run it again
     */
    @Override
    public String submit(DocTransaction transaction, JobSpec spec) {
        return jobs.submit(transaction, spec, clock.instant()).id();
    }

    @Override
    public boolean cancel(DocTransaction transaction, String id) {
        return jobs.cancel(transaction, id, clock.instant());
    }

    @Override
    public Optional<Job> find(String id) {
        return jobs.find(id);
    }

    @Override
    public List<Job> list(JobState state, int limit) {
        return jobs.list(state, limit);
    }

    /**
     * Deletes the jobs of an owner of one type with some payload, in whatever state, as part of the caller's transaction. One that runs
     * can complete nothing any more.
     */
    public static void forget(DocTransaction transaction, Owner owner, String type, Predicate<Json> payload) {
        JobStore.delete(transaction, owner, type, payload);
    }

    /**
     * Deletes all jobs of an owner, finished ones included, and stops those that run: whatever one still does, it can complete
     * nothing any more. Waits a bounded time for it.
     *
     * @return how many jobs there were
     */
    public long forget(Owner owner) {
        long deleted = jobs.delete(owner);
        List<RunningJob> left = running.values().stream()
                .filter(attempt -> attempt.job().owner().equals(owner) && !attempt.runsOnThisThread())
                .toList();
        left.forEach(attempt -> attempt.cancel("its owner is being forgotten"));
        long deadline = System.nanoTime() + settings.closeWait().toNanos();
        lock.lock();
        try {
            long rest = deadline - System.nanoTime();
            while (rest > 0 && left.stream().anyMatch(attempt -> running.containsValue(attempt))) {
                rest = changed.awaitNanos(rest);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        return deleted + jobs.delete(owner);
    }

    /**
     * Runs everything that is due now on the calling thread, and returns when that, and whatever else was running, is over. For tests
     * that move the clock by hand, and for hosts that want no threads.
     *
     * @return how many jobs this call started
     * @throws IllegalStateException when a job calls it, which would wait for itself
     */
    public int runDue() {
        if (running.values().stream().anyMatch(RunningJob::runsOnThisThread)) {
            throw new IllegalStateException(
                    "runDue() was called by a running job, which it would wait for; submit a job instead");
        }
        int count = 0;
        boolean idle = false;
        while (!closed) {
            List<Doc> due = scan(clock.instant()).due();
            if (due.isEmpty() && idle) {
                break;
            }
            for (Doc candidate : due) {
                Optional<RunningJob> claimed = claim(candidate);
                if (claimed.isPresent()) {
                    run(claimed.get());
                    count++;
                }
            }
            if (due.isEmpty()) {
                awaitIdle();
            }
            // Jobs that were running until now may have queued more: only a scan after that says that nothing is due.
            idle = due.isEmpty();
        }
        return count;
    }

    private JobStore.Scan scan(Instant now) {
        return jobs.scan(handlers.keySet(), running.keySet(), now);
    }

    private void dispatch() {
        while (awaitWork()) {
            boolean failed = false;
            try {
                renewLeases();
                startDue();
            } catch (RuntimeException e) {
                failed = true;
                if (!failing && !closed) {
                    LOG.warn("The job queue cannot read or write the store; it tries again every second", e);
                }
            }
            failing = failed;
        }
    }

    /** Waits until there may be something to do; false when the queue is closed. */
    private boolean awaitWork() {
        lock.lock();
        try {
            long restUntil = System.nanoTime() + (failing ? POLL_NANOS : 0);
            while (!closed) {
                long rest = restUntil - System.nanoTime();
                if (rest <= 0 && (failing || workWaits())) {
                    dirty = false;
                    return true;
                }
                changed.awaitNanos(rest > 0 ? rest : waitNanos());
            }
            return false;
        } catch (InterruptedException e) {
            LOG.warn("The thread of the job queue was interrupted from outside; no more jobs are started", e);
            return false;
        } finally {
            lock.unlock();
        }
    }

    private boolean workWaits() {
        Instant now = clock.instant();
        if (running.values().stream().anyMatch(job -> job.needsRenewal(now))) {
            return true;
        }
        boolean stale = System.nanoTime() - lastScan > STALE_NANOS;
        return running.size() < settings.workers() && (dirty || stale || !now.isBefore(nextDue));
    }

    private long waitNanos() {
        Instant now = clock.instant();
        if (running.size() >= settings.workers() || !nextDue.isBefore(now.plusNanos(POLL_NANOS))) {
            return POLL_NANOS;
        }
        return nextDue.isAfter(now) ? Duration.between(now, nextDue).toNanos() : 1;
    }

    private void renewLeases() {
        Instant now = clock.instant();
        running.values().stream().filter(job -> job.needsRenewal(now)).forEach(RunningJob::renew);
    }

    private void startDue() {
        int free = settings.workers() - running.size();
        if (free <= 0) {
            return;
        }
        Instant now = clock.instant();
        JobStore.Scan scan = scan(now);
        lock.lock();
        try {
            nextDue = scan.due().isEmpty() ? scan.next() : now;
            lastScan = System.nanoTime();
        } finally {
            lock.unlock();
        }
        List<Doc> due = new ArrayList<>(scan.due());
        if (!settings.exclusive()) {
            // Queues that share a store would all try the same job first.
            Collections.shuffle(due);
        }
        for (Doc candidate : due) {
            if (closed || free == 0) {
                return;
            }
            Optional<RunningJob> claimed = claim(candidate);
            if (claimed.isPresent()) {
                workers.execute(() -> run(claimed.get()));
                free--;
            }
        }
    }

    private Optional<RunningJob> claim(Doc candidate) {
        Instant now = clock.instant();
        Instant leaseUntil = now.plus(settings.lease());
        Optional<RunningJob> claimed = jobs.claim(candidate, now, leaseUntil)
                .map(job -> new RunningJob(job, jobs, backoff, clock, settings.lease(), leaseUntil));
        claimed.ifPresent(attempt -> {
            Job job = attempt.job();
            running.put(job.id(), attempt);
            publish(job.id(), job.type(), job.owner(), JobState.RUNNING);
        });
        return claimed;
    }

    private void run(RunningJob attempt) {
        Job job = attempt.job();
        try {
            JobHandler handler = handlers.get(job.type());
            Optional<JobState> state = closed || handler == null ? attempt.release() : attempt.run(handler);
            state.ifPresent(next -> publish(job.id(), job.type(), job.owner(), next));
        } catch (RuntimeException e) {
            LOG.warn(
                    "What became of job {} ({}) cannot be written; it is taken up again after its lease, or at the next start",
                    job.id(),
                    job.type(),
                    e);
        } finally {
            running.remove(job.id(), attempt);
            wake();
        }
    }

    /** Something changed that may mean work. The dispatcher's own writes do not. */
    private void wake() {
        if (Thread.currentThread() == dispatcher) {
            return;
        }
        lock.lock();
        try {
            dirty = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void awaitIdle() {
        lock.lock();
        try {
            while (!running.isEmpty()) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void publish(String id, String type, Owner owner, JobState state) {
        EventHeader header = owner.user().map(bus::nextHeader).orElseGet(bus::nextHeader);
        bus.publish(new Events.JobChanged(header, id, type, state.name()));
    }

    /** Idempotent. See the class comment. Called by a job, it does not wait for that job. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        watch.close();
        running.values().forEach(attempt -> attempt.cancel("the engine is closing"));
        long deadline = System.nanoTime() + settings.closeWait().toNanos();
        try {
            if (started && Thread.currentThread() != dispatcher) {
                dispatcher.join(Math.max(1, settings.closeWait().toMillis()));
            }
            awaitOthers(deadline);
        } catch (InterruptedException e) {
            // Whoever interrupts wants this to end: the deadline counts as reached.
            Thread.currentThread().interrupt();
        }
        workers.shutdown();
        running.values().stream()
                .filter(attempt -> !attempt.runsOnThisThread())
                .forEach(attempt -> LOG.warn(
                        "Job {} ({}) did not stop within {}; it is left alone and runs again at the next start",
                        attempt.job().id(),
                        attempt.job().type(),
                        settings.closeWait()));
    }

    private void awaitOthers(long deadline) throws InterruptedException {
        lock.lock();
        try {
            long left = deadline - System.nanoTime();
            while (left > 0 && !running.values().stream().allMatch(RunningJob::runsOnThisThread)) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
