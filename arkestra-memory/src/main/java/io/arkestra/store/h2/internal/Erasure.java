package io.arkestra.store.h2.internal;

import io.arkestra.store.Owner;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Takes everything of an owner out of a collection, tombstones included, in small pieces: whoever looks afterwards cannot tell that
 * there was anything. Works on the tables alone, so it reaches collections that nobody has declared since the store was opened.
 */
final class Erasure {
    private static final int BATCH = 1_000;

    private Erasure() {}

    /** Collections of the store but for the keys. */
    static List<String> collections(Handle handle) {
        return Sql.list(
                handle,
                "SELECT \"name\" FROM \"arkestra_collection\" WHERE \"name\"<>'keys' ORDER BY 1",
                (row, context) -> row.getString(1));
    }

    /** Everything that is left, little as a rule, and the keys. Commits nothing. */
    static Piece rest(Handle handle, List<String> collections, Owner owner) {
        int documents = 0;
        for (String collection : collections) {
            Piece piece;
            do {
                piece = piece(handle, collection, owner);
                documents += piece.documents();
            } while (piece.more());
        }
        boolean keys = Sql.number(handle, "SELECT COUNT(*) FROM \"arkestra_collection\" WHERE \"name\"='keys'") > 0;
        if (keys) {
            piece(handle, "keys", owner);
        }
        return new Piece(documents, false);
    }

    /** One piece: how many documents and tombstones went. Commits nothing. */
    static Piece piece(Handle handle, String collection, Owner owner) {
        noteSequence(handle, collection, owner);
        int docs = delete(handle, "\"d_" + collection + "\"", owner);
        int tombstones = delete(handle, "\"x_" + collection + "\"", owner);
        return new Piece(docs, docs == BATCH || tombstones == BATCH);
    }

    /**
     * What one piece did.
     *
     * @param documents how many documents went
     * @param more whether something may be left
     */
    record Piece(int documents, boolean more) {}

    /** The feed's end must not go back, or a follower would take the store for an older one. */
    private static void noteSequence(Handle handle, String collection, Owner owner) {
        long last = Math.max(
                last(handle, "\"d_" + collection + "\"", owner), last(handle, "\"x_" + collection + "\"", owner));
        long noted =
                Sql.number(handle, "SELECT \"sequence\" FROM \"arkestra_erased\" WHERE \"collection\"=?", collection);
        if (last > noted) {
            Sql.update(
                    handle,
                    "MERGE INTO \"arkestra_erased\"(\"collection\",\"sequence\") VALUES(?,?)",
                    collection,
                    last);
        }
    }

    private static long last(Handle handle, String table, Owner owner) {
        return Sql.number(handle, "SELECT COALESCE(MAX(\"seq\"),0) FROM " + table + " WHERE \"owner\"=?", owner.key());
    }

    private static int delete(Handle handle, String table, Owner owner) {
        return Sql.update(handle, "DELETE FROM " + table + " WHERE \"owner\"=? LIMIT " + BATCH, owner.key());
    }
}
