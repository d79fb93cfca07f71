package io.arkestra.memory.recall.internal;

import io.arkestra.keyword.lucene.internal.Word;
import io.arkestra.keyword.lucene.internal.WordAnalysis;
import io.arkestra.memory.Message;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Messages as recall needs them: read, cut into words, and with their neighbours known, so that a question does not read and cut the same
 * hundred messages again. Follows the feed: what has changed is dropped before the next question. Thread-safe.
 */
final class TurnCache {
    private static final int CAPACITY = 20_000;
    /** Messages of a session are read so many at a time. */
    private static final long BLOCK = 32;

    /**
     * A message that is worth recalling.
     *
     * @param previous the key of the worthy message before it in its session
     * @param next the key of the one after it
     * @param stems of its words and its speaker's name
     */
    record Turn(
            Candidate candidate,
            @Nullable String previous,
            @Nullable String next,
            Set<String> stems,
            Traits traits) {}

    private record Key(Owner owner, String key) {}

    private final WordAnalysis analysis;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, Turn> turns = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Turn> eldest) {
            return size() > CAPACITY;
        }
    };
    /** Grows with every change: what was read before one must not be kept after it. */
    private long generation;

    TurnCache(WordAnalysis analysis) {
        this.analysis = analysis;
    }

    /** Forgets messages of sessions that have changed, their neighbours included. */
    void changed(Owner owner, Collection<String> sessions) {
        lock.lock();
        try {
            generation++;
            turns.entrySet()
                    .removeIf(entry -> entry.getKey().owner().equals(owner)
                            && (sessions.isEmpty()
                                    || sessions.contains(
                                            entry.getValue().candidate().session())));
        } finally {
            lock.unlock();
        }
    }

    /** Forgets everything of an owner. */
    void drop(Owner owner) {
        lock.lock();
        try {
            generation++;
            turns.keySet().removeIf(key -> key.owner().equals(owner));
        } finally {
            lock.unlock();
        }
    }

    void clear() {
        lock.lock();
        try {
            generation++;
            turns.clear();
        } finally {
            lock.unlock();
        }
    }

    /** The messages with these keys that are worth recalling. */
    Map<String, Turn> load(DocTransaction transaction, Owner owner, Collection<String> keys) {
        Map<String, Turn> found = new HashMap<>();
        List<String> missing = new ArrayList<>();
        long before;
        lock.lock();
        try {
            before = generation;
            for (String key : keys) {
                Turn turn = turns.get(new Key(owner, key));
                if (turn == null) {
                    missing.add(IndexTexts.id(key));
                } else {
                    found.put(key, turn);
                }
            }
        } finally {
            lock.unlock();
        }
        if (missing.isEmpty()) {
            return found;
        }
        Set<String> wanted = new HashSet<>(keys);
        Map<Key, Turn> read = read(transaction, owner, missing);
        read.forEach((key, turn) -> {
            if (wanted.contains(key.key())) {
                found.put(key.key(), turn);
            }
        });
        lock.lock();
        try {
            if (generation == before) {
                turns.putAll(read);
            }
        } finally {
            lock.unlock();
        }
        return found;
    }

    private Map<Key, Turn> read(DocTransaction transaction, Owner owner, List<String> ids) {
        Map<String, SortedSet<Long>> blocks = new HashMap<>();
        for (int from = 0; from < ids.size(); from += DocQuery.MAX_LIMIT) {
            List<String> some = ids.subList(from, Math.min(ids.size(), from + DocQuery.MAX_LIMIT));
            for (Doc doc : transaction
                    .find(
                            Message.COLLECTION.name(),
                            owner,
                            DocQuery.where(Filter.in(CollectionSpec.FIELD_ID, some))
                                    .limit(some.size()))
                    .docs()) {
                blocks.computeIfAbsent(doc.body().text("session"), session -> new TreeSet<>())
                        .add(doc.body().integer("ordinal").orElse(0L) / BLOCK);
            }
        }
        Map<Key, Turn> read = new HashMap<>();
        blocks.forEach((session, numbers) -> {
            long first = -1;
            long last = -1;
            for (long number : numbers) {
                if (first >= 0 && number > last + 1) {
                    readBlocks(transaction, owner, session, first, last, read);
                    first = -1;
                }
                first = first < 0 ? number : first;
                last = number;
            }
            readBlocks(transaction, owner, session, first, last, read);
        });
        return read;
    }

    private void readBlocks(
            DocTransaction transaction, Owner owner, String session, long first, long last, Map<Key, Turn> read) {
        SessionStretch stretch =
                SessionStretch.load(transaction, owner, session, first * BLOCK, (last + 1) * BLOCK - 1, ignored -> {});
        List<Message> worthy = stretch.worthy();
        for (int i = 0; i < worthy.size(); i++) {
            Message message = worthy.get(i);
            if (message.ordinal() / BLOCK < first || message.ordinal() / BLOCK > last) {
                continue;
            }
            Candidate candidate = Candidate.of(message);
            read.put(
                    new Key(owner, candidate.key()),
                    new Turn(
                            candidate,
                            i == 0
                                    ? null
                                    : IndexTexts.messageKey(worthy.get(i - 1).id()),
                            i + 1 == worthy.size()
                                    ? null
                                    : IndexTexts.messageKey(worthy.get(i + 1).id()),
                            stems(candidate),
                            Traits.of(candidate.text())));
        }
    }

    Set<String> stems(Candidate candidate) {
        Set<String> stems = new HashSet<>();
        for (Word word : analysis.words(candidate.speaker() + " " + candidate.text())) {
            stems.add(word.stem());
        }
        return stems;
    }
}
