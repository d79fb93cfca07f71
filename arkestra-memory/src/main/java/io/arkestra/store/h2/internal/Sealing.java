package io.arkestra.store.h2.internal;

import io.arkestra.store.Owner;
import io.arkestra.store.crypto.internal.SealedDoc;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts the documents of a collection that are still in the clear, in small transactions. Versions and sequences stay: nobody who
 * follows the feed has anything to do. Done again after an interruption, it goes on with what is left.
 */
final class Sealing {
    private static final int BATCH = 200;

    private final Handle handle;
    private final CollectionTable table;
    private final Keys keys;
    private final Writer writer;
    private final long now;

    private record Clear(SealedDoc.Place place, String body, byte @Nullable [] blob) {}

    Sealing(Handle handle, CollectionTable table, Keys keys, Writer writer, long now) {
        this.handle = handle;
        this.table = table;
        this.keys = keys;
        this.writer = writer;
        this.now = now;
    }

    long sealAll() {
        long total = 0;
        String lastOwner = "";
        String lastId = "";
        while (true) {
            List<Clear> batch = next(lastOwner, lastId);
            if (batch.isEmpty()) {
                return total;
            }
            batch.forEach(this::seal);
            Engine.recordSequence(handle, writer);
            Database.commit(handle);
            writer.committed();
            keys.committed();
            total += batch.size();
            lastOwner = batch.get(batch.size() - 1).place().owner();
            lastId = batch.get(batch.size() - 1).place().id();
        }
    }

    private List<Clear> next(String lastOwner, String lastId) {
        return Sql.list(
                handle,
                "SELECT \"id\",\"version\",\"schema\",\"owner\",\"body\",\"body_more\",\"blob\",\"blob_more\" FROM "
                        + table.docs
                        + " WHERE \"owner\">=? AND (\"owner\">? OR \"id\">?) AND \"body\"<>'' ORDER BY \"owner\",\"id\" LIMIT "
                        + BATCH,
                (row, context) -> new Clear(
                        new SealedDoc.Place(
                                table.name, row.getString(4), row.getString(1), row.getLong(2), row.getInt(3)),
                        Chunked.text(row, 5),
                        Chunked.bytes(row, 7)),
                lastOwner,
                lastOwner,
                lastId);
    }

    private void seal(Clear clear) {
        SealedDoc.Place place = clear.place();
        byte[] sealed = keys.seal(
                table, new Owner(place.owner()), place, new Keys.Plain(clear.body(), clear.blob()), writer, now);
        Sql.update(
                handle,
                "UPDATE " + table.docs
                        + " SET \"body\"='',\"body_more\"=NULL,\"blob\"=?,\"blob_more\"=? WHERE \"owner\"=? AND \"id\"=?",
                Chunked.first(sealed),
                Chunked.more(sealed),
                place.owner(),
                place.id());
    }
}
