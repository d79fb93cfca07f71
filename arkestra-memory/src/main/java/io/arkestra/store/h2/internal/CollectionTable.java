package io.arkestra.store.h2.internal;

import io.arkestra.common.Json;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.FieldType;
import io.arkestra.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A collection's tables, columns and statements. Immutable. Names come from {@link CollectionSpec}, which allows only a-z, 0-9 and _. */
final class CollectionTable {
    /** An index that queries may be planned on: the owner, these columns, the id. */
    record OrderedIndex(String sql, List<FieldColumn> columns) {}

    /** Counts the changes of what every table has beside its declaration: 2 = indexes of the feed by owner. */
    private static final int LAYOUT = 2;

    static final FieldColumn ID = new FieldColumn(CollectionSpec.FIELD_ID, "\"id\"", FieldType.STRING, false);
    private static final FieldColumn CREATED =
            new FieldColumn(CollectionSpec.FIELD_CREATED, "\"created\"", FieldType.INSTANT, false);
    private static final FieldColumn UPDATED =
            new FieldColumn(CollectionSpec.FIELD_UPDATED, "\"updated\"", FieldType.INSTANT, false);

    final CollectionSpec spec;
    final String name;
    final String docs;
    final String tombstones;
    final List<FieldColumn> declared;
    final List<OrderedIndex> orderedIndexes;
    final List<List<FieldColumn>> uniqueKeys;
    final String insert;
    final String update;
    private final Map<String, FieldColumn> columns = new LinkedHashMap<>();

    CollectionTable(CollectionSpec spec) {
        this.spec = spec;
        this.name = spec.name();
        this.docs = "\"d_" + name + "\"";
        this.tombstones = "\"x_" + name + "\"";
        this.declared = spec.fields().values().stream()
                .map(field -> FieldColumn.declared(field.name(), field.type()))
                .toList();
        declared.forEach(column -> columns.put(column.field(), column));
        for (FieldColumn builtIn : List.of(ID, CREATED, UPDATED)) {
            columns.put(builtIn.field(), builtIn);
        }
        List<OrderedIndex> indexes = new ArrayList<>();
        for (List<String> fields : spec.orderedIndexes()) {
            indexes.add(new OrderedIndex(indexName("i", fields), resolve(fields)));
        }
        this.orderedIndexes = List.copyOf(indexes);
        this.uniqueKeys = spec.uniqueKeys().stream().map(this::resolve).toList();
        StringBuilder names = new StringBuilder();
        StringBuilder marks = new StringBuilder();
        StringBuilder sets = new StringBuilder();
        for (FieldColumn column : declared) {
            names.append(',').append(column.sql());
            marks.append(",?");
            sets.append(',').append(column.sql()).append("=?");
        }
        this.insert = "INSERT INTO " + docs
                + "(\"version\",\"seq\",\"created\",\"updated\",\"expires\",\"schema\",\"body\",\"body_more\",\"blob\",\"blob_more\""
                + names + ",\"owner\",\"id\") VALUES(?,?,?,?,?,?,?,?,?,?" + marks + ",?,?)";
        this.update = "UPDATE " + docs
                + " SET \"version\"=?,\"seq\"=?,\"created\"=?,\"updated\"=?,\"expires\"=?,\"schema\"=?,\"body\"=?,\"body_more\"=?,"
                + "\"blob\"=?,\"blob_more\"=?" + sets + " WHERE \"owner\"=? AND \"id\"=? AND \"version\"=?";
    }

    FieldColumn column(String field) {
        FieldColumn column = columns.get(field);
        if (column == null) {
            throw new StoreException(
                    "query",
                    "Collection '" + name + "' has no declared field '" + field + "'; declared are "
                            + columns.keySet());
        }
        return column;
    }

    /** Quoted name of the index that serves the feed of one owner. */
    String ownerFeed() {
        return "\"f_" + name + "\"";
    }

    /** Quoted name of the index that serves the deletions in the feed of one owner. */
    String ownerTombstones() {
        return "\"g_" + name + "\"";
    }

    /** Quoted name of an index that is the same whenever the fields are the same. */
    String indexName(String prefix, List<String> fields) {
        return "\"" + indexNameUnquoted(prefix, fields) + "\"";
    }

    private String indexNameUnquoted(String prefix, List<String> fields) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(String.join(",", fields).getBytes(StandardCharsets.UTF_8));
            return prefix + "_" + name + "_" + HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    List<FieldColumn> resolve(List<String> fields) {
        return fields.stream().map(this::column).toList();
    }

    /** The body in the present shape. */
    Json upcast(Json body, int schemaVersion, String id) {
        Json current = body;
        for (int version = schemaVersion; version < spec.schemaVersion(); version++) {
            UnaryOperator<Json> step = spec.upcasters().get(version);
            try {
                current = step == null ? current : step.apply(current);
            } catch (RuntimeException e) {
                throw new StoreException(
                        "upcast",
                        "Document '" + id + "' of collection '" + name + "' could not be brought from schema version "
                                + version + " to " + (version + 1) + ": " + e.getMessage(),
                        false,
                        e);
            }
        }
        return current;
    }

    /** What the catalogue keeps of the declaration. */
    Json catalogueEntry() {
        Json.ObjectBuilder fields = Json.object();
        spec.fields()
                .values()
                .forEach(field -> fields.put(field.name(), field.type().name()));
        return Json.object()
                .put("layout", LAYOUT)
                .put("fields", fields.build())
                .put("indexes", lists(spec.orderedIndexes()))
                .put("uniqueKeys", lists(spec.uniqueKeys()))
                .put("feed", spec.feed())
                .build();
    }

    private static Json lists(List<List<String>> lists) {
        return Json.array(lists.stream().map(Json::strings).toList());
    }

    static @Nullable Long micros(java.sql.ResultSet row, int index) throws java.sql.SQLException {
        long value = row.getLong(index);
        return row.wasNull() ? null : value;
    }
}
