package io.arkestra.schedule.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.schedule.Job;
import io.arkestra.schedule.JobSpec;
import io.arkestra.schedule.JobState;
import io.arkestra.store.Doc;
import io.arkestra.store.DocPage;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import io.arkestra.store.VersionConflictException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Every change of a job's state, each one compare-and-set in one transaction. Thread-safe. */
final class JobStore {
    /** How long finished jobs stay visible; dead ones stay until somebody deletes them. */
    static final Duration HISTORY = Duration.ofDays(7);
    /** A job whose process ended this often while it ran is taken for the cause. */
    static final int MAX_INTERRUPTIONS = 32;
    /** How many due jobs are looked at together. */
    static final int CANDIDATES = 16;
    /** How many jobs are read together when some of them are to be deleted. */
    private static final int CHOSEN = 500;

    private static final String JOBS = JobRecord.COLLECTION.name();
    private static final int MAX_KEY_CHARS = 512;

    private final DocStore store;
    private final String leaseOwner;
    private final AtomicLong count = new AtomicLong();

    JobStore(DocStore store, String leaseOwner) {
        this.store = store;
        this.leaseOwner = leaseOwner;
        store.define(JobRecord.COLLECTION);
    }

    /** @param created false when an unfinished job with the same key was there */
    record Submitted(String id, boolean created) {}

    /**
     * What could run.
     *
     * @param due due jobs, the earliest first, at most {@link #CANDIDATES} of each state
     * @param next when the next job that is not due now will be, {@link Instant#MAX} when there is none
     */
    record Scan(List<Doc> due, Instant next) {}

    Submitted submit(DocTransaction tx, JobSpec spec, Instant now) {
        check("type", spec.type());
        spec.dedupeKey().ifPresent(key -> check("dedupe key", key));
        if (spec.dedupeKey().isPresent()) {
            DocQuery same = DocQuery.where(Filter.and(
                    Filter.eq(JobRecord.TYPE, spec.type()),
                    Filter.eq(JobRecord.DEDUPE, spec.dedupeKey().get())));
            List<Doc> unfinished = tx.find(JOBS, Owner.SYSTEM, same.limit(1)).docs();
            if (!unfinished.isEmpty()) {
                return new Submitted(unfinished.get(0).id(), false);
            }
        }
        String id = newId(now);
        tx.put(JOBS, DocWrite.of(Owner.SYSTEM, id, JobRecord.queued(spec, now)).expectVersion(DocWrite.ABSENT));
        return new Submitted(id, true);
    }

    private static void check(String what, String value) {
        if (value.isBlank() || value.length() > MAX_KEY_CHARS) {
            throw new InvalidInputException("The " + what + " of a job has " + value.length()
                    + " characters; expected 1 to " + MAX_KEY_CHARS + ", not all of them blank");
        }
    }

    /** Ids rise with time, so that jobs that are due at the same moment start in the order in which they were submitted. */
    private String newId(Instant now) {
        long micros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
        long random = UUID.randomUUID().getMostSignificantBits();
        return String.format("%014x%06x-%016x", micros, count.incrementAndGet() & 0xFFFFFF, random);
    }

    boolean cancel(DocTransaction tx, String id, Instant now) {
        Optional<Doc> waiting = tx.get(JOBS, Owner.SYSTEM, id).filter(doc -> {
            JobState state = JobRecord.state(doc.body());
            return state == JobState.QUEUED || state == JobState.RETRY_SCHEDULED;
        });
        waiting.ifPresent(doc -> finish(tx, doc, doc.body(), JobState.CANCELLED, now));
        return waiting.isPresent();
    }

    Optional<Job> find(String id) {
        return store.inTransaction(tx -> tx.get(JOBS, Owner.SYSTEM, id)).map(JobRecord::job);
    }

    List<Job> list(JobState state, int limit) {
        DocQuery query = DocQuery.where(Filter.eq(JobRecord.STATE, state.name()))
                .ascending(JobRecord.RUN_AT)
                .limit(limit);
        return store.inTransaction(tx -> tx.find(JOBS, Owner.SYSTEM, query)).docs().stream()
                .map(JobRecord::job)
                .toList();
    }

    /** What of these types could run now; running jobs whose lease ran out among them, but for those this engine runs itself. */
    Scan scan(Collection<String> types, Collection<String> running, Instant now) {
        if (types.isEmpty()) {
            return new Scan(List.of(), Instant.MAX);
        }
        return store.inTransaction(tx -> {
            List<Doc> due = new ArrayList<>();
            Instant next = Instant.MAX;
            for (JobState state : List.of(JobState.QUEUED, JobState.RETRY_SCHEDULED, JobState.RUNNING)) {
                String time = state == JobState.RUNNING ? JobRecord.LEASE_UNTIL : JobRecord.RUN_AT;
                int limit = state == JobState.RUNNING ? CANDIDATES + running.size() : CANDIDATES;
                Filter filter = Filter.and(
                        Filter.eq(JobRecord.STATE, state.name()), Filter.in(JobRecord.TYPE, List.copyOf(types)));
                for (Doc doc : tx.find(
                                JOBS,
                                Owner.SYSTEM,
                                DocQuery.where(filter).ascending(time).limit(limit))
                        .docs()) {
                    Instant at = doc.body().instant(time).orElse(Instant.MIN);
                    if (running.contains(doc.id())) {
                        continue;
                    }
                    if (at.isAfter(now)) {
                        next = at.isBefore(next) ? at : next;
                        break;
                    }
                    due.add(doc);
                }
            }
            due.sort(Comparator.comparing((Doc doc) -> JobRecord.job(doc).runAt())
                    .thenComparing(Doc::id));
            return new Scan(List.copyOf(due), next);
        });
    }

    /** Deletes all jobs of an owner, in whatever state. */
    long delete(Owner owner) {
        return store.deleteAll(JOBS, Owner.SYSTEM, Filter.eq("user", owner.key()));
    }

    /** Deletes the jobs of an owner of one type with some payload, in whatever state. */
    static void delete(DocTransaction tx, Owner owner, String type, Predicate<Json> payload) {
        DocQuery query = DocQuery.where(Filter.and(Filter.eq("user", owner.key()), Filter.eq(JobRecord.TYPE, type)))
                .limit(CHOSEN);
        Optional<String> next = Optional.empty();
        List<String> ids = new ArrayList<>();
        do {
            DocPage page = tx.find(JOBS, Owner.SYSTEM, next.map(query::after).orElse(query));
            page.docs().stream()
                    .filter(doc -> payload.test(JobRecord.job(doc).payload()))
                    .forEach(doc -> ids.add(doc.id()));
            next = page.next();
        } while (next.isPresent());
        ids.forEach(id -> tx.delete(JOBS, Owner.SYSTEM, id));
    }

    /** Takes the job; empty when somebody else was faster, or when it is given up instead. */
    Optional<Job> claim(Doc candidate, Instant now, Instant leaseUntil) {
        Json body = candidate.body();
        if (JobRecord.state(body) == JobState.RUNNING) {
            body = JobRecord.interrupted(body);
            if (JobRecord.interruptions(body) >= MAX_INTERRUPTIONS) {
                orphan(candidate, now);
                return Optional.empty();
            }
        }
        DocWrite write = DocWrite.update(candidate, JobRecord.claimed(body, leaseOwner, leaseUntil));
        try {
            return Optional.of(JobRecord.job(store.inTransaction(tx -> tx.put(JOBS, write))));
        } catch (VersionConflictException e) {
            // The expected way to learn that another worker has it.
            return Optional.empty();
        }
    }

    /** Queues again what an earlier process left running. Returns how many jobs that were. */
    int recover(Instant now) {
        int recovered = 0;
        DocQuery left = DocQuery.where(Filter.eq(JobRecord.STATE, JobState.RUNNING.name()))
                .ascending(JobRecord.LEASE_UNTIL)
                .limit(1_000);
        while (true) {
            List<Doc> orphans =
                    store.inTransaction(tx -> tx.find(JOBS, Owner.SYSTEM, left)).docs();
            if (orphans.isEmpty()) {
                return recovered;
            }
            orphans.forEach(doc -> orphan(doc, now));
            recovered += orphans.size();
        }
    }

    private void orphan(Doc doc, Instant now) {
        Json body = JobRecord.interrupted(doc.body());
        boolean giveUp = JobRecord.interruptions(body) >= MAX_INTERRUPTIONS;
        try {
            store.inTransaction(tx -> giveUp
                    ? finish(tx, doc, JobRecord.withError(body, poison(body)), JobState.DEAD, now)
                    : tx.put(JOBS, DocWrite.update(doc, body)));
        } catch (VersionConflictException e) {
            // Another worker has taken it over already, which is what was wanted.
            return;
        }
    }

    private static String poison(Json body) {
        return "The process ended " + JobRecord.interruptions(body)
                + " times while this job ran; it is not started again";
    }

    /** Prolongs the lease; false when it was lost. */
    boolean renew(Job job, Instant leaseUntil) {
        try {
            return store.inTransaction(tx -> held(tx, job)
                    .map(doc -> tx.put(JOBS, DocWrite.update(doc, JobRecord.renewed(doc.body(), leaseUntil))))
                    .isPresent());
        } catch (VersionConflictException e) {
            return false;
        }
    }

    /** Finishes the job and runs the effects, both or neither. Returns false, with nothing written, when the lease was lost. */
    boolean complete(Job job, Consumer<DocTransaction> effects, Instant now) {
        try {
            return store.inTransaction(tx -> {
                Doc doc = held(tx, job).orElseThrow(LeaseLost::new);
                // First, so that of two workers only one gets to its effects, and so that these may queue a job with
                // the same key.
                try {
                    finish(tx, doc, doc.body(), JobState.SUCCEEDED, now);
                } catch (VersionConflictException e) {
                    throw new LeaseLost();
                }
                effects.accept(tx);
                return true;
            });
        } catch (LeaseLost e) {
            return false;
        }
    }

    /** Leaves the transaction, and rolls it back. */
    private static final class LeaseLost extends RuntimeException {
        private static final long serialVersionUID = 1L;

        LeaseLost() {
            super("lease lost", null, false, false);
        }
    }

    void sync() {
        store.sync();
    }

    /** Counts a failure. Returns the state that follows, or empty when the lease was lost. */
    Optional<JobState> fail(Job job, String error, Backoff backoff, Instant now) {
        return store.inTransaction(tx -> held(tx, job).map(doc -> {
                    Json body = JobRecord.failed(doc.body(), error);
                    if (JobRecord.exhausted(body)) {
                        return finish(tx, doc, body, JobState.DEAD, now);
                    }
                    Duration delay = backoff.delay(JobRecord.backoff(body), JobRecord.failures(body) - 1);
                    return tx.put(JOBS, DocWrite.update(doc, JobRecord.retried(body, now.plus(delay))));
                }))
                .map(doc -> JobRecord.state(doc.body()));
    }

    /** Puts a job that did no work back into the queue. Returns false when the lease was lost. */
    boolean release(Job job) {
        return store.inTransaction(tx -> held(tx, job)
                .map(doc -> tx.put(JOBS, DocWrite.update(doc, JobRecord.released(doc.body()))))
                .isPresent());
    }

    private Optional<Doc> held(DocTransaction tx, Job job) {
        return tx.get(JOBS, Owner.SYSTEM, job.id())
                .filter(doc -> JobRecord.leased(doc.body(), leaseOwner, job.fence()));
    }

    private static Doc finish(DocTransaction tx, Doc doc, Json body, JobState state, Instant now) {
        DocWrite write = DocWrite.update(doc, JobRecord.finished(body, state, now));
        return tx.put(JOBS, state == JobState.DEAD ? write : write.expiresAt(now.plus(HISTORY)));
    }
}
