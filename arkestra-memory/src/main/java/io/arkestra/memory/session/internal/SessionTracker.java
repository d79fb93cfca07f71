package io.arkestra.memory.session.internal;

import io.arkestra.common.Json;
import io.arkestra.memory.Message;
import io.arkestra.memory.record.internal.Messages;
import io.arkestra.store.Change;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocPage;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import io.arkestra.store.VersionConflictException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Knows which conversations have messages that nothing covers, by following the log's feed with a cursor in the store. */
final class SessionTracker {
    static final CollectionSpec CURSORS =
            CollectionSpec.builder("session_cursors").derived().build();

    private static final String CURSOR = "sessions";
    private static final int PAGE = 1_000;

    private final DocStore store;
    private final Consumer<String> warnings;

    SessionTracker(DocStore store, Consumer<String> warnings) {
        this.store = store;
        this.warnings = warnings;
    }

    /** Conversations that are not covered and whose last message is older, the oldest first. */
    List<String> open(Owner owner, Instant lastBefore, int limit) {
        catchUp(owner);
        DocQuery query = DocQuery.where(Filter.and(Filter.eq("open", true), Filter.lt("last_at", lastBefore)))
                .ascending("last_at")
                .limit(limit);
        return store.inTransaction(tx -> tx.find(SessionMark.COLLECTION, owner, query)).docs().stream()
                .map(Doc::id)
                .toList();
    }

    /** Conversations that are not covered, the newest first. */
    List<String> newest(Owner owner, int limit) {
        catchUp(owner);
        DocQuery query =
                DocQuery.where(Filter.eq("open", true)).descending("last_at").limit(limit);
        return store.inTransaction(tx -> tx.find(SessionMark.COLLECTION, owner, query)).docs().stream()
                .map(Doc::id)
                .toList();
    }

    /** Takes in what was written since the last time. */
    void catchUp(Owner owner) {
        while (true) {
            Optional<Doc> cursor = store.inTransaction(tx -> tx.get(CURSORS.name(), owner, CURSOR));
            long after = cursor.flatMap(doc -> doc.body().integer("sequence")).orElse(0L);
            List<Change> changes = store.changes(Message.COLLECTION.name(), owner, after, PAGE);
            if (changes.isEmpty()) {
                return;
            }
            Map<String, Message> latest = latest(store.fetch(Message.COLLECTION.name(), changes));
            Json body = Json.object()
                    .put("sequence", changes.get(changes.size() - 1).sequence())
                    .build();
            try {
                store.inTransaction(tx -> {
                    latest.forEach((session, message) -> {
                        Optional<Doc> known = tx.get(SessionMark.COLLECTION, owner, session);
                        SessionMark mark = known.map(SessionMark::from)
                                .map(old -> old.seen(message.at(), message.ordinal()))
                                .orElseGet(() -> SessionMark.first(session, message.at(), message.ordinal()));
                        put(tx, owner, session, known, mark.toJson());
                    });
                    return tx.put(
                            CURSORS.name(),
                            cursor.map(doc -> DocWrite.update(doc, body))
                                    .orElseGet(() ->
                                            DocWrite.of(owner, CURSOR, body).expectVersion(DocWrite.ABSENT)));
                });
            } catch (VersionConflictException e) {
                // Somebody else has taken the same in, or a conversation ended just now: what they wrote is read again.
                continue;
            }
            if (changes.size() < PAGE) {
                return;
            }
        }
    }

    /**
     * Replaces what is known of conversations and cannot be read. They count as taken in: to learn from them again would bring back what
     * was forgotten since. What is known of a conversation without messages is dropped.
     *
     * @return their ids
     */
    List<String> mend(Owner owner) {
        List<String> mended = new ArrayList<>();
        DocQuery query = DocQuery.all().limit(PAGE);
        while (true) {
            DocQuery next = query;
            DocPage page = store.inTransaction(tx -> tx.find(SessionMark.COLLECTION, owner, next));
            for (Doc doc : page.docs()) {
                if (!SessionMark.isReadable(doc)) {
                    store.inTransaction(tx -> mend(tx, owner, doc));
                    mended.add(doc.id());
                }
            }
            if (page.next().isEmpty()) {
                return mended;
            }
            query = query.after(page.next().get());
        }
    }

    private boolean mend(DocTransaction tx, Owner owner, Doc doc) {
        List<Message> last = Transcript.newest(tx, owner, doc.id(), 1, warnings);
        if (last.isEmpty()) {
            return tx.delete(SessionMark.COLLECTION, owner, doc.id());
        }
        Message message = last.get(0);
        SessionMark mark = SessionMark.taken(doc.id(), message.at(), message.ordinal());
        tx.put(SessionMark.COLLECTION, DocWrite.update(doc, mark.toJson()));
        return true;
    }

    static void put(DocTransaction tx, Owner owner, String session, Optional<Doc> known, Json body) {
        if (known.isPresent() && known.get().body().equals(body)) {
            return;
        }
        tx.put(
                SessionMark.COLLECTION,
                known.map(doc -> DocWrite.update(doc, body))
                        .orElseGet(() -> DocWrite.of(owner, session, body).expectVersion(DocWrite.ABSENT)));
    }

    private Map<String, Message> latest(List<Doc> docs) {
        Map<String, Message> latest = new LinkedHashMap<>();
        for (Doc doc : docs) {
            for (Message message : Messages.readable(doc, warnings)) {
                latest.merge(
                        message.session().value(),
                        message,
                        (one, other) -> one.ordinal() >= other.ordinal() ? one : other);
            }
        }
        return latest;
    }
}
