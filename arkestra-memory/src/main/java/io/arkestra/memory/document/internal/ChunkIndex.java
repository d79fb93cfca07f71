package io.arkestra.memory.document.internal;

import io.arkestra.keyword.KeywordDoc;
import io.arkestra.keyword.KeywordField;
import io.arkestra.keyword.KeywordHit;
import io.arkestra.keyword.KeywordIndex;
import io.arkestra.keyword.KeywordIndexException;
import io.arkestra.keyword.KeywordIndexSpec;
import io.arkestra.keyword.KeywordQuery;
import io.arkestra.memory.record.internal.Chunk;
import io.arkestra.store.Change;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The words of all chunks, in an index of their own: the statistics of conversations must not be those of documents. Thread-safe. */
final class ChunkIndex implements AutoCloseable {
    /** The chunk itself. */
    static final String TEXT = "text";
    /** The chunk between its neighbours: what is asked for in one place is often named in the place beside it. */
    static final String WINDOW = "window";

    static final KeywordIndexSpec SPEC = KeywordIndexSpec.of(
            "documents", List.of(KeywordField.of(TEXT, 1.2f, 0.75f), KeywordField.of(WINDOW, 1.2f, 0.75f)));

    private static final String FULL = "keyword.full";
    /** Chunks that are written while others wait for their turn. */
    private static final int BATCH = 64;

    private static final int COMMIT_EVERY = 1_024;
    /** Batches that one caller applies at most. */
    private static final int SHARE = 256;

    private final DocStore store;
    private final KeywordIndex index;
    private final Consumer<String> warnings;
    /** Fair, so that whoever searches comes between two batches of a large document. */
    private final ReentrantLock lock = new ReentrantLock(true);
    /** Those who bring everything up to date; nobody else has to meanwhile. */
    private final AtomicInteger followers = new AtomicInteger();

    private final AtomicLong version = new AtomicLong();
    private long position;
    private volatile long seen = -1;
    private int sinceCommit;
    private boolean starved;

    ChunkIndex(DocStore store, KeywordIndex index, Consumer<String> warnings) {
        this.store = store;
        this.index = index;
        this.warnings = warnings;
        try {
            this.position = index.committedSequence();
            if (position > store.lastSequence(Chunk.NAME)) {
                // The store was restored from a backup.
                startOver();
            }
        } catch (KeywordIndexException e) {
            mend(e);
        }
    }

    /** The store has changed; from any thread. */
    void changed() {
        version.incrementAndGet();
    }

    /** Chunks of an owner by id with their scores. */
    Map<String, Float> search(KeywordQuery query, List<String> notes) {
        return current(notes, () -> {
            Map<String, Float> scores = new HashMap<>();
            for (KeywordHit hit : index.search(query)) {
                scores.put(hit.id(), hit.score());
            }
            return scores;
        });
    }

    private <T> T current(List<String> notes, Supplier<T> search) {
        try {
            note(notes, followers.get() > 0 ? seen == version.get() : advance(SHARE));
            return search.get();
        } catch (KeywordIndexException e) {
            if (e.code().equals(FULL)) {
                recede();
                notes.add(
                        "The disk is full, so the search index of the documents could not follow: what was added last may"
                                + " be missing. Free some space.");
                return search.get();
            }
            if (!e.code().equals("keyword.damaged")) {
                throw e;
            }
            mend(e);
            notes.add("The search index of the documents was damaged and has been built anew.");
            note(notes, advance(SHARE));
            return search.get();
        }
    }

    private static void note(List<String> notes, boolean complete) {
        if (!complete) {
            notes.add("The search index of the documents is still being built; something may be missing.");
        }
    }

    /** Brings the index up to date however long it takes; searches go on meanwhile with what is there. */
    void follow() {
        followers.incrementAndGet();
        try {
            advance(Integer.MAX_VALUE);
        } catch (KeywordIndexException e) {
            // The documents are in the store. The next search meets the same, does what can be done and tells it.
            return;
        } finally {
            followers.decrementAndGet();
        }
    }

    /** Brings the index up to date however long it takes, and commits it. */
    void complete() {
        try {
            finish();
        } catch (KeywordIndexException e) {
            if (e.code().equals(FULL)) {
                recede();
            }
            if (!e.code().equals("keyword.damaged")) {
                throw e;
            }
            mend(e);
            finish();
        }
    }

    private void finish() {
        advance(Integer.MAX_VALUE);
        commit();
    }

    private boolean advance(int steps) {
        for (int i = 0; i < steps; i++) {
            lock.lock();
            try {
                long now = version.get();
                if (seen == now) {
                    return true;
                }
                if (!step()) {
                    if (starved) {
                        commit();
                    }
                    seen = now;
                    return true;
                }
            } finally {
                lock.unlock();
            }
        }
        return false;
    }

    private boolean step() {
        List<Change> changes = store.changes(Chunk.NAME, position, BATCH);
        if (changes.isEmpty()) {
            return false;
        }
        Map<Owner, Set<String>> touched = new LinkedHashMap<>();
        for (Change change : changes) {
            Set<String> ids = touched.computeIfAbsent(change.owner(), owner -> new LinkedHashSet<>());
            ids.add(change.id());
            Chunk.neighbour(change.id(), -1).ifPresent(ids::add);
            Chunk.neighbour(change.id(), 1).ifPresent(ids::add);
        }
        touched.forEach(this::rewrite);
        position = changes.get(changes.size() - 1).sequence();
        sinceCommit += changes.size();
        if (sinceCommit >= COMMIT_EVERY) {
            commit();
        }
        return changes.size() == BATCH;
    }

    /** Writes these chunks as they are now; those that are not there go. */
    private void rewrite(Owner owner, Set<String> ids) {
        Set<String> read = new LinkedHashSet<>(ids);
        ids.forEach(id -> Chunk.neighbour(id, -1).ifPresent(read::add));
        ids.forEach(id -> Chunk.neighbour(id, 1).ifPresent(read::add));
        Map<String, Chunk> chunks = new HashMap<>();
        List<String> asked = List.copyOf(read);
        store.inTransaction(transaction -> transaction.find(
                        Chunk.NAME,
                        owner,
                        DocQuery.where(Filter.in(CollectionSpec.FIELD_ID, asked))
                                .limit(asked.size())))
                .docs()
                .forEach(doc -> Chunk.readable(doc, warnings).forEach(chunk -> chunks.put(chunk.id(), chunk)));
        List<KeywordDoc> docs = new ArrayList<>();
        List<String> gone = new ArrayList<>();
        for (String id : ids) {
            Chunk chunk = chunks.get(id);
            if (chunk == null) {
                gone.add(id);
            } else {
                docs.add(KeywordDoc.of(owner, id, chunk.at(), fields(chunk, chunks)));
            }
        }
        index.upsert(docs);
        index.remove(owner, gone);
    }

    private static Map<String, String> fields(Chunk chunk, Map<String, Chunk> chunks) {
        StringBuilder window = new StringBuilder(chunk.lead());
        int end = 0;
        for (int offset = -1; offset <= 1; offset++) {
            Chunk near = Chunk.neighbour(chunk.id(), offset).map(chunks::get).orElse(null);
            if (near != null && near.end() > end) {
                // Parts overlap; what is in two of them counts once.
                window.append(
                        near.text(),
                        Math.max(0, Math.min(end - near.start(), near.text().length())),
                        near.text().length());
                end = near.end();
            }
        }
        return Map.of(TEXT, chunk.lead() + chunk.text(), WINDOW, window.toString());
    }

    private void commit() {
        lock.lock();
        try {
            if (sinceCommit > 0 || starved) {
                index.commit(position);
                sinceCommit = 0;
                starved = false;
            }
        } finally {
            lock.unlock();
        }
    }

    private void mend(KeywordIndexException cause) {
        lock.lock();
        try {
            warnings.accept("The search index of the documents is built anew: " + cause.getMessage());
            startOver();
        } finally {
            lock.unlock();
        }
    }

    /** The disk is full: goes on from where the index was committed, and commits to see whether it still is. */
    private void recede() {
        lock.lock();
        try {
            position = index.committedSequence();
            seen = -1;
            sinceCommit = 0;
            starved = true;
        } finally {
            lock.unlock();
        }
    }

    private void startOver() {
        index.clear();
        position = 0;
        seen = -1;
        sinceCommit = 0;
    }

    void erase(Owner owner) {
        try {
            index.drop(owner);
        } catch (KeywordIndexException e) {
            if (e.code().equals(FULL)) {
                recede();
            }
            throw e;
        }
    }

    String describe() {
        lock.lock();
        try {
            return "documents: by words, chunks to #" + position
                    + (seen == version.get() ? ", up to date" : ", catching up at the next search");
        } finally {
            lock.unlock();
        }
    }

    /** Commits what was applied. */
    @Override
    public void close() {
        try {
            commit();
        } catch (KeywordIndexException e) {
            // The next start finds an older state and catches up from there.
            warnings.accept("The search index of the documents could not be committed: " + e.getMessage());
        } finally {
            index.close();
        }
    }
}
