package io.arkestra.memory.record.internal;

import io.arkestra.common.Json;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a record replaced and what replaced it. */
final class History {
    /** The longest history that is told. */
    private static final int MOST = 1_000;

    private History() {}

    /** The record that is so now first, each before those that it replaced, the newest first among these. */
    static List<Doc> of(DocTransaction transaction, Owner owner, String id) {
        Optional<Doc> start = transaction.get(MemoryCollection.NAME, owner, id);
        if (start.isEmpty()) {
            return List.of();
        }
        Set<String> seen = new HashSet<>(Set.of(id));
        Doc head = start.get();
        while (true) {
            Optional<Doc> next = head.body()
                    .string("superseded_by")
                    .flatMap(by -> transaction.get(MemoryCollection.NAME, owner, by));
            if (next.isEmpty() || !seen.add(next.get().id()) || seen.size() > MOST) {
                break;
            }
            head = next.get();
        }
        List<Doc> found = new ArrayList<>();
        Deque<Doc> left = new ArrayDeque<>(List.of(head));
        seen = new HashSet<>(Set.of(head.id()));
        while (!left.isEmpty() && found.size() < MOST) {
            Doc doc = left.removeFirst();
            found.add(doc);
            replacedBy(transaction, owner, doc.id()).stream()
                    .sorted(Comparator.comparing(MemoryCollection::validFrom).reversed())
                    .filter(seenAdd(seen))
                    .forEach(left::addLast);
        }
        return found;
    }

    private static java.util.function.Predicate<Doc> seenAdd(Set<String> seen) {
        return doc -> seen.add(doc.id());
    }

    private static List<Doc> replacedBy(DocTransaction transaction, Owner owner, String id) {
        return transaction
                .find(
                        MemoryCollection.NAME,
                        owner,
                        DocQuery.where(Filter.eq("superseded_by", id)).limit(MOST))
                .docs();
    }

    /** Deletes a record and what belongs to it; what it had replaced points to what replaced it. */
    static void delete(DocTransaction transaction, Doc doc) {
        Optional<String> next = doc.body().string("superseded_by");
        for (Doc older : replacedBy(transaction, doc.owner(), doc.id())) {
            Json body = next.isPresent()
                    ? older.body().with("superseded_by", Json.of(next.get()))
                    : older.body().without("superseded_by");
            transaction.put(MemoryCollection.NAME, DocWrite.update(older, body));
        }
        MemorySources.removeMemory(transaction, doc.owner(), doc.id());
        transaction.delete(MemoryCollection.NAME, doc.owner(), doc.id());
    }
}
