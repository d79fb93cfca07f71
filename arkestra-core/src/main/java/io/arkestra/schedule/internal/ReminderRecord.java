package io.arkestra.schedule.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.schedule.Reminder;
import io.arkestra.schedule.grammar.internal.Recurrence;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.FieldType;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Optional;

/** How a reminder is kept: local time, zone and rule are the truth, {@code due} is what follows from them. */
final class ReminderRecord {
    static final String STATE = "state";
    static final String DUE = "due";
    static final String JOB = "job";
    static final String TAINT = "taint";

    static final CollectionSpec COLLECTION = CollectionSpec.builder("reminders")
            .field(STATE, FieldType.STRING)
            .field(DUE, FieldType.INSTANT)
            .orderedIndex(STATE, DUE)
            .check(doc -> {
                reminder(doc);
                recurrence(doc.body());
                doc.body().text(DUE);
            })
            .build();

    private ReminderRecord() {}

    static Json once(String text, Instant due, ZoneId zone) {
        return Json.object()
                .put(STATE, Reminder.State.ACTIVE.name())
                .put("text", text)
                .put(DUE, due)
                .put("zone", zone.getId())
                .build();
    }

    static Json recurring(String text, Instant due, Recurrence recurrence) {
        return once(text, due, recurrence.zone())
                .with("recurrence", Json.of(recurrence.rrule()))
                .with("start", Json.of(recurrence.start().toString()));
    }

    static boolean active(Doc doc) {
        return doc.body().text(STATE).equals(Reminder.State.ACTIVE.name());
    }

    static Instant due(Doc doc) {
        return doc.body().instant(DUE).orElse(doc.createdAt());
    }

    static Optional<Recurrence> recurrence(Json body) {
        return body.string("recurrence")
                .map(rule -> Recurrence.parse(rule, LocalDateTime.parse(body.text("start")), zone(body)));
    }

    private static ZoneId zone(Json body) {
        return ZoneId.of(body.text("zone"));
    }

    static Reminder reminder(Doc doc) {
        Json body = doc.body();
        Reminder once = Reminder.of(
                doc.id(), body.text("text"), due(doc), zone(body), Reminder.State.valueOf(body.text(STATE)));
        Reminder told = body.string("recurrence").map(once::withRecurrence).orElse(once);
        return told.withTaints(body.list(TAINT).stream()
                .map(taint -> Taint.parse(taint.asString()))
                .toList());
    }
}
