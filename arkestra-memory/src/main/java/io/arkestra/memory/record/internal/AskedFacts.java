package io.arkestra.memory.record.internal;

import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.record.internal.AskedAttributes.Asked;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads facts by what they are about, and whether what a message told still holds. Each call is part of the caller's transaction. */
public final class AskedFacts {
    /** Of one attribute; of somebody else's attributes so many facts are looked through. */
    private static final int MOST = 50;

    private static final int LOOKED_THROUGH = 1_000;

    private AskedFacts() {}

    /** The facts that say what is asked for, replaced ones too. */
    public static List<MemoryRecord> find(DocTransaction transaction, Owner owner, Set<Asked> asked) {
        List<MemoryRecord> facts = new ArrayList<>();
        for (Asked one : asked) {
            Filter which = one.isOfUser()
                    ? Filter.eq("slot", Slot.of(one.subject(), one.attribute()))
                    : Filter.eq("kind", MemoryCollection.lower(MemoryKind.FACT));
            DocQuery query = one.isOfUser()
                    ? DocQuery.where(which).descending("valid_from").limit(MOST)
                    : DocQuery.where(which).descending("at").limit(LOOKED_THROUGH);
            transaction.find(MemoryCollection.NAME, owner, query).docs().stream()
                    .flatMap(doc -> MemoryCollection.readable(doc, ignored -> {}).stream())
                    .filter(record -> record.statement().filter(one::isSaidBy).isPresent())
                    .limit(MOST)
                    .forEach(facts::add);
        }
        return facts;
    }

    /** Since when nothing that a message told holds any more; empty while something does, and for a message that told no fact. */
    public static Optional<Instant> replacedSince(DocTransaction transaction, Owner owner, String message) {
        List<Instant> ends = new ArrayList<>();
        DocQuery links = DocQuery.where(Filter.eq("message", message)).limit(MOST);
        for (Doc link : transaction.find(MemorySources.NAME, owner, links).docs()) {
            Optional<Doc> fact = transaction
                    .get(MemoryCollection.NAME, owner, link.body().text("memory"))
                    .filter(doc -> MemoryCollection.kind(doc) == MemoryKind.FACT);
            if (fact.isEmpty()) {
                continue;
            }
            Optional<Instant> end = fact.get().body().instant("valid_to");
            if (end.isEmpty()) {
                return Optional.empty();
            }
            ends.add(end.get());
        }
        return ends.stream().max(Comparator.naturalOrder());
    }
}
