package io.arkestra.memory.semantic.internal;

import io.arkestra.common.Json;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import java.util.List;

/** How far each feed was followed for a model. A new model begins at the beginning. */
final class FeedCursors {
    /** Instead of a model's tag: only deletions are followed. */
    static final String NO_MODEL = "none";

    private final DocStore store;

    FeedCursors(DocStore store) {
        this.store = store;
    }

    private static String id(Feed feed, String tag) {
        return feed.collection() + "/" + tag;
    }

    long read(Feed feed, String tag) {
        return store.inTransaction(
                        transaction -> transaction.get(EmbeddingRows.CURSORS.name(), Owner.SYSTEM, id(feed, tag)))
                .flatMap(doc -> doc.body().integer("sequence"))
                .orElse(0L);
    }

    /** How far a feed was followed by all models whose rows there may be; 0 when there is none. */
    long least(Feed feed) {
        return all().stream()
                .filter(id -> id.startsWith(feed.collection() + "/"))
                .mapToLong(id -> read(feed, id.substring(feed.collection().length() + 1)))
                .min()
                .orElse(0);
    }

    void write(DocTransaction transaction, Feed feed, String tag, long sequence) {
        transaction.put(
                EmbeddingRows.CURSORS.name(),
                DocWrite.of(
                        Owner.SYSTEM,
                        id(feed, tag),
                        Json.object()
                                .put("feed", feed.collection())
                                .put("model", tag)
                                .put("sequence", sequence)
                                .build()));
    }

    /** Ids of all cursors. */
    List<String> all() {
        return store.inTransaction(transaction ->
                transaction
                        .find(
                                EmbeddingRows.CURSORS.name(),
                                Owner.SYSTEM,
                                DocQuery.all().limit(DocQuery.MAX_LIMIT))
                        .docs()
                        .stream()
                        .map(Doc::id)
                        .toList());
    }

    static boolean belongs(String id, Feed feed, String tag) {
        return id.equals(id(feed, tag));
    }

    void delete(List<String> ids) {
        store.inTransaction(transaction -> {
            ids.forEach(id -> transaction.delete(EmbeddingRows.CURSORS.name(), Owner.SYSTEM, id));
            return ids.size();
        });
    }
}
