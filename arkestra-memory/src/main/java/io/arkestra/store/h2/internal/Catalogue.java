package io.arkestra.store.h2.internal;

import io.arkestra.common.Json;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.Owner;
import io.arkestra.store.StoreException;
import io.arkestra.store.UniqueKeyException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.h2.api.ErrorCode;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/**
 * The collections that were defined, and their tables. What a table looks like is written down last, so that a definition that was
 * interrupted is simply done again. Thread-safe; definitions run one at a time, under the right to write.
 */
final class Catalogue {
    private static final int BATCH = 500;

    private final Map<String, CollectionTable> tables = new ConcurrentHashMap<>();

    private record Entry(int schemaVersion, Json spec) {}

    CollectionTable require(String collection) {
        CollectionTable table = tables.get(collection);
        if (table == null) {
            throw new StoreException(
                    "unknown-collection",
                    "Collection '" + collection
                            + "' was not defined; call DocStore.define with its CollectionSpec first");
        }
        return table;
    }

    Optional<CollectionTable> find(String collection) {
        return Optional.ofNullable(tables.get(collection));
    }

    Collection<CollectionTable> all() {
        return List.copyOf(tables.values());
    }

    /**
     * Creates or extends the tables of a collection; the caller holds the right to write. In a store that encrypts, documents that
     * are in the clear are encrypted: returns how many.
     */
    long define(Handle handle, CollectionSpec spec, Writer writer, long now, Vault vault) {
        CollectionTable table = new CollectionTable(spec);
        Entry entry = Sql.first(
                handle,
                "SELECT \"schema_version\",\"spec\" FROM \"arkestra_collection\" WHERE \"name\"=?",
                (row, context) -> new Entry(row.getInt(1), Json.parse(row.getString(2))),
                table.name);
        Json wanted = table.catalogueEntry().with("sealed", Json.of(vault.seals(spec)));
        if (entry != null) {
            checkCompatible(table, entry);
            if (entry.schemaVersion() == spec.schemaVersion() && entry.spec().equals(wanted)) {
                tables.put(table.name, table);
                return 0;
            }
        }
        if (entry == null) {
            create(handle, table);
        } else {
            extend(handle, table, entry, new Keys(vault, handle));
            if (!table.uniqueKeys.isEmpty()) {
                expire(handle, table, writer, now);
            }
        }
        long sealed = 0;
        if (entry != null && vault.seals(spec)) {
            sealed = new Sealing(handle, table, new Keys(vault, handle), writer, now).sealAll();
        }
        createIndexes(handle, table);
        Sql.update(
                handle,
                "MERGE INTO \"arkestra_collection\"(\"name\",\"schema_version\",\"spec\") VALUES(?,?,?)",
                table.name,
                spec.schemaVersion(),
                wanted.toString());
        Database.commit(handle);
        tables.put(table.name, table);
        return sealed;
    }

    private static void checkCompatible(CollectionTable table, Entry entry) {
        CollectionSpec spec = table.spec;
        if (entry.schemaVersion() > spec.schemaVersion()) {
            throw new StoreException(
                    "newer-schema",
                    "Collection '" + table.name + "' is stored at schema version " + entry.schemaVersion()
                            + ", but this program knows only version " + spec.schemaVersion()
                            + ". Use the newer program, or restore a backup made before it ran");
        }
        Map<String, Json> storedFields =
                entry.spec().get("fields").orElse(Json.emptyObject()).members();
        spec.fields().forEach((name, field) -> {
            Json type = storedFields.get(name);
            if (type != null && !type.asString().equals(field.type().name())) {
                throw new StoreException(
                        "field-type",
                        "Field '" + name + "' of collection '" + table.name + "' is stored as " + type.asString()
                                + " but declared as " + field.type() + "; declare it under another name");
            }
        });
    }

    private static void create(Handle handle, CollectionTable table) {
        // Without an entry in the catalogue these tables were never used: a definition was interrupted.
        handle.execute("DROP TABLE IF EXISTS " + table.docs);
        handle.execute("DROP TABLE IF EXISTS " + table.tombstones);
        StringBuilder fields = new StringBuilder();
        table.declared.forEach(
                column -> fields.append(',').append(column.sql()).append(' ').append(column.sqlType()));
        handle.execute("CREATE TABLE " + table.docs
                + "(\"owner\" VARCHAR(200) NOT NULL,\"id\" VARCHAR(200) NOT NULL,\"version\" BIGINT NOT NULL,"
                + "\"seq\" BIGINT NOT NULL,\"created\" BIGINT NOT NULL,\"updated\" BIGINT NOT NULL,\"expires\" BIGINT,"
                + "\"schema\" INTEGER NOT NULL,\"body\" VARCHAR(1048576) NOT NULL,\"body_more\" VARCHAR(1048576) ARRAY,"
                + "\"blob\" VARBINARY(1048576),\"blob_more\" VARBINARY(1048576) ARRAY" + fields
                + ",PRIMARY KEY(\"owner\",\"id\"))");
        handle.execute(
                "CREATE TABLE " + table.tombstones
                        + "(\"owner\" VARCHAR(200) NOT NULL,\"id\" VARCHAR(200) NOT NULL,\"version\" BIGINT NOT NULL,"
                        + "\"seq\" BIGINT NOT NULL,\"kind\" INTEGER NOT NULL,\"at\" BIGINT NOT NULL,PRIMARY KEY(\"owner\",\"id\"))");
    }

    private static void extend(Handle handle, CollectionTable table, Entry entry, Keys keys) {
        dropIndexesExcept(handle, table, keptIndexes(table, entry));
        Map<String, Json> storedFields =
                entry.spec().get("fields").orElse(Json.emptyObject()).members();
        List<FieldColumn> added = table.declared.stream()
                .filter(column -> !storedFields.containsKey(column.field()))
                .toList();
        for (FieldColumn column : added) {
            // A column of an earlier life of the field was not kept up to date.
            handle.execute("ALTER TABLE " + table.docs + " DROP COLUMN IF EXISTS " + column.sql());
            handle.execute("ALTER TABLE " + table.docs + " ADD COLUMN " + column.sql() + " " + column.sqlType());
        }
        boolean newShape = entry.schemaVersion() < table.spec.schemaVersion();
        List<FieldColumn> stale = newShape ? table.declared : added;
        if (!stale.isEmpty()) {
            backfill(handle, table, stale, keys);
        }
    }

    /** Indexes that were complete before this definition and stay. */
    private static Set<String> keptIndexes(CollectionTable table, Entry entry) {
        Map<String, List<String>> wanted = wantedIndexes(table);
        Set<String> kept = new LinkedHashSet<>();
        for (String kind : List.of("indexes", "uniqueKeys")) {
            for (Json fields : entry.spec().list(kind)) {
                String name = table.indexName(
                        kind.equals("indexes") ? "i" : "u",
                        fields.items().stream().map(Json::asString).toList());
                if (wanted.containsKey(name)) {
                    kept.add(name);
                }
            }
        }
        return kept;
    }

    private static Map<String, List<String>> wantedIndexes(CollectionTable table) {
        Map<String, List<String>> wanted = new LinkedHashMap<>();
        table.spec.orderedIndexes().forEach(fields -> wanted.put(table.indexName("i", fields), fields));
        table.spec.uniqueKeys().forEach(fields -> wanted.put(table.indexName("u", fields), fields));
        return wanted;
    }

    private static void dropIndexesExcept(Handle handle, CollectionTable table, Set<String> kept) {
        List<String> existing = Sql.list(
                handle,
                "SELECT INDEX_NAME FROM INFORMATION_SCHEMA.INDEXES WHERE TABLE_NAME=?",
                (row, context) -> row.getString(1),
                "d_" + table.name);
        for (String name : existing) {
            boolean ours = name.startsWith("i_" + table.name + "_") || name.startsWith("u_" + table.name + "_");
            if (ours && !kept.contains("\"" + name + "\"")) {
                handle.execute("DROP INDEX IF EXISTS \"" + name + "\"");
            }
        }
    }

    /** Computes columns from the bodies, in small transactions. */
    private static void backfill(Handle handle, CollectionTable table, List<FieldColumn> columns, Keys keys) {
        record Row(String owner, String id, List<@Nullable Object> values) {}
        StringBuilder sets = new StringBuilder();
        columns.forEach(column ->
                sets.append(sets.isEmpty() ? "" : ",").append(column.sql()).append("=?"));
        String lastOwner = "";
        String lastId = "";
        while (true) {
            List<Row> rows = Sql.list(
                    handle,
                    "SELECT " + DocRows.COLUMNS + ",\"owner\" FROM " + table.docs
                            + " WHERE \"owner\">=? AND (\"owner\">? OR \"id\">?) ORDER BY \"owner\",\"id\" LIMIT "
                            + BATCH,
                    (row, context) -> {
                        Owner owner = new Owner(row.getString(12));
                        Doc doc = DocRows.read(table, owner, row, keys);
                        List<@Nullable Object> values = new ArrayList<>();
                        columns.forEach(column -> values.add(column.extract(table.name, doc.id(), doc.body())));
                        return new Row(owner.key(), doc.id(), values);
                    },
                    lastOwner,
                    lastOwner,
                    lastId);
            if (rows.isEmpty()) {
                return;
            }
            try (PreparedBatch batch =
                    handle.prepareBatch("UPDATE " + table.docs + " SET " + sets + " WHERE \"owner\"=? AND \"id\"=?")) {
                for (Row row : rows) {
                    List<@Nullable Object> values = new ArrayList<>(row.values());
                    values.add(row.owner());
                    values.add(row.id());
                    batch.add(values.toArray());
                }
                batch.execute();
            }
            Database.commit(handle);
            lastOwner = rows.get(rows.size() - 1).owner();
            lastId = rows.get(rows.size() - 1).id();
        }
    }

    /** Expired documents must not stand in the way of a new unique key. */
    private static void expire(Handle handle, CollectionTable table, Writer writer, long now) {
        while (new Removal(handle, table, writer, now).expired(null, BATCH) > 0) {
            Engine.recordSequence(handle, writer);
            Database.commit(handle);
            writer.committed();
        }
    }

    private static void createIndexes(Handle handle, CollectionTable table) {
        handle.execute("CREATE INDEX IF NOT EXISTS \"e_" + table.name + "\" ON " + table.docs + "(\"expires\")");
        if (table.spec.feed()) {
            handle.execute("CREATE UNIQUE INDEX IF NOT EXISTS \"s_" + table.name + "\" ON " + table.docs + "(\"seq\")");
            handle.execute(
                    "CREATE UNIQUE INDEX IF NOT EXISTS \"t_" + table.name + "\" ON " + table.tombstones + "(\"seq\")");
            handle.execute("CREATE UNIQUE INDEX IF NOT EXISTS " + table.ownerFeed() + " ON " + table.docs
                    + "(\"owner\",\"seq\")");
            handle.execute("CREATE UNIQUE INDEX IF NOT EXISTS " + table.ownerTombstones() + " ON " + table.tombstones
                    + "(\"owner\",\"seq\")");
        }
        wantedIndexes(table).forEach((name, fields) -> {
            boolean unique = name.startsWith("\"u_");
            StringBuilder columns = new StringBuilder("\"owner\"");
            table.resolve(fields).forEach(column -> columns.append(',').append(column.sql()));
            if (!unique && !fields.contains(CollectionSpec.FIELD_ID)) {
                columns.append(",\"id\"");
            }
            try {
                handle.execute("CREATE " + (unique ? "UNIQUE " : "") + "INDEX IF NOT EXISTS " + name + " ON "
                        + table.docs + "(" + columns + ")");
            } catch (RuntimeException e) {
                if (unique && SqlErrors.code(e) == ErrorCode.DUPLICATE_KEY_1) {
                    throw new UniqueKeyException("Collection '" + table.name + "' cannot get the unique key " + fields
                            + ", because documents with equal values are stored already; change or delete them first");
                }
                throw e;
            }
        });
    }
}
