package io.arkestra.store.h2.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.store.Doc;
import io.arkestra.store.DocWrite;
import io.arkestra.store.StoreException;
import io.arkestra.store.UniqueKeyException;
import io.arkestra.store.VersionConflictException;
import io.arkestra.store.crypto.internal.SealedDoc;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Writes one document. Checked on construction, before anything is locked. */
final class DocPut {
    private final CollectionTable table;
    private final DocWrite write;
    private final String body;
    private final byte @Nullable [] blob;
    private final @Nullable Long expires;
    private final List<@Nullable Object> fields = new ArrayList<>();

    private record Stored(
            long version, long created, @Nullable Long expires) {
        boolean alive(long now) {
            return expires == null || expires > now;
        }
    }

    DocPut(CollectionTable table, DocWrite write) {
        this.table = table;
        this.write = write;
        checkId();
        this.body = write.body().toString();
        Chunked.check("body", body.length(), table.name, write.id());
        this.blob = write.blob().orElse(null);
        Chunked.check("blob", blob == null ? 0 : blob.length, table.name, write.id());
        this.expires = write.expiresAt().map(Micros::clamped).orElse(null);
        table.declared.forEach(column -> fields.add(column.extract(table.name, write.id(), write.body())));
    }

    private void checkId() {
        try {
            Json.of(write.id());
        } catch (InvalidInputException e) {
            throw new StoreException(
                    "id",
                    "A document id of collection '" + table.name + "' is not Unicode text: " + e.getMessage(),
                    false,
                    e);
        }
    }

    Doc execute(Handle handle, Writer writer, long now, Keys keys) {
        String owner = write.owner().key();
        String id = write.id();
        Stored stored = Sql.first(
                handle,
                "SELECT \"version\",\"created\",\"expires\" FROM " + table.docs + " WHERE \"owner\"=? AND \"id\"=?",
                (row, context) -> new Stored(row.getLong(1), row.getLong(2), CollectionTable.micros(row, 3)),
                owner,
                id);
        boolean alive = stored != null && stored.alive(now);
        checkVersion(alive && stored != null ? stored.version() : DocWrite.ABSENT);
        for (List<FieldColumn> key : table.uniqueKeys) {
            freeUniqueKey(handle, writer, key, now);
        }
        long sequence = writer.next();
        long created = alive && stored != null ? stored.created() : now;
        long previous = stored != null ? stored.version() : takeTombstone(handle, owner, id);
        long version = previous + 1;
        List<@Nullable Object> values = new ArrayList<>();
        values.add(version);
        values.add(sequence);
        values.add(created);
        values.add(now);
        values.add(expires);
        values.add(table.spec.schemaVersion());
        boolean sealed = keys.seals(table);
        String text = sealed ? "" : body;
        byte[] bytes = sealed ? seal(keys, version, writer, now) : blob;
        values.add(Chunked.first(text));
        values.add(Chunked.more(text));
        values.add(bytes == null ? null : Chunked.first(bytes));
        values.add(bytes == null ? null : Chunked.more(bytes));
        values.addAll(fields);
        values.add(owner);
        values.add(id);
        if (stored == null) {
            Sql.update(handle, table.insert, values.toArray());
        } else {
            values.add(stored.version());
            if (Sql.update(handle, table.update, values.toArray()) != 1) {
                throw new VersionConflictException("Document '" + id + "' of collection '" + table.name
                        + "' changed while it was being written; read it again");
            }
        }
        Doc.Builder doc = Doc.builder(write.owner(), id, write.body(), Micros.instant(created))
                .version(version)
                .sequence(sequence)
                .updatedAt(Micros.instant(now));
        return DocRows.doc(doc, Micros.instantOrNull(expires), blob);
    }

    private byte[] seal(Keys keys, long version, Writer writer, long now) {
        SealedDoc.Place place =
                new SealedDoc.Place(table.name, write.owner().key(), write.id(), version, table.spec.schemaVersion());
        return keys.seal(table, write.owner(), place, new Keys.Plain(body, blob), writer, now);
    }

    private void checkVersion(long actual) {
        if (write.expectedVersion().isEmpty() || write.expectedVersion().getAsLong() == actual) {
            return;
        }
        long expected = write.expectedVersion().getAsLong();
        throw new VersionConflictException("Document '" + write.id() + "' of collection '" + table.name + "' "
                + (actual == DocWrite.ABSENT ? "does not exist" : "is at version " + actual) + "; expected "
                + (expected == DocWrite.ABSENT ? "that it does not exist" : "version " + expected)
                + ". Read it again and decide anew");
    }

    /** Version of the last document of that id, which is no longer there; 0 when there was none. */
    private long takeTombstone(Handle handle, String owner, String id) {
        Long version = Sql.first(
                handle,
                "SELECT \"version\" FROM " + table.tombstones + " WHERE \"owner\"=? AND \"id\"=?",
                (row, context) -> row.getLong(1),
                owner,
                id);
        if (version == null) {
            return 0;
        }
        Sql.update(handle, "DELETE FROM " + table.tombstones + " WHERE \"owner\"=? AND \"id\"=?", owner, id);
        return version;
    }

    /** Makes sure that no living document holds the key, and removes an expired one that does. */
    private void freeUniqueKey(Handle handle, Writer writer, List<FieldColumn> key, long now) {
        List<@Nullable Object> values = new ArrayList<>();
        StringBuilder where = new StringBuilder("\"owner\"=?");
        values.add(write.owner().key());
        for (FieldColumn column : key) {
            int declared = table.declared.indexOf(column);
            if (declared < 0) {
                return; // Built-in fields are not known before the write; the index alone watches such a key.
            }
            Object value = fields.get(declared);
            if (value == null) {
                return;
            }
            where.append(" AND ").append(column.sql()).append("=?");
            values.add(value);
        }
        where.append(" AND \"id\"<>?");
        values.add(write.id());
        record Holder(String id, long version, @Nullable Long expires) {}
        List<Holder> holders = Sql.list(
                handle,
                "SELECT \"id\",\"version\",\"expires\" FROM " + table.docs + " WHERE " + where,
                (row, context) -> new Holder(row.getString(1), row.getLong(2), CollectionTable.micros(row, 3)),
                values.toArray());
        for (Holder holder : holders) {
            if (holder.expires() == null || holder.expires() > now) {
                throw new UniqueKeyException("Document '" + write.id() + "' of collection '" + table.name
                        + "' has the same "
                        + key.stream().map(FieldColumn::field).toList() + " as document '" + holder.id()
                        + "'; they must differ");
            }
            new Removal(handle, table, writer, now).expired(write.owner().key(), holder.id(), holder.version());
        }
    }
}
