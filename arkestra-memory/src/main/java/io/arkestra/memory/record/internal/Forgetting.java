package io.arkestra.memory.record.internal;

import io.arkestra.common.Json;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.Message;
import io.arkestra.memory.Reset;
import io.arkestra.memory.Tier;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import io.arkestra.store.StoreException;
import java.util.List;
import java.util.Optional;

/** Takes memories and messages away for good, with everything that was made from them. Indexes follow the feed. */
final class Forgetting {
    private static final int BATCH = 200;
    private static final String MESSAGES = Message.COLLECTION.name();

    private final DocStore store;

    Forgetting(DocStore store) {
        this.store = store;
    }

    boolean memory(Owner owner, String id) {
        return Attempts.inTransaction(store, transaction -> {
            Optional<Doc> doc = transaction.get(MemoryCollection.NAME, owner, id);
            doc.ifPresent(found -> History.delete(transaction, found));
            return doc.isPresent();
        });
    }

    boolean message(Owner owner, String id) {
        return Attempts.inTransaction(store, transaction -> {
            boolean found = transaction.delete(MESSAGES, owner, id);
            for (String memory : MemorySources.memories(transaction, owner, id)) {
                transaction.get(MemoryCollection.NAME, owner, memory).ifPresent(doc -> unsource(transaction, doc, id));
                found = true;
            }
            MemorySources.removeMessage(transaction, owner, id);
            return found;
        });
    }

    /** A summary is one text of many messages, whose parts cannot be told apart: it goes and is made anew from what is left. */
    private static void unsource(DocTransaction transaction, Doc doc, String message) {
        Optional<Json> left = MemoryCollection.kind(doc) == MemoryKind.SUMMARY
                ? Optional.empty()
                : RecordBody.without(doc.body(), message);
        if (left.isPresent()) {
            transaction.put(MemoryCollection.NAME, DocWrite.update(doc, left.get()));
        } else {
            History.delete(transaction, doc);
        }
    }

    long clear(Owner owner, Tier tier) {
        Filter of = Filter.eq("tier", MemoryCollection.lower(tier));
        return deleteMemories(
                owner, of, doc -> !MemoryCollection.flag(doc, "pinned") && !MemoryCollection.flag(doc, "locked"));
    }

    private long deleteMemories(Owner owner, Filter filter, java.util.function.Predicate<Doc> which) {
        long gone = 0;
        String last = "";
        while (true) {
            record Batch(long gone, String last) {}
            String after = last;
            Batch batch = Attempts.inTransaction(store, transaction -> {
                Filter rest = after.isEmpty() ? filter : Filter.and(filter, Filter.gt("_id", after));
                List<Doc> docs = transaction
                        .find(
                                MemoryCollection.NAME,
                                owner,
                                DocQuery.where(rest).ascending("_id").limit(BATCH))
                        .docs();
                List<Doc> chosen = docs.stream().filter(which).toList();
                for (Doc doc : chosen) {
                    // Read again: an earlier one of the batch may have pointed to it.
                    transaction
                            .get(MemoryCollection.NAME, owner, doc.id())
                            .ifPresent(now -> History.delete(transaction, now));
                }
                return new Batch(
                        chosen.size(),
                        docs.isEmpty() ? "" : docs.get(docs.size() - 1).id());
            });
            gone += batch.gone();
            if (batch.last().isEmpty()) {
                return gone;
            }
            last = batch.last();
        }
    }

    long reset(Owner owner, Reset extent) {
        long gone = 0;
        if (extent == Reset.CONVERSATIONS || extent == Reset.EVERYTHING) {
            gone += store.deleteAll(MESSAGES, owner, Filter.all());
            gone += deleteNamed(owner, "session");
        }
        if (extent == Reset.CONVERSATIONS) {
            gone += deleteMemories(
                    owner, Filter.all(), doc -> !MemoryCollection.sources(doc).isEmpty());
        }
        if (extent == Reset.MEMORIES || extent == Reset.EVERYTHING) {
            gone += store.deleteAll(MemorySources.NAME, owner, Filter.all());
            gone += store.deleteAll(MemoryCollection.NAME, owner, Filter.all());
        }
        if (extent != Reset.DOCUMENTS) {
            gone += deleteNamed(owner, "graph");
            gone += deleteNamed(owner, "user_state");
        }
        if (extent == Reset.DOCUMENTS || extent == Reset.EVERYTHING) {
            gone += deleteNamed(owner, "chunks");
            gone += deleteNamed(owner, "documents");
        }
        return gone;
    }

    /** Other parts' collections, as far as they are there: by name or by what their names begin with. */
    private long deleteNamed(Owner owner, String name) {
        long gone = 0;
        for (String collection : store.collections()) {
            if (collection.equals(name) || collection.startsWith(name + "_") || collection.equals(name + "s")) {
                try {
                    gone += store.deleteAll(collection, owner, Filter.all());
                } catch (StoreException e) {
                    if (!e.code().equals("store.unknown-collection")) {
                        throw e;
                    }
                    // Stored by an earlier program and used by no part of this one.
                }
            }
        }
        return gone;
    }
}
