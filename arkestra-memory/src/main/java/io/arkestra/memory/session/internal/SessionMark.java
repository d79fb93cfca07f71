package io.arkestra.memory.session.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.FieldType;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * How far the memory has got with one conversation. Holds ids and places, never texts: what is forgotten is forgotten here too.
 *
 * @param session its id
 * @param lastAt when its last known message was written
 * @param lastOrdinal the place of that message
 * @param covered up to which place facts were taken and the summary reaches; -1 for none
 * @param learned up to which place facts were taken while it went on; below {@code covered} when nobody asked
 * @param curated up to which place a language model has read it; -1 for none
 * @param digested whether the summary of its day has taken it in
 * @param day the day of its last covered message; empty before it first ended
 * @param reason why it ended; empty before it first did
 * @param summary the id of its summary; empty when there is none
 * @param pending what was left open in it
 */
public record SessionMark(
        String session,
        Instant lastAt,
        long lastOrdinal,
        long covered,
        long learned,
        long curated,
        boolean digested,
        String day,
        String reason,
        String summary,
        List<Excerpt> pending) {
    /** One per conversation, with its id. */
    public static final CollectionSpec SPEC = CollectionSpec.builder("session_ends")
            .field("open", FieldType.BOOLEAN)
            .field("curated", FieldType.BOOLEAN)
            .field("digested", FieldType.BOOLEAN)
            .field("last_at", FieldType.INSTANT)
            .field("day", FieldType.STRING)
            .orderedIndex("open", "last_at")
            .orderedIndex("curated", "last_at")
            .orderedIndex("digested", "day")
            .orderedIndex("day", "last_at")
            .orderedIndex("last_at")
            .check(doc -> {
                doc.body().text("last_at");
                doc.body().get("last_ordinal").orElse(Json.NULL).asLong();
                SessionMark mark = from(doc);
                if (!mark.day().isEmpty()) {
                    LocalDate.parse(mark.day());
                }
            })
            .build();

    public static final String COLLECTION = SPEC.name();

    public SessionMark {
        pending = List.copyOf(pending);
    }

    static SessionMark first(String session, Instant lastAt, long lastOrdinal) {
        return new SessionMark(session, lastAt, lastOrdinal, -1, -1, -1, false, "", "", "", List.of());
    }

    /** One of which nothing is left to be done. */
    static SessionMark taken(String session, Instant lastAt, long lastOrdinal) {
        return new SessionMark(
                session, lastAt, lastOrdinal, lastOrdinal, lastOrdinal, lastOrdinal, true, "", "", "", List.of());
    }

    static boolean isReadable(Doc doc) {
        try {
            SPEC.check(doc);
            return true;
        } catch (InvalidInputException e) {
            return false;
        }
    }

    /** Whether it has messages that no summary covers. */
    public boolean isOpen() {
        return lastOrdinal > covered;
    }

    SessionMark seen(Instant at, long ordinal) {
        return ordinal <= lastOrdinal
                ? this
                : new SessionMark(
                        session, at, ordinal, covered, learned, curated, digested, day, reason, summary, pending);
    }

    /** After facts were taken from it up to a place, while it goes on. */
    SessionMark learnt(long ordinal) {
        return new SessionMark(
                session, lastAt, lastOrdinal, covered, ordinal, curated, digested, day, reason, summary, pending);
    }

    /** Up to which place facts were taken. */
    long taught() {
        return Math.max(covered, learned);
    }

    SessionMark ended(Instant at, long ordinal, String onDay, String why, String summaryId, List<Excerpt> open) {
        return new SessionMark(session, at, ordinal, ordinal, ordinal, curated, false, onDay, why, summaryId, open);
    }

    /** After a language model has read it up to a place. */
    public SessionMark curated(long ordinal, String summaryId) {
        boolean same = summaryId.equals(summary);
        return new SessionMark(
                session,
                lastAt,
                lastOrdinal,
                covered,
                learned,
                ordinal,
                digested && same,
                day,
                reason,
                summaryId,
                pending);
    }

    public SessionMark withDigested() {
        return new SessionMark(
                session, lastAt, lastOrdinal, covered, learned, curated, true, day, reason, summary, pending);
    }

    SessionMark renewed(String summaryId, List<Excerpt> open) {
        return new SessionMark(
                session, lastAt, lastOrdinal, covered, learned, curated, false, day, reason, summaryId, open);
    }

    SessionMark complete() {
        return new SessionMark(
                session, lastAt, covered, covered, learned, curated, digested, day, reason, summary, pending);
    }

    SessionMark withPending(List<Excerpt> left) {
        return new SessionMark(
                session, lastAt, lastOrdinal, covered, learned, curated, digested, day, reason, summary, left);
    }

    public Json toJson() {
        return Json.object()
                .put("open", isOpen())
                .put("curated", curated >= covered)
                .put("digested", digested || day.isEmpty())
                .put("last_at", lastAt)
                .put("last_ordinal", lastOrdinal)
                .put("covered", covered)
                .put("learned", learned)
                .put("curated_to", curated)
                .put("day", day)
                .put("reason", reason)
                .put("summary", summary)
                .put("pending", Json.array(pending.stream().map(Excerpt::toJson).toList()))
                .build();
    }

    public static SessionMark from(Doc doc) {
        Json body = doc.body();
        return new SessionMark(
                doc.id(),
                body.instant("last_at").orElse(doc.createdAt()),
                body.integer("last_ordinal").orElse(-1L),
                body.integer("covered").orElse(-1L),
                body.integer("learned").orElse(-1L),
                body.integer("curated_to").orElse(-1L),
                body.bool("digested").orElse(false),
                body.string("day").orElse(""),
                body.string("reason").orElse(""),
                body.string("summary").orElse(""),
                body.list("pending").stream().map(Excerpt::from).toList());
    }

    public Optional<String> summaryId() {
        return summary.isEmpty() ? Optional.empty() : Optional.of(summary);
    }
}
