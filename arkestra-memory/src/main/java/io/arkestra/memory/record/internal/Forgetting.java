package io.arkestra.memory.record.internal;

import io.arkestra.common.Json;
import io.arkestra.common.SessionId;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.memory.Reset;
import io.arkestra.memory.Tier;
import io.arkestra.memory.TurnRecords;
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
import java.util.Set;

/** Takes memories and messages away for good, with everything that was made from them. Indexes follow the feed. */
final class Forgetting {
    private static final int BATCH = 200;
    private static final String MESSAGES = Message.COLLECTION.name();

    private final DocStore store;
    private final TurnRecords turns;

    Forgetting(DocStore store, TurnRecords turns) {
        this.store = store;
        this.turns = turns;
    }

    boolean memory(UserId user, String id) {
        Owner owner = Owner.of(user);
        return Attempts.inTransaction(store, transaction -> {
            Optional<Doc> doc = transaction.get(MemoryCollection.NAME, owner, id);
            doc.ifPresent(found -> {
                ForgettingJournal.begin(transaction, new ForgettingJournal.Entry(user, id, Optional.empty()));
                History.delete(transaction, found);
            });
            return doc.isPresent();
        });
    }

    boolean message(UserId user, String id) {
        Owner owner = Owner.of(user);
        return Attempts.inTransaction(store, transaction -> {
            Optional<Doc> doc = transaction.get(MESSAGES, owner, id);
            Set<String> memories = MemorySources.memories(transaction, owner, id);
            if (doc.isEmpty() && memories.isEmpty()) {
                return false;
            }
            Optional<SessionId> session =
                    doc.flatMap(found -> found.body().string("session")).map(SessionId::of);
            ForgettingJournal.begin(transaction, new ForgettingJournal.Entry(user, id, session));
            doc.ifPresent(found -> turn(transaction, user, found));
            message(transaction, owner, id);
            return true;
        });
    }

    private static void message(DocTransaction transaction, Owner owner, String id) {
        transaction.delete(MESSAGES, owner, id);
        for (String memory : MemorySources.memories(transaction, owner, id)) {
            transaction.get(MemoryCollection.NAME, owner, memory).ifPresent(doc -> unsource(transaction, doc, id));
        }
        MemorySources.removeMessage(transaction, owner, id);
    }

    /**
     * What the engine has of the turn of a message repeats its words: its records, the calls of tools and what these answered, and the
     * answer if it is the user who said them. Messages that were taken in from elsewhere stand for themselves.
     */
    private void turn(DocTransaction transaction, UserId user, Doc message) {
        String turn = message.body().string("turn").orElse("");
        if (turn.isBlank()) {
            return;
        }
        turns.forget(transaction, user, TurnId.of(turn));
        boolean asked = isOf(message, Origin.USER);
        DocQuery same = DocQuery.where(Filter.eq("turn", turn)).limit(DocQuery.MAX_LIMIT);
        for (Doc doc : transaction.find(MESSAGES, message.owner(), same).docs()) {
            boolean called = isOf(doc, Origin.TOOL)
                    || doc.body()
                            .get("detail")
                            .filter(detail -> detail.isObject() && detail.has("tool_calls"))
                            .isPresent();
            if (doc.id().startsWith(turn + "-") && (called || asked)) {
                message(transaction, message.owner(), doc.id());
            }
        }
    }

    private static boolean isOf(Doc message, Origin origin) {
        return message.body()
                .string("origin")
                .filter(origin.name()::equalsIgnoreCase)
                .isPresent();
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

    long clear(UserId user, Tier tier) {
        Owner owner = begin(user, ForgettingJournal.CLEARING);
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

    /** What takes several transactions is written down before the first. */
    private Owner begin(UserId user, String what) {
        store.inTransaction(transaction -> {
            ForgettingJournal.begin(transaction, new ForgettingJournal.Entry(user, what, Optional.empty()));
            return true;
        });
        return Owner.of(user);
    }

    long reset(UserId user, Reset extent) {
        Owner owner = begin(user, ForgettingJournal.RESETTING);
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
