package io.arkestra.memory.sleep.internal;

import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.memory.Message;
import io.arkestra.memory.record.internal.MemoryCollection;
import io.arkestra.store.Change;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocPage;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import io.arkestra.store.VersionConflictException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Knows who has messages or memories, by following their feeds. */
final class SleepUsers {
    private static final CollectionSpec SPEC =
            CollectionSpec.builder("sleep_users").derived().build();
    private static final String NAME = SPEC.name();
    private static final String CURSOR = "cursor:";
    private static final String USER = "user:";
    private static final int PAGE = 5_000;
    private static final List<String> FEEDS = List.of(Message.COLLECTION.name(), MemoryCollection.NAME);

    private final DocStore store;

    SleepUsers(DocStore store) {
        this.store = store;
        store.define(SPEC);
    }

    /** Everybody with messages or memories. */
    List<UserId> all() {
        FEEDS.forEach(this::catchUp);
        List<UserId> users = new ArrayList<>();
        DocQuery query = DocQuery.all().limit(1_000);
        while (true) {
            DocQuery next = query;
            DocPage page = store.inTransaction(tx -> tx.find(NAME, Owner.SYSTEM, next));
            page.docs().stream()
                    .filter(doc -> doc.id().startsWith(USER))
                    .map(doc -> UserId.of(doc.id().substring(USER.length())))
                    .forEach(users::add);
            if (page.next().isEmpty()) {
                return users;
            }
            query = query.after(page.next().get());
        }
    }

    /** Does not know the user any more. */
    void forget(UserId user) {
        store.inTransaction(tx -> tx.delete(NAME, Owner.SYSTEM, USER + user.value()));
    }

    private void catchUp(String feed) {
        while (true) {
            Optional<Doc> cursor = store.inTransaction(tx -> tx.get(NAME, Owner.SYSTEM, CURSOR + feed));
            long after = cursor.flatMap(doc -> doc.body().integer("sequence")).orElse(0L);
            List<Change> changes = store.changes(feed, after, PAGE);
            if (changes.isEmpty()) {
                return;
            }
            Set<String> users = new LinkedHashSet<>();
            for (Change change : changes) {
                if (change.kind() == Change.Kind.PUT) {
                    change.owner().user().ifPresent(user -> users.add(user.value()));
                }
            }
            Json body = Json.object()
                    .put("sequence", changes.get(changes.size() - 1).sequence())
                    .build();
            try {
                store.inTransaction(tx -> {
                    for (String user : users) {
                        if (tx.get(NAME, Owner.SYSTEM, USER + user).isEmpty()) {
                            tx.put(NAME, DocWrite.of(Owner.SYSTEM, USER + user, Json.emptyObject()));
                        }
                    }
                    return tx.put(
                            NAME,
                            cursor.map(doc -> DocWrite.update(doc, body))
                                    .orElseGet(() -> DocWrite.of(Owner.SYSTEM, CURSOR + feed, body)
                                            .expectVersion(DocWrite.ABSENT)));
                });
            } catch (VersionConflictException e) {
                continue; // somebody else has taken the same in
            }
            if (changes.size() < PAGE) {
                return;
            }
        }
    }
}
