package io.arkestra.turn.internal;

import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.memory.TurnRecords;
import io.arkestra.schedule.internal.DurableJobs;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.util.List;

/** What is kept about a turn repeats its words: the trace, the calls of tools, and what the turn was to teach. Thread-safe. */
public final class ForgottenTurns implements TurnRecords {
    private final List<String> collections;

    /** @param collections whose documents belong to the turn that their field {@code turn} names */
    public ForgottenTurns(List<String> collections) {
        this.collections = List.copyOf(collections);
    }

    @Override
    public void forget(DocTransaction transaction, UserId user, TurnId turn) {
        Owner owner = Owner.of(user);
        transaction.delete(TraceStore.COLLECTION.name(), owner, turn.value());
        for (String collection : collections) {
            Filter same = Filter.eq("turn", turn.value());
            while (transaction.deleteBatch(collection, owner, same, DocQuery.MAX_LIMIT) > 0) {
                continue;
            }
        }
        DurableJobs.forget(
                transaction,
                owner,
                RememberStep.TYPE,
                payload -> payload.string("turn").filter(turn.value()::equals).isPresent());
    }
}
