package io.arkestra.schedule.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.Subscription;
import io.arkestra.common.UserId;
import io.arkestra.schedule.JobContext;
import io.arkestra.schedule.JobQueue;
import io.arkestra.schedule.JobSpec;
import io.arkestra.schedule.Reminder;
import io.arkestra.schedule.Reminders;
import io.arkestra.schedule.grammar.internal.Recurrence;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import io.arkestra.store.VersionConflictException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Reminders, each with the job that fires it next, written together.
 *
 * <p>Firing writes the delivery, the next occurrence and its job in the transaction that completes the job, so every occurrence is
 * delivered, and once. Occurrences that were missed while nothing was running become one delivery, dated with the first of them, that
 * says how late it is; a one-shot reminder is delivered however late. An occurrence after {@code max(now, due)} is always next, so a
 * clock that jumps back repeats nothing.
 */
public final class DurableReminders implements Reminders, AutoCloseable {
    /** Type of the jobs. */
    public static final String JOB_TYPE = "reminder.fire";
    /** The longest text, in UTF-16 code units. */
    public static final int MAX_TEXT_CHARS = 2_000;
    /** The most active reminders of a user. */
    public static final int MAX_ACTIVE = 1_000;

    private static final String NAME = ReminderRecord.COLLECTION.name();
    /** A reminder that fires this soon after its time is on time. */
    private static final Duration ON_TIME = Duration.ofSeconds(10);

    private static final Duration HISTORY = Duration.ofDays(90);
    private static final Duration FARTHEST = Duration.ofDays(36_525);
    /** Firing only writes to the store: what stops it passes, so it is never given up. */
    private static final int FIRE_ATTEMPTS = 1_000_000;

    private static final int CANCEL_TRIES = 10;

    private final DocStore store;
    private final JobQueue jobs;
    private final DurableDeliveries deliveries;
    private final Clock clock;
    private final Subscription registration;

    public DurableReminders(DocStore store, JobQueue jobs, DurableDeliveries deliveries, Clock clock) {
        this.store = store;
        this.jobs = jobs;
        this.deliveries = deliveries;
        this.clock = clock;
        store.define(ReminderRecord.COLLECTION);
        this.registration = jobs.register(JOB_TYPE, this::fire);
    }

    /** A reminder that could be set, found good: what is kept and when it fires first. */
    public record Planned(Json body, Instant due) {
        /** The same with untrusted sources that its text comes from. */
        public Planned tainted(List<String> taints) {
            return taints.isEmpty() ? this : new Planned(body.with(ReminderRecord.TAINT, Json.strings(taints)), due);
        }
    }

    @Override
    public Reminder at(Scope scope, String text, ZonedDateTime when) {
        return save(scope, UUID.randomUUID().toString(), plan(text, when));
    }

    /**
     * Checks a reminder for one moment without setting it.
     *
     * @throws InvalidInputException when the moment is past or the text is empty
     */
    public Planned plan(String text, ZonedDateTime when) {
        String checked = checkText(text);
        Instant now = clock.instant();
        if (!when.toInstant().isAfter(now)) {
            throw new InvalidInputException("The reminder's moment " + when + " is past: it is now "
                    + now.atZone(when.getZone()) + "; name a moment in the future");
        }
        if (when.toInstant().isAfter(now.plus(FARTHEST))) {
            throw new InvalidInputException(
                    "The reminder's moment " + when + " is more than 100 years ahead; name a nearer one");
        }
        Instant due = JobRecord.kept(when.toInstant());
        return new Planned(ReminderRecord.once(checked, due, when.getZone()), due);
    }

    @Override
    public Reminder recurring(Scope scope, String text, String rule, LocalDateTime start, ZoneId zone) {
        return save(scope, UUID.randomUUID().toString(), plan(text, rule, start, zone));
    }

    /**
     * Checks a recurring reminder without setting it.
     *
     * @throws InvalidInputException when the rule is wrong or never fires
     */
    public Planned plan(String text, String rule, LocalDateTime start, ZoneId zone) {
        String checked = checkText(text);
        Instant now = clock.instant();
        Recurrence recurrence = recurrence(rule, start, zone);
        Instant due = recurrence
                .next(now)
                .map(next -> JobRecord.kept(next.toInstant()))
                .orElseThrow(() -> new InvalidInputException("The rule '" + rule + "' from " + start + " in " + zone
                        + " has no occurrence after now (" + now.atZone(zone) + "); check UNTIL, COUNT and the start"));
        return new Planned(ReminderRecord.recurring(checked, due, recurrence), due);
    }

    private static Recurrence recurrence(String rule, LocalDateTime start, ZoneId zone) {
        try {
            return Recurrence.parse(rule, start, zone);
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException("The rule '" + rule + "' is not a recurrence: " + e.getMessage(), e);
        }
    }

    private static String checkText(String text) {
        String stripped = text.strip();
        if (stripped.isEmpty()) {
            throw new InvalidInputException("The reminder's text is empty; say what to remind of");
        }
        if (stripped.length() > MAX_TEXT_CHARS) {
            throw new InvalidInputException("The reminder's text has " + stripped.length() + " characters; at most "
                    + MAX_TEXT_CHARS + " are allowed");
        }
        return stripped;
    }

    /** Sets what was planned, under this id; a reminder that has the id already is left as it is. */
    public Reminder save(Scope scope, String id, Planned planned) {
        Reminder saved = store.inTransaction(tx -> save(tx, scope, id, planned));
        store.sync();
        return saved;
    }

    /** The same as part of the caller's transaction. */
    public Reminder save(DocTransaction tx, Scope scope, String id, Planned planned) {
        Owner owner = Owner.of(scope.user());
        Optional<Doc> known = tx.get(NAME, owner, id);
        if (known.isPresent()) {
            return ReminderRecord.reminder(known.get());
        }
        checkRoom(tx, owner);
        String job = submit(tx, owner, id, planned.due());
        return ReminderRecord.reminder(tx.put(
                NAME,
                DocWrite.of(owner, id, planned.body().with(ReminderRecord.JOB, Json.of(job)))
                        .expectVersion(DocWrite.ABSENT)));
    }

    private static void checkRoom(DocTransaction tx, Owner owner) {
        long active = tx.count(NAME, owner, activeFilter());
        if (active >= MAX_ACTIVE) {
            throw new InvalidInputException("There are " + active + " active reminders and at most " + MAX_ACTIVE
                    + " are allowed; cancel some first");
        }
    }

    /** A reminder in any state. */
    public Optional<Reminder> find(Scope scope, String id) {
        return store.inTransaction(tx -> tx.get(NAME, Owner.of(scope.user()), id))
                .map(ReminderRecord::reminder);
    }

    /**
     * Sets a reminder again that was cancelled, as part of the caller's transaction.
     *
     * @return false when there is no cancelled one with this id, or its time is over
     */
    public boolean restore(DocTransaction tx, Scope scope, String id) {
        Owner owner = Owner.of(scope.user());
        Optional<Doc> doc = tx.get(NAME, owner, id)
                .filter(known -> ReminderRecord.reminder(known).state().equals(Reminder.State.CANCELLED));
        if (doc.isEmpty()) {
            return false;
        }
        Instant now = clock.instant();
        Instant was = ReminderRecord.due(doc.get());
        Optional<Instant> due = was.isAfter(now)
                ? Optional.of(was)
                : ReminderRecord.recurrence(doc.get().body())
                        .flatMap(rule -> rule.next(now))
                        .map(moment -> JobRecord.kept(moment.toInstant()));
        if (due.isEmpty()) {
            return false;
        }
        checkRoom(tx, owner);
        // The job that was cancelled holds the key of its moment: the one that takes its place needs another.
        String job = submit(tx, owner, id, due.get(), ":again:" + doc.get().version());
        Json body = doc.get()
                .body()
                .with(ReminderRecord.STATE, Json.of(Reminder.State.ACTIVE.name()))
                .with(ReminderRecord.DUE, Json.of(due.get().toString()))
                .with(ReminderRecord.JOB, Json.of(job));
        tx.put(NAME, DocWrite.update(doc.get(), body).neverExpires());
        return true;
    }

    /** Sets a reminder again that was cancelled; false when there is none with this id, or its time is over. */
    public boolean restore(Scope scope, String id) {
        boolean restored = store.inTransaction(tx -> restore(tx, scope, id));
        store.sync();
        return restored;
    }

    /** Cancels a reminder as part of the caller's transaction; false when there is no active one with this id. */
    public boolean cancel(DocTransaction tx, Scope scope, String id) {
        return cancel(tx, Owner.of(scope.user()), id);
    }

    /** Gives a reminder that came from elsewhere the job that fires it; does nothing for one that is not active. */
    public void adopt(DocTransaction tx, Doc doc) {
        if (ReminderRecord.active(doc)) {
            String job = submit(tx, doc.owner(), doc.id(), ReminderRecord.due(doc));
            tx.put(NAME, DocWrite.update(doc, doc.body().with(ReminderRecord.JOB, Json.of(job))));
        }
    }

    private String submit(DocTransaction tx, Owner owner, String id, Instant due) {
        return submit(tx, owner, id, due, "");
    }

    private String submit(DocTransaction tx, Owner owner, String id, Instant due, String which) {
        return jobs.submit(
                tx,
                JobSpec.builder(JOB_TYPE, owner)
                        .payload(Json.object()
                                .put("reminder", id)
                                .put("due", due)
                                .build())
                        .dedupeKey("reminder:" + id + ":" + due + which)
                        .runAt(due)
                        .maxAttempts(FIRE_ATTEMPTS)
                        .build());
    }

    @Override
    public List<Reminder> active(Scope scope) {
        DocQuery query =
                DocQuery.where(activeFilter()).ascending(ReminderRecord.DUE).limit(MAX_ACTIVE);
        return store.inTransaction(tx -> tx.find(NAME, Owner.of(scope.user()), query)).docs().stream()
                .map(ReminderRecord::reminder)
                .toList();
    }

    private static Filter activeFilter() {
        return Filter.eq(ReminderRecord.STATE, Reminder.State.ACTIVE.name());
    }

    @Override
    public boolean cancel(Scope scope, String id) {
        if (id.isEmpty() || id.length() > 200) {
            return false;
        }
        for (int i = 1; ; i++) {
            try {
                boolean cancelled = store.inTransaction(tx -> cancel(tx, Owner.of(scope.user()), id));
                if (cancelled) {
                    store.sync();
                }
                return cancelled;
            } catch (VersionConflictException e) {
                // It is firing at this moment; what that leaves, if anything, is cancelled in the next round.
                if (i == CANCEL_TRIES) {
                    throw e;
                }
            }
        }
    }

    private boolean cancel(DocTransaction tx, Owner owner, String id) {
        Optional<Doc> active = tx.get(NAME, owner, id).filter(ReminderRecord::active);
        active.ifPresent(doc -> {
            tx.put(NAME, ended(doc, doc.body(), Reminder.State.CANCELLED));
            // A job that runs already finds the reminder cancelled and does nothing.
            doc.body().string(ReminderRecord.JOB).ifPresent(job -> jobs.cancel(tx, job));
        });
        return active.isPresent();
    }

    private DocWrite ended(Doc doc, Json body, Reminder.State state) {
        return DocWrite.update(doc, body.with(ReminderRecord.STATE, Json.of(state.name())))
                .expiresAt(clock.instant().plus(HISTORY));
    }

    private void fire(JobContext context) {
        Owner owner = context.job().owner();
        UserId user = owner.user()
                .orElseThrow(() -> new InvalidInputException(
                        "The reminder job " + context.job().id() + " belongs to no user"));
        Json payload = context.job().payload();
        String id = payload.text("reminder");
        Instant due = payload.instant("due").orElse(context.job().runAt());
        Fired fired = new Fired();
        context.complete(tx -> tx.get(NAME, owner, id)
                .filter(doc ->
                        ReminderRecord.active(doc) && ReminderRecord.due(doc).equals(due))
                .ifPresent(doc -> fired.delivery = Optional.of(fire(tx, doc))));
        fired.delivery.ifPresent(delivery -> deliveries.announce(user, delivery));
    }

    /** Carries the id of the delivery out of the transaction. */
    private static final class Fired {
        Optional<String> delivery = Optional.empty();
    }

    private String fire(DocTransaction tx, Doc doc) {
        Json body = doc.body();
        Instant due = ReminderRecord.due(doc);
        Instant now = clock.instant();
        Duration after = Duration.between(due, now);
        Duration late = after.compareTo(ON_TIME) > 0 ? after : Duration.ZERO;
        String delivery = deliveries.write(tx, doc.owner(), doc.id(), body.text("text"), due, late);
        Optional<Instant> next = ReminderRecord.recurrence(body)
                .flatMap(rule -> rule.next(now.isAfter(due) ? now : due))
                .map(moment -> JobRecord.kept(moment.toInstant()));
        if (next.isPresent()) {
            String job = submit(tx, doc.owner(), doc.id(), next.get());
            Json moved = body.with(ReminderRecord.DUE, Json.of(next.get().toString()))
                    .with(ReminderRecord.JOB, Json.of(job));
            tx.put(NAME, DocWrite.update(doc, moved));
        } else {
            tx.put(NAME, ended(doc, body, Reminder.State.DONE));
        }
        return delivery;
    }

    /** Fires nothing more; idempotent. */
    @Override
    public void close() {
        registration.close();
    }
}
