package io.arkestra.schedule.internal;

import io.arkestra.common.Json;
import io.arkestra.schedule.Job;
import io.arkestra.schedule.JobSpec;
import io.arkestra.schedule.JobState;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.FieldType;
import io.arkestra.store.Owner;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * How a job is kept, and the bodies that its changes of state give.
 *
 * <p>{@code attempts} counts starts, {@code failures} those that ended in an exception, {@code interruptions} those whose process
 * ended: only failures use up the attempts a job may have, because a killed process says little about the job.
 */
final class JobRecord {
    static final String TYPE = "type";
    static final String STATE = "state";
    static final String RUN_AT = "run_at";
    static final String LEASE_UNTIL = "lease_until";
    static final String DEDUPE = "dedupe";
    static final String INTERRUPTIONS = "interruptions";

    static final CollectionSpec COLLECTION = CollectionSpec.builder("jobs")
            .field(TYPE, FieldType.STRING)
            .field(STATE, FieldType.STRING)
            .field("user", FieldType.STRING)
            .field(RUN_AT, FieldType.INSTANT)
            .field(LEASE_UNTIL, FieldType.INSTANT)
            .field(DEDUPE, FieldType.STRING)
            .field("finished_at", FieldType.INSTANT)
            .orderedIndex(STATE, RUN_AT)
            .orderedIndex(STATE, LEASE_UNTIL)
            .orderedIndex("user", STATE)
            .uniqueKey(TYPE, DEDUPE)
            .check(JobRecord::job)
            .build();

    private static final String ATTEMPTS = "attempts";
    private static final String FAILURES = "failures";
    private static final String FENCE = "fence";
    private static final String LEASE_OWNER = "lease_owner";
    private static final String ERROR = "last_error";
    private static final String FINISHED_AT = "finished_at";
    private static final int ERROR_CHARS = 1_000;

    private JobRecord() {}

    static Json queued(JobSpec spec, Instant now) {
        return Json.object()
                .put(TYPE, spec.type())
                .put("user", spec.owner().key())
                .put(STATE, JobState.QUEUED.name())
                .put(RUN_AT, kept(spec.runAt().orElse(now)))
                .putIfPresent(DEDUPE, spec.dedupeKey())
                .put(ATTEMPTS, 0L)
                .put(FAILURES, 0L)
                .put(INTERRUPTIONS, 0L)
                .put("max_attempts", (long) spec.maxAttempts())
                .put("backoff_ms", Math.max(1, spec.backoff().toMillis()))
                .put(FENCE, 0L)
                .put("payload", spec.payload())
                .build();
    }

    static Job job(Doc doc) {
        Json body = doc.body();
        Job.Builder job = Job.builder(
                        doc.id(),
                        body.text(TYPE),
                        new Owner(body.text("user")),
                        body.instant(RUN_AT).orElse(doc.createdAt()))
                .payload(body.get("payload").orElse(Json.emptyObject()))
                .state(state(body))
                .attempts(
                        count(body, ATTEMPTS),
                        count(body, "max_attempts"),
                        body.integer(FENCE).orElse(0L));
        body.string(ERROR).ifPresent(job::lastError);
        return job.build();
    }

    static JobState state(Json body) {
        return JobState.valueOf(body.text(STATE));
    }

    static Json claimed(Json body, String leaseOwner, Instant leaseUntil) {
        return body.with(STATE, Json.of(JobState.RUNNING.name()))
                .with(ATTEMPTS, Json.of(count(body, ATTEMPTS) + 1L))
                .with(FENCE, Json.of(body.integer(FENCE).orElse(0L) + 1))
                .with(LEASE_OWNER, Json.of(leaseOwner))
                .with(LEASE_UNTIL, Json.of(kept(leaseUntil).toString()));
    }

    static Json renewed(Json body, Instant leaseUntil) {
        return body.with(LEASE_UNTIL, Json.of(kept(leaseUntil).toString()));
    }

    static boolean leased(Json body, String leaseOwner, long fence) {
        return state(body) == JobState.RUNNING
                && body.string(LEASE_OWNER).filter(leaseOwner::equals).isPresent()
                && body.integer(FENCE).filter(value -> value == fence).isPresent();
    }

    /** Back in the queue, as if it had not been started but for the count of starts. */
    static Json released(Json body) {
        return unleased(body, JobState.QUEUED);
    }

    static Json interrupted(Json body) {
        return released(body).with(INTERRUPTIONS, Json.of(count(body, INTERRUPTIONS) + 1L));
    }

    static Json failed(Json body, String error) {
        return body.with(FAILURES, Json.of(count(body, FAILURES) + 1L)).with(ERROR, Json.of(errorText(error)));
    }

    static Json retried(Json body, Instant runAt) {
        return unleased(body, JobState.RETRY_SCHEDULED)
                .with(RUN_AT, Json.of(kept(runAt).toString()));
    }

    static Json finished(Json body, JobState state, Instant now) {
        return unleased(body, state)
                .without(DEDUPE)
                .with(FINISHED_AT, Json.of(kept(now).toString()));
    }

    static Json withError(Json body, String error) {
        return body.with(ERROR, Json.of(errorText(error)));
    }

    static int failures(Json body) {
        return count(body, FAILURES);
    }

    static int interruptions(Json body) {
        return count(body, INTERRUPTIONS);
    }

    static boolean exhausted(Json body) {
        return count(body, FAILURES) >= count(body, "max_attempts");
    }

    static Duration backoff(Json body) {
        return Duration.ofMillis(body.integer("backoff_ms").orElse(1_000L));
    }

    private static Json unleased(Json body, JobState state) {
        return body.with(STATE, Json.of(state.name())).without(LEASE_OWNER).without(LEASE_UNTIL);
    }

    private static int count(Json body, String member) {
        return Math.toIntExact(body.integer(member).orElse(0L));
    }

    /** Indexes keep microseconds; rounded up, so that nothing runs before its time. */
    static Instant kept(Instant instant) {
        Instant cut = instant.truncatedTo(ChronoUnit.MICROS);
        return cut.equals(instant) ? cut : cut.plus(1, ChronoUnit.MICROS);
    }

    /** Cut to length; half surrogate pairs, which JSON refuses, become U+FFFD. */
    private static String errorText(String error) {
        StringBuilder text = new StringBuilder();
        error.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                .takeWhile(c -> text.length() + Character.charCount(c) <= ERROR_CHARS)
                .forEach(text::appendCodePoint);
        return text.toString();
    }
}
