package io.arkestra.memory.recall.internal;

import io.arkestra.keyword.KeywordDoc;
import io.arkestra.keyword.KeywordHit;
import io.arkestra.keyword.KeywordIndex;
import io.arkestra.keyword.KeywordQuery;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.record.internal.MemoryCollection;
import io.arkestra.memory.record.internal.Messages;
import io.arkestra.store.Change;
import io.arkestra.store.Doc;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.Owner;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Keeps the index at what the store says, from the feeds of both collections. The result depends on the store's contents alone and
 * not on the way there: each change makes the texts that it may alter anew, from what the store holds now. Not thread-safe.
 */
final class FeedFollower {
    private static final int BATCH = 256;
    private static final int COMMIT_EVERY = 512;
    /** Ordinals further apart than this are loaded separately. */
    private static final long GAP = 16;

    private final DocStore store;
    private final KeywordIndex index;
    private final ZoneId zone;
    private final Consumer<String> warnings;
    private final TurnCache cache;
    private FeedPosition position;
    private int sinceCommit;
    /** The disk was full; a commit tells whether it still is. */
    private boolean starved;
    /** The index has gone back to its last commit, the position has not. */
    private boolean lost;

    FeedFollower(DocStore store, KeywordIndex index, ZoneId zone, Consumer<String> warnings, TurnCache cache) {
        this.cache = cache;
        this.store = store;
        this.index = index;
        this.zone = zone;
        this.warnings = warnings;
        this.position = FeedPosition.START;
    }

    FeedPosition position() {
        return position;
    }

    /** Takes up where the index was committed; starts over when that cannot be told or the store is older than the index. */
    void resume() {
        position = FeedPosition.read(index, zone);
        if (position.equals(FeedPosition.START) && index.committedSequence() == 0) {
            return;
        }
        if (position.equals(FeedPosition.START)
                || isAhead(Message.COLLECTION.name(), position.messages())
                || isAhead(MemoryCollection.NAME, position.memories())) {
            startOver();
        }
    }

    /** A feed that ends before the position was cut back: the store was restored from a backup. */
    private boolean isAhead(String collection, long sequence) {
        return sequence > store.lastSequence(collection);
    }

    /** The disk is full: {@link #step} goes on from where the index was committed, as soon as that can be read. */
    void recede() {
        lost = true;
        starved = true;
        sinceCommit = 0;
        cache.clear();
    }

    /** Empties the index; {@link #step} then fills it from the first change on. */
    void startOver() {
        index.clear();
        cache.clear();
        position = FeedPosition.START;
        sinceCommit = 0;
        lost = false;
    }

    /** Drops what the index has of an owner whose documents are gone. */
    void erase(Owner owner) {
        index.drop(owner);
        cache.drop(owner);
    }

    /** Applies the next changes. Returns whether there may be more. */
    boolean step() {
        if (lost) {
            resume();
            lost = false;
        }
        List<Change> messages = store.changes(Message.COLLECTION.name(), position.messages(), BATCH);
        List<Change> memories = store.changes(MemoryCollection.NAME, position.memories(), BATCH);
        if (!messages.isEmpty()) {
            applyMessages(messages);
            position = position.withMessages(last(messages));
        }
        if (!memories.isEmpty()) {
            applyMemories(memories);
            position = position.withMemories(last(memories));
        }
        sinceCommit += messages.size() + memories.size();
        if (sinceCommit >= COMMIT_EVERY) {
            commit();
        }
        boolean more = messages.size() == BATCH || memories.size() == BATCH;
        if (starved && !more) {
            commit();
        }
        return more;
    }

    void commit() {
        if (!lost && (sinceCommit > 0 || starved)) {
            position = position.commit(index, zone);
            sinceCommit = 0;
            starved = false;
        }
    }

    private static long last(List<Change> changes) {
        return changes.get(changes.size() - 1).sequence();
    }

    private void applyMemories(List<Change> changes) {
        Map<Owner, Set<String>> gone = ids(changes);
        List<KeywordDoc> docs = new ArrayList<>();
        for (Doc doc : store.fetch(MemoryCollection.NAME, changes)) {
            gone.getOrDefault(doc.owner(), Set.of()).remove(doc.id());
            for (MemoryRecord memory : MemoryCollection.readable(doc, warnings)) {
                docs.add(IndexTexts.memory(doc.owner(), memory, zone));
            }
        }
        index.upsert(docs);
        gone.forEach((owner, ids) ->
                index.remove(owner, ids.stream().map(IndexTexts::memoryKey).toList()));
    }

    private record Session(Owner owner, String id) {}

    private void applyMessages(List<Change> changes) {
        Map<Owner, Set<String>> gone = ids(changes);
        Map<Session, SortedSet<Long>> touched = new LinkedHashMap<>();
        for (Doc doc : store.fetch(Message.COLLECTION.name(), changes)) {
            gone.getOrDefault(doc.owner(), Set.of()).remove(doc.id());
            touch(doc, touched);
        }
        dropCached(gone, touched.keySet());
        store.inTransaction(transaction -> {
            gone.forEach((owner, ids) -> removeMessages(transaction, owner, ids, touched));
            touched.forEach((session, ordinals) -> {
                for (SortedSet<Long> stretch : stretches(ordinals)) {
                    rewrite(transaction, session, stretch);
                }
            });
            return touched.size();
        });
    }

    /** Where a deleted message stood is not known any more, so everything of its owner is read anew. */
    private void dropCached(Map<Owner, Set<String>> gone, Collection<Session> touched) {
        gone.forEach((owner, ids) -> {
            if (!ids.isEmpty()) {
                cache.drop(owner);
            }
        });
        Map<Owner, Set<String>> sessions = new HashMap<>();
        for (Session session : touched) {
            sessions.computeIfAbsent(session.owner(), owner -> new LinkedHashSet<>())
                    .add(session.id());
        }
        sessions.forEach(cache::changed);
    }

    private void touch(Doc doc, Map<Session, SortedSet<Long>> touched) {
        for (Message message : Messages.readable(doc, warnings)) {
            touched.computeIfAbsent(new Session(doc.owner(), message.session().value()), session -> new TreeSet<>())
                    .add(message.ordinal());
        }
    }

    private static Map<Owner, Set<String>> ids(List<Change> changes) {
        Map<Owner, Set<String>> ids = new HashMap<>();
        for (Change change : changes) {
            ids.computeIfAbsent(change.owner(), owner -> new LinkedHashSet<>()).add(change.id());
        }
        return ids;
    }

    /** Where a deleted message stood can only be told by whose window it is in. */
    private void removeMessages(
            DocTransaction transaction, Owner owner, Collection<String> ids, Map<Session, SortedSet<Long>> touched) {
        Set<String> neighbours = new LinkedHashSet<>();
        for (String id : ids) {
            for (KeywordHit hit : index.search(KeywordQuery.of(owner, IndexTexts.NEAR, IndexTexts.nearToken(id)))) {
                neighbours.add(IndexTexts.id(hit.id()));
            }
        }
        neighbours.removeAll(ids);
        index.remove(owner, ids.stream().map(IndexTexts::messageKey).toList());
        for (String neighbour : neighbours) {
            transaction.get(Message.COLLECTION.name(), owner, neighbour).ifPresent(doc -> touch(doc, touched));
        }
    }

    private static List<SortedSet<Long>> stretches(SortedSet<Long> ordinals) {
        List<SortedSet<Long>> stretches = new ArrayList<>();
        long previous = 0;
        for (long ordinal : ordinals) {
            if (stretches.isEmpty() || ordinal - previous > GAP) {
                stretches.add(new TreeSet<>());
            }
            stretches.get(stretches.size() - 1).add(ordinal);
            previous = ordinal;
        }
        return stretches;
    }

    private void rewrite(DocTransaction transaction, Session session, SortedSet<Long> ordinals) {
        SessionStretch stretch = SessionStretch.load(
                transaction, session.owner(), session.id(), ordinals.first(), ordinals.last(), warnings);
        List<KeywordDoc> docs = new ArrayList<>();
        List<String> unworthy = new ArrayList<>();
        for (Message message : stretch.affectedBy(ordinals)) {
            if (stretch.isWorthy(message)) {
                docs.add(IndexTexts.message(session.owner(), message, stretch.window(message), zone));
            } else {
                unworthy.add(IndexTexts.messageKey(message.id()));
            }
        }
        index.upsert(docs);
        index.remove(session.owner(), unworthy);
    }
}
