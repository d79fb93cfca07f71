package io.arkestra.memory.session.internal;

import io.arkestra.common.Scope;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.Owner;
import java.util.List;
import java.util.Optional;

/** What the life of conversations needs of the memories, all of it inside the caller's transaction. */
public interface Memories {
    MemoryRecord remember(DocTransaction transaction, Scope scope, MemoryDraft draft);

    /** Remembers a fact that puts right what was learned wrongly. */
    MemoryRecord correct(DocTransaction transaction, Scope scope, MemoryDraft draft, MemoryDraft wrong);

    Optional<MemoryRecord> find(DocTransaction transaction, Owner owner, String id);

    /** Facts that nothing has replaced, the newest first. */
    List<MemoryRecord> currentFacts(DocTransaction transaction, Owner owner, int limit);

    /** Removes a summary that a better one takes the place of. */
    void remove(DocTransaction transaction, Owner owner, String id);
}
