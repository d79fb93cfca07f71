package io.arkestra.turn.internal;

import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.memory.TurnRecords;
import io.arkestra.schedule.internal.DurableJobs;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * What is kept about a turn repeats its words: the trace, the calls of tools, feedback, and what the turn was to teach. Feedback also tells
 * whether anybody should learn from it. Thread-safe.
 */
public final class ForgottenTurns implements TurnRecords {
    private static final Set<String> PRAISE = Set.of("UP", "OK");

    private final String feedback;
    private final List<String> collections;
    private final Files files;

    /** Files of turns. */
    @FunctionalInterface
    public interface Files {
        /** Deletes those of a turn. */
        void forget(DocTransaction transaction, UserId user, TurnId turn);
    }

    /**
     * @param feedback the collection of feedback
     * @param others more collections whose documents belong to the turn that their field {@code turn} names
     * @param files files that calls of the turn made
     */
    public ForgottenTurns(String feedback, List<String> others, Files files) {
        this.files = files;
        this.feedback = feedback;
        List<String> all = new ArrayList<>(others);
        all.add(feedback);
        this.collections = List.copyOf(all);
    }

    /** The latest feedback counts. Words are more often blame than praise, so a turn with words is rather left out. */
    @Override
    public boolean isDisliked(DocTransaction transaction, UserId user, TurnId turn) {
        DocQuery about = DocQuery.where(Filter.eq("turn", turn.value())).limit(DocQuery.MAX_LIMIT);
        return transaction.find(feedback, Owner.of(user), about).docs().stream()
                .max(Comparator.comparing(Doc::id))
                .map(doc -> !PRAISE.contains(doc.body().text("kind")))
                .orElse(false);
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
        files.forget(transaction, user, turn);
        DurableJobs.forget(
                transaction,
                owner,
                RememberStep.TYPE,
                payload -> payload.string("turn").filter(turn.value()::equals).isPresent());
    }
}
