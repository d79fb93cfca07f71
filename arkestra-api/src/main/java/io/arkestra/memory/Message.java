package io.arkestra.memory;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.SessionId;
import io.arkestra.common.Taint;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.FieldType;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * One entry of the append-only conversation log, verbatim. The engine writes it; memory derives its indexes from it. Use the
 * factory: components that later releases add get their default there.
 *
 * @param id unique for the user; ids sort by time
 * @param user whose conversation
 * @param session which conversation
 * @param turn which exchange
 * @param ordinal place within the session, from 0 without gaps
 * @param origin who wrote it
 * @param speaker the name to show: the user's, or the assistant's
 * @param text what was written
 * @param at when
 * @param detail what else belongs to it: tool calls asked for, the id of the call that a tool result answers; often empty
 */
public record Message(
        String id,
        UserId user,
        SessionId session,
        TurnId turn,
        long ordinal,
        Origin origin,
        String speaker,
        String text,
        Instant at,
        Json detail) {
    /** Member of the detail that lists untrusted sources, as {@link Taint#toString} writes them. */
    public static final String TAINT = "taint";

    /** The collection that holds the log. */
    public static final CollectionSpec COLLECTION = CollectionSpec.builder("messages")
            .field("session", FieldType.STRING)
            .field("turn", FieldType.STRING)
            .field("ordinal", FieldType.LONG)
            .field("origin", FieldType.STRING)
            .field("at", FieldType.INSTANT)
            .orderedIndex("session", "ordinal")
            .orderedIndex("at")
            .orderedIndex("turn")
            .uniqueKey("session", "ordinal")
            .feed()
            .check(Message::from)
            .build();

    /** An entry without further detail. */
    public static Message of(
            String id,
            UserId user,
            SessionId session,
            TurnId turn,
            long ordinal,
            Origin origin,
            String speaker,
            String text,
            Instant at) {
        return new Message(id, user, session, turn, ordinal, origin, speaker, text, at, Json.emptyObject());
    }

    public Message withDetail(Json value) {
        return new Message(id, user, session, turn, ordinal, origin, speaker, text, at, value);
    }

    /** Untrusted sources whose words the writer had seen or that are quoted: what the member {@code taint} of the detail lists. */
    public Set<Taint> taints() {
        Set<Taint> taints = new TreeSet<>();
        for (Json source : detail.isObject()
                ? detail.get(TAINT).filter(Json::isArray).map(Json::items).orElse(List.of())
                : List.<Json>of()) {
            // A damaged entry is as untrusted as a readable one.
            taints.add(source.isString() ? Taint.parse(source.asString()) : Taint.of("unknown", ""));
        }
        return taints;
    }

    public Json toJson() {
        return Json.object()
                .put("session", session.value())
                .put("turn", turn.value())
                .put("ordinal", ordinal)
                .put("origin", origin.name().toLowerCase(Locale.ROOT))
                .put("speaker", speaker)
                .put("text", text)
                .put("at", at)
                .put("detail", detail)
                .build();
    }

    /** @throws InvalidInputException when the document is not a message */
    public static Message from(Doc doc) {
        Json body = doc.body();
        return new Message(
                doc.id(),
                doc.owner()
                        .user()
                        .orElseThrow(() -> new InvalidInputException("Message " + doc.id() + " belongs to no user")),
                SessionId.of(body.text("session")),
                TurnId.of(body.text("turn")),
                body.integer("ordinal").orElse(0L),
                origin(doc, body.text("origin")),
                body.text("speaker"),
                body.text("text"),
                body.instant("at").orElse(doc.createdAt()),
                body.get("detail").orElse(Json.emptyObject()));
    }

    private static Origin origin(Doc doc, String word) {
        try {
            return Origin.valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(
                    "Message " + doc.id() + " has the origin '" + word + "'; expected one of "
                            + List.of(Origin.values()),
                    e);
        }
    }
}
