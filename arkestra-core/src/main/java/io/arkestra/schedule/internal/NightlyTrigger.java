package io.arkestra.schedule.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Json;
import io.arkestra.common.Subscription;
import io.arkestra.schedule.Job;
import io.arkestra.schedule.JobContext;
import io.arkestra.schedule.JobHandler;
import io.arkestra.schedule.JobQueue;
import io.arkestra.schedule.JobSpec;
import io.arkestra.schedule.JobState;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Runs a job once per night at a wall-clock time; in a daylight-saving gap as much later as the gap is long.
 *
 * <p>A night that passed while nothing was running is caught up once at the next start, unless the last run is less than a day old
 * (somebody may have asked for it by hand); several missed nights are caught up together. The next night is scheduled before the job
 * begins, so a night that fails does not end the row.
 */
public final class NightlyTrigger implements AutoCloseable {
    /** Type of the jobs. */
    public static final String JOB_TYPE = "sleep";

    static final CollectionSpec COLLECTION =
            CollectionSpec.builder("schedules").check(NightlyTrigger::check).build();

    private static final String NAME = COLLECTION.name();
    private static final String ID = "sleep";
    private static final String NIGHT = "night";
    private static final String AT = "at";
    private static final String JOB = "job";
    private static final String LAST_RUN = "last_run";
    private static final Set<JobState> FINISHED = Set.of(JobState.SUCCEEDED, JobState.DEAD, JobState.CANCELLED);
    /** Later than this after its time, a night was missed. */
    private static final Duration MISSED = Duration.ofHours(1);

    private static final Duration RECENT = Duration.ofHours(24);

    private final DocStore store;
    private final JobQueue jobs;
    private final LocalTime sleepAt;
    private final ZoneId zone;
    private final Clock clock;
    private final JobHandler handler;
    private Optional<Subscription> registration = Optional.empty();

    /** @param handler what to do at night, as of any job: tried again when it throws */
    public NightlyTrigger(
            DocStore store, JobQueue jobs, LocalTime sleepAt, ZoneId zone, Clock clock, JobHandler handler) {
        this.store = store;
        this.jobs = jobs;
        this.sleepAt = sleepAt;
        this.zone = zone;
        this.clock = clock;
        this.handler = handler;
        store.define(COLLECTION);
    }

    /** Schedules the next night, after a change of the settings anew. Call once. */
    public void start() {
        Optional<Json> known = plan();
        boolean waiting = known.flatMap(body -> body.string(JOB))
                .flatMap(jobs::find)
                .filter(job -> !FINISHED.contains(job.state()))
                .isPresent();
        Instant now = clock.instant();
        // A missed night's job is due now, and schedules the next night itself.
        boolean missed = waiting
                && known.flatMap(body -> body.instant(AT))
                        .filter(at -> !at.isAfter(now))
                        .isPresent();
        Night next = nightAfter(now);
        boolean planned = waiting
                && known.flatMap(body -> body.instant(AT))
                        .filter(next.at()::equals)
                        .isPresent();
        if (!missed && !planned) {
            store.inTransaction(tx -> {
                known.flatMap(body -> body.string(JOB)).ifPresent(job -> jobs.cancel(tx, job));
                schedule(tx, next);
                return next;
            });
            store.sync();
        }
        registration = Optional.of(jobs.register(JOB_TYPE, this::run));
    }

    private static void check(Doc doc) {
        doc.body().text(NIGHT);
        doc.body().text(AT);
        doc.body().instant(AT);
    }

    private Optional<Json> plan() {
        return store.inTransaction(tx -> tx.get(NAME, Owner.SYSTEM, ID)).map(Doc::body);
    }

    /** Queues a run for now, apart from the nights. Returns the job's id, or that of one already asked for. */
    public String request() {
        return jobs.submit(JobSpec.builder(JOB_TYPE, Owner.SYSTEM)
                .dedupeKey("sleep:requested")
                .build());
    }

    /** When the next night's run is due. */
    public Instant next() {
        return plan().flatMap(body -> body.instant(AT))
                .orElseGet(() -> nightAfter(clock.instant()).at());
    }

    private record Night(LocalDate date, Instant at) {}

    private Night nightAfter(Instant instant) {
        LocalDate date = instant.atZone(zone).toLocalDate().minusDays(1);
        while (true) {
            Instant at = date.atTime(sleepAt).atZone(zone).toInstant();
            if (at.isAfter(instant)) {
                return new Night(date, at);
            }
            date = date.plusDays(1);
        }
    }

    private void schedule(DocTransaction tx, Night night) {
        String job = jobs.submit(
                tx,
                JobSpec.builder(JOB_TYPE, Owner.SYSTEM)
                        .dedupeKey("sleep:" + night.date())
                        .payload(Json.object()
                                .put(NIGHT, night.date().toString())
                                .put(AT, night.at())
                                .build())
                        .runAt(night.at())
                        .build());
        write(
                tx,
                body -> body.with(NIGHT, Json.of(night.date().toString()))
                        .with(AT, Json.of(night.at().toString()))
                        .with(JOB, Json.of(job)));
    }

    private static void write(DocTransaction tx, UnaryOperator<Json> change) {
        Optional<Doc> known = tx.get(NAME, Owner.SYSTEM, ID);
        tx.put(
                NAME,
                known.map(doc -> DocWrite.update(doc, change.apply(doc.body())))
                        .orElseGet(() -> DocWrite.of(Owner.SYSTEM, ID, change.apply(Json.emptyObject()))
                                .expectVersion(DocWrite.ABSENT)));
    }

    private void run(JobContext context) throws Exception {
        Optional<Instant> at = context.job().payload().instant(AT);
        boolean skip = at.isPresent() && planNext(context.job(), at.get());
        if (skip) {
            return;
        }
        Recording recording = new Recording(context);
        handler.run(recording);
        recording.finish();
    }

    /** Schedules the night after this one, unless that is done. Returns whether this one was missed and is not worth catching up. */
    private boolean planNext(Job job, Instant at) {
        Instant now = clock.instant();
        boolean skip = store.inTransaction(tx -> {
            Optional<Json> known = tx.get(NAME, Owner.SYSTEM, ID).map(Doc::body);
            if (known.flatMap(body -> body.string(JOB)).filter(job.id()::equals).isPresent()) {
                // After the planned moment too: a clock that jumped back must not bring the same night again.
                schedule(tx, nightAfter(now.isAfter(at) ? now : at));
            }
            Optional<Instant> lastRun = known.flatMap(body -> body.instant(LAST_RUN));
            boolean missed = now.isAfter(at.plus(MISSED));
            return missed
                    && lastRun.filter(last -> last.plus(RECENT).isAfter(now)).isPresent();
        });
        store.sync();
        return skip;
    }

    /** Remembers the run in the transaction that completes it. */
    private final class Recording implements JobContext {
        private final JobContext inner;
        private boolean completed;

        Recording(JobContext inner) {
            this.inner = inner;
        }

        @Override
        public Job job() {
            return inner.job();
        }

        @Override
        public Cancellation cancellation() {
            return inner.cancellation();
        }

        @Override
        public void complete(Consumer<DocTransaction> effects) {
            completed = true;
            inner.complete(effects.andThen(NightlyTrigger.this::record));
        }

        void finish() {
            if (!completed && !inner.cancellation().isCancelled()) {
                complete(tx -> {});
            }
        }
    }

    private void record(DocTransaction tx) {
        write(tx, body -> body.with(LAST_RUN, Json.of(clock.instant().toString())));
    }

    /** No night begins any more; idempotent. */
    @Override
    public void close() {
        registration.ifPresent(Subscription::close);
    }
}
