package io.arkestra.store.h2.internal;

import io.arkestra.store.Owner;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** Takes documents away and leaves tombstones, which keep the feed complete and versions from being used twice. */
final class Removal {
    static final int DELETED = 1;
    static final int EXPIRED = 2;

    private final Handle handle;
    private final CollectionTable table;
    private final Writer writer;
    private final long now;

    private record Key(String owner, String id, long version) {}

    Removal(Handle handle, CollectionTable table, Writer writer, long now) {
        this.handle = handle;
        this.table = table;
        this.writer = writer;
        this.now = now;
    }

    void deleted(String owner, String id, long version) {
        remove(List.of(new Key(owner, id, version)), DELETED);
    }

    void expired(String owner, String id, long version) {
        remove(List.of(new Key(owner, id, version)), EXPIRED);
    }

    int deletedAll(String where, List<@Nullable Object> values) {
        return remove(keys(where, values), DELETED);
    }

    int expired(@Nullable Owner owner, int limit) {
        List<@Nullable Object> values = new ArrayList<>();
        values.add(now);
        String where = "\"expires\"<=?";
        if (owner != null) {
            where += " AND \"owner\"=?";
            values.add(owner.key());
        }
        values.add(limit);
        return remove(keys(where + " LIMIT ?", values), EXPIRED);
    }

    private List<Key> keys(String where, List<@Nullable Object> values) {
        return Sql.list(
                handle,
                "SELECT \"owner\",\"id\",\"version\" FROM " + table.docs + " WHERE " + where,
                (row, context) -> new Key(row.getString(1), row.getString(2), row.getLong(3)),
                values.toArray());
    }

    private int remove(List<Key> keys, int kind) {
        if (keys.isEmpty()) {
            return 0;
        }
        try (PreparedBatch deletes =
                        handle.prepareBatch("DELETE FROM " + table.docs + " WHERE \"owner\"=? AND \"id\"=?");
                PreparedBatch tombstones = handle.prepareBatch("INSERT INTO " + table.tombstones
                        + "(\"owner\",\"id\",\"version\",\"seq\",\"kind\",\"at\") VALUES(?,?,?,?,?,?)")) {
            for (Key key : keys) {
                deletes.add(key.owner(), key.id());
                tombstones.add(key.owner(), key.id(), key.version(), writer.next(), kind, now);
            }
            deletes.execute();
            tombstones.execute();
        }
        return keys.size();
    }
}
