package io.arkestra.memory.sleep.internal;

import io.arkestra.common.UserId;
import io.arkestra.memory.Message;
import io.arkestra.memory.session.internal.SessionMark;
import io.arkestra.store.Doc;
import io.arkestra.store.DocPage;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;

/** Removes what belongs to conversations that are gone. */
public final class Vacuum implements SleepStep {
    private final DocStore store;

    public Vacuum(DocStore store) {
        this.store = store;
    }

    @Override
    public String name() {
        return "vacuum";
    }

    @Override
    public long run(UserId user, SleepRun run) {
        Owner owner = Owner.of(user);
        long removed = 0;
        DocQuery query = DocQuery.all().limit(200);
        while (true) {
            run.checkpoint();
            DocQuery next = query;
            DocPage page = store.inTransaction(tx -> tx.find(SessionMark.COLLECTION, owner, next));
            for (Doc doc : page.docs()) {
                boolean gone = store.inTransaction(tx -> tx.find(
                                        Message.COLLECTION.name(),
                                        owner,
                                        DocQuery.where(Filter.eq("session", doc.id()))
                                                .limit(1))
                                .docs()
                                .isEmpty()
                        && tx.delete(SessionMark.COLLECTION, owner, doc.id()));
                removed += gone ? 1 : 0;
            }
            if (page.next().isEmpty()) {
                run.count("orphans", removed);
                return removed;
            }
            query = query.after(page.next().get());
        }
    }
}
