package io.arkestra.memory.record.internal;

import io.arkestra.common.Json;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.FieldType;
import io.arkestra.store.Owner;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What is being forgotten: written down in the transaction that takes it out of the store, struck out when the summaries, the graph and
 * the files of the indexes have followed. What a process leaves here is finished by the next one. Thread-safe.
 */
public final class ForgettingJournal {
    /** Memories of a tier. */
    public static final String CLEARING = "clear";
    /** Everything of some extent. */
    public static final String RESETTING = "reset";

    static final CollectionSpec SPEC = CollectionSpec.builder("forgotten")
            .field("user", FieldType.STRING)
            .derived()
            .build();

    private final DocStore store;

    /**
     * One act of forgetting.
     *
     * @param user who forgets
     * @param what the id of a message or memory, or another name for what goes; never a text
     * @param session the conversation whose summary has to follow; empty for none
     */
    public record Entry(UserId user, String what, Optional<SessionId> session) {}

    ForgettingJournal(DocStore store) {
        this.store = store;
        store.define(SPEC);
    }

    /** Says what this transaction forgets, and that it is to go from the store's files, too. */
    static void begin(DocTransaction transaction, Entry entry) {
        transaction.expunge();
        Json body = Json.object()
                .put("user", entry.user().value())
                .put("what", entry.what())
                .putIfPresent("session", entry.session().map(SessionId::value))
                .build();
        transaction.put(SPEC.name(), DocWrite.of(Owner.SYSTEM, id(entry.user(), entry.what()), body));
    }

    /** Everything that was made of it has followed. */
    public void end(UserId user, String what) {
        store.inTransaction(transaction -> {
            // Once more: what followed was taken away after the first time.
            transaction.expunge();
            return transaction.delete(SPEC.name(), Owner.SYSTEM, id(user, what));
        });
    }

    /** What an earlier process did not get to the end of. */
    public List<Entry> unfinished() {
        DocQuery all = DocQuery.all().limit(DocQuery.MAX_LIMIT);
        return store.inTransaction(transaction -> transaction.find(SPEC.name(), Owner.SYSTEM, all)).docs().stream()
                .map(doc -> new Entry(
                        UserId.of(doc.body().text("user")),
                        doc.body().text("what"),
                        doc.body().string("session").map(SessionId::of)))
                .toList();
    }

    private static String id(UserId user, String what) {
        return HexFormat.of().formatHex(NormalText.sha256(user.value() + "\n" + what), 0, 16);
    }
}
