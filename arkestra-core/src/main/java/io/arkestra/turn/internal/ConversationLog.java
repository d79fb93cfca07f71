package io.arkestra.turn.internal;

import io.arkestra.common.Json;
import io.arkestra.common.SessionId;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.FieldType;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The append-only log of messages and the record of sessions. Thread-safe; one session is written by one turn at a time. */
public final class ConversationLog {
    public static final CollectionSpec SESSIONS = CollectionSpec.builder("sessions")
            .field("last_at", FieldType.INSTANT)
            .orderedIndex("last_at")
            .check(doc -> {
                doc.body().text("last_at");
                doc.body().instant("last_at");
                doc.body().instant("started_at");
                doc.body().integer("turns");
                doc.body().bool("noticed");
                doc.body().string("ended");
                doc.body().string("language");
            })
            .build();

    private static final int WINDOW = 200;

    /**
     * An entry before it has its place.
     *
     * @param origin who wrote it
     * @param speaker the name to show
     * @param text what was written
     * @param detail what else belongs to it
     */
    public record Entry(Origin origin, String speaker, String text, Json detail) {}

    private final DocStore store;

    public ConversationLog(DocStore store) {
        this.store = store;
        store.define(Message.COLLECTION);
        store.define(SESSIONS);
    }

    /** The user's latest session that was active within the span before now and has not ended. */
    public Optional<SessionId> latest(UserId user, Instant now, Duration span) {
        return store.inTransaction(tx ->
                tx
                        .find(
                                SESSIONS.name(),
                                Owner.of(user),
                                DocQuery.all().descending("last_at").limit(1))
                        .docs()
                        .stream()
                        .filter(doc -> doc.body().string("ended").isEmpty())
                        .filter(doc -> doc.body()
                                .instant("last_at")
                                .map(at -> at.isAfter(now.minus(span)))
                                .orElse(false))
                        .map(doc -> SessionId.of(doc.id()))
                        .findFirst());
    }

    /** The record of a session; an empty object for a new one. */
    public Json session(DocTransaction tx, UserId user, SessionId session) {
        return tx.get(SESSIONS.name(), Owner.of(user), session.value())
                .map(Doc::body)
                .orElse(Json.emptyObject());
    }

    /** Marks a session as ended, unless something was said in it since the given moment. Returns whether it is. */
    public boolean end(DocTransaction tx, UserId user, SessionId session, String reason, Instant lastAt) {
        Optional<Doc> known = tx.get(SESSIONS.name(), Owner.of(user), session.value());
        if (known.isEmpty()
                || known.get().body().instant("last_at").filter(lastAt::equals).isEmpty()) {
            return false;
        }
        tx.put(SESSIONS.name(), DocWrite.update(known.get(), known.get().body().with("ended", Json.of(reason))));
        return true;
    }

    /**
     * Writes what is known about a session over what was. A session that goes on has not ended. Returns its number of turns.
     *
     * @param prompts the language that its prompts are written in
     */
    public long touch(DocTransaction tx, UserId user, SessionId session, Instant now, boolean noticed, Locale prompts) {
        Json old = session(tx, user, session);
        long turns = old.integer("turns").orElse(0L) + 1;
        Json body = Json.object()
                .put("started_at", old.instant("started_at").orElse(now))
                .put("last_at", now)
                .put("turns", turns)
                .put("noticed", noticed || old.bool("noticed").orElse(false))
                .put("language", prompts.getLanguage())
                .build();
        tx.put(SESSIONS.name(), DocWrite.of(Owner.of(user), session.value(), body));
        return turns;
    }

    /** The message that a turn would begin with, were it kept. */
    Message imagined(DocTransaction tx, UserId user, SessionId session, TurnId turn, Entry entry, Instant at) {
        return Message.of(
                turn.value() + "-0",
                user,
                session,
                turn,
                nextOrdinal(tx, user, session),
                entry.origin(),
                entry.speaker(),
                entry.text(),
                at);
    }

    /** Appends entries of one turn, in order. Ids are the turn's id and the number within the turn. */
    public List<Message> append(
            DocTransaction tx,
            UserId user,
            SessionId session,
            TurnId turn,
            int firstNumber,
            List<Entry> entries,
            Instant at) {
        long ordinal = nextOrdinal(tx, user, session);
        List<Message> messages = new ArrayList<>();
        for (Entry entry : entries) {
            int number = firstNumber + messages.size();
            Message message = Message.of(
                            turn.value() + "-" + number,
                            user,
                            session,
                            turn,
                            ordinal + messages.size(),
                            entry.origin(),
                            entry.speaker(),
                            entry.text(),
                            at)
                    .withDetail(entry.detail());
            tx.put(
                    Message.COLLECTION.name(),
                    DocWrite.of(Owner.of(user), message.id(), message.toJson()).expectVersion(DocWrite.ABSENT));
            messages.add(message);
        }
        return messages;
    }

    /** The newest messages of a session, oldest first; never half a turn, unless the turn alone is longer than the window. */
    public List<Message> recent(UserId user, SessionId session) {
        List<Message> messages = new ArrayList<>(store.inTransaction(tx -> newest(tx, user, session, WINDOW)));
        Collections.reverse(messages);
        if (messages.size() == WINDOW) {
            TurnId cut = messages.get(0).turn();
            messages.removeIf(message -> message.turn().equals(cut));
        }
        return messages;
    }

    /** What a user wrote latest, in any session, since then; oldest first. */
    List<Message> lately(UserId user, Instant since, int limit) {
        Filter written =
                Filter.and(Filter.eq("origin", Origin.USER.name().toLowerCase(Locale.ROOT)), Filter.gt("at", since));
        DocQuery query = DocQuery.where(written).descending("at").limit(limit);
        List<Message> messages = new ArrayList<>(
                store.inTransaction(tx -> tx.find(Message.COLLECTION.name(), Owner.of(user), query)).docs().stream()
                        .map(Message::from)
                        .toList());
        Collections.reverse(messages);
        return messages;
    }

    private static long nextOrdinal(DocTransaction tx, UserId user, SessionId session) {
        List<Message> last = newest(tx, user, session, 1);
        return last.isEmpty() ? 0 : last.get(0).ordinal() + 1;
    }

    private static List<Message> newest(DocTransaction tx, UserId user, SessionId session, int limit) {
        DocQuery query = DocQuery.where(Filter.eq("session", session.value()))
                .descending("ordinal")
                .limit(limit);
        return tx.find(Message.COLLECTION.name(), Owner.of(user), query).docs().stream()
                .map(Message::from)
                .toList();
    }
}
