package io.arkestra.memory.recall.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Scope;
import io.arkestra.common.Subscription;
import io.arkestra.keyword.KeywordIndex;
import io.arkestra.keyword.KeywordIndexException;
import io.arkestra.memory.Memory;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.Recall;
import io.arkestra.memory.RecallQuery;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import io.arkestra.store.UniqueKeyException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Memory by words: the store holds everything, the keyword index finds it. */
final class LexicalMemory implements Memory {
    private static final int ATTEMPTS = 5;

    private final DocStore store;
    private final KeywordIndex index;
    private final IndexUpkeep upkeep;
    private final WordSearch search;
    private final MemoryCollection memories = new MemoryCollection();
    private final String indexName;
    private final List<Subscription> watches;

    LexicalMemory(DocStore store, KeywordIndex index, String indexName, IndexUpkeep upkeep) {
        this.store = store;
        this.index = index;
        this.indexName = indexName;
        this.upkeep = upkeep;
        this.search = new WordSearch(store, index);
        this.watches = List.of(
                store.watch(Message.COLLECTION.name(), upkeep::changed),
                store.watch(MemoryCollection.NAME, upkeep::changed));
    }

    @Override
    public MemoryRecord remember(Scope scope, MemoryDraft draft) {
        for (int attempt = 1; ; attempt++) {
            try {
                return store.inTransaction(transaction -> remember(transaction, scope, draft));
            } catch (UniqueKeyException e) {
                // Somebody remembered the same at the same moment; theirs is found next time.
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    @Override
    public MemoryRecord remember(DocTransaction transaction, Scope scope, MemoryDraft draft) {
        return memories.put(transaction, Owner.of(scope.user()), draft, store.now());
    }

    @Override
    public Recall recall(Scope scope, RecallQuery query) {
        List<String> notes = new ArrayList<>();
        try {
            return Recall.of(upkeep.current(notes, () -> search.recall(scope.user(), query)), notes);
        } catch (KeywordIndexException e) {
            if (e.code().equals("keyword.closed")) {
                throw e;
            }
            notes.add("Nothing could be recalled, because the search index cannot be used: " + e.getMessage());
            return Recall.of(List.of(), notes);
        }
    }

    @Override
    public List<Message> messages(Scope scope, Instant from, Instant to, int limit) {
        checkLimit(limit);
        DocQuery query = DocQuery.where(Filter.and(
                        Filter.gte("at", from), Filter.lt("at", to), Filter.in("origin", List.of("user", "assistant"))))
                .ascending("at")
                .limit(limit);
        return store.inTransaction(transaction ->
                transaction.find(Message.COLLECTION.name(), Owner.of(scope.user()), query).docs().stream()
                        .flatMap(doc -> SessionStretch.message(doc, upkeep::warn).stream())
                        .toList());
    }

    @Override
    public List<MemoryRecord> list(Scope scope, int limit) {
        return list(scope, DocQuery.all(), limit);
    }

    @Override
    public List<MemoryRecord> list(Scope scope, MemoryKind kind, int limit) {
        return list(scope, MemoryCollection.ofKind(kind), limit);
    }

    private List<MemoryRecord> list(Scope scope, DocQuery which, int limit) {
        checkLimit(limit);
        return store.inTransaction(transaction ->
                MemoryCollection.newest(transaction, Owner.of(scope.user()), which.limit(limit), upkeep::warn));
    }

    @Override
    public Optional<MemoryRecord> find(Scope scope, String id) {
        return store.inTransaction(transaction -> transaction.get(MemoryCollection.NAME, Owner.of(scope.user()), id))
                .map(MemoryCollection::record);
    }

    /** Also takes its words out of the index's files before it returns, as far as these can be used. */
    @Override
    public boolean forget(Scope scope, String id) {
        boolean found = store.inTransaction(
                transaction -> transaction.delete(MemoryCollection.NAME, Owner.of(scope.user()), id));
        if (found) {
            refresh();
        }
        return found;
    }

    @Override
    public void refresh() {
        upkeep.complete();
    }

    @Override
    public List<String> describe() {
        List<String> lines = new ArrayList<>();
        lines.add("by words, English and Russian stems and exact forms; keyword index: " + indexName);
        lines.add("no embedding model: what is said in quite other words is not found");
        lines.addAll(upkeep.describe());
        return List.copyOf(lines);
    }

    @Override
    public void close() {
        watches.forEach(Subscription::close);
        try {
            upkeep.close();
        } finally {
            index.close();
        }
    }

    private static void checkLimit(int limit) {
        if (limit < 1 || limit > DocQuery.MAX_LIMIT) {
            throw new InvalidInputException("Limit is " + limit + "; expected 1 to " + DocQuery.MAX_LIMIT);
        }
    }
}
