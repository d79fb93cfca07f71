package io.arkestra.memory.internal;

import io.arkestra.common.Scope;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.record.internal.MemoryCollection;
import io.arkestra.memory.record.internal.MemoryRecords;
import io.arkestra.memory.session.internal.Memories;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.Owner;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The memories as the life of conversations and the sleep see them. */
record StoredMemories(MemoryRecords records, Consumer<String> warnings) implements Memories {
    @Override
    public MemoryRecord remember(DocTransaction transaction, Scope scope, MemoryDraft draft) {
        return records.remember(transaction, scope, draft);
    }

    @Override
    public MemoryRecord correct(DocTransaction transaction, Scope scope, MemoryDraft draft, MemoryDraft wrong) {
        return records.correct(transaction, scope, draft, wrong);
    }

    @Override
    public Optional<MemoryRecord> find(DocTransaction transaction, Owner owner, String id) {
        return transaction.get(MemoryCollection.NAME, owner, id).stream()
                .flatMap(doc -> MemoryCollection.readable(doc, warnings).stream())
                .findFirst();
    }

    @Override
    public List<MemoryRecord> currentFacts(DocTransaction transaction, Owner owner, int limit) {
        return MemoryCollection.newest(
                        transaction,
                        owner,
                        MemoryCollection.ofKind(MemoryKind.FACT).limit(limit),
                        warnings)
                .stream()
                .filter(MemoryRecord::isCurrent)
                .toList();
    }

    @Override
    public void remove(DocTransaction transaction, Owner owner, String id) {
        owner.user().ifPresent(user -> records.forget(transaction, Scope.of(user), id));
    }
}
