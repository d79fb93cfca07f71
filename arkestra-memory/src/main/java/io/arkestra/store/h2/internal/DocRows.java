package io.arkestra.store.h2.internal;

import io.arkestra.common.Json;
import io.arkestra.store.Doc;
import io.arkestra.store.Owner;
import io.arkestra.store.crypto.internal.SealedDoc;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of documents as documents. */
final class DocRows {
    static final String COLUMNS =
            "\"id\",\"version\",\"seq\",\"created\",\"updated\",\"expires\",\"schema\",\"body\",\"body_more\",\"blob\",\"blob_more\"";
    private static final int COUNT = 11;

    private DocRows() {}

    static Doc read(CollectionTable table, Owner owner, ResultSet row, Keys keys) throws SQLException {
        String id = row.getString(1);
        SealedDoc.Place place = new SealedDoc.Place(table.name, owner.key(), id, row.getLong(2), row.getInt(7));
        Keys.Plain plain = keys.open(owner, place, Chunked.text(row, 8), Chunked.bytes(row, 10));
        Json body = table.upcast(Json.parse(plain.body()), row.getInt(7), id);
        Doc.Builder doc = Doc.builder(owner, id, body, Micros.instant(row.getLong(4)))
                .version(row.getLong(2))
                .sequence(row.getLong(3))
                .updatedAt(Micros.instant(row.getLong(5)));
        return doc(doc, Micros.instantOrNull(CollectionTable.micros(row, 6)), plain.blob());
    }

    static Doc doc(Doc.Builder doc, @Nullable Instant expiresAt, byte @Nullable [] blob) {
        if (expiresAt != null) {
            doc.expiresAt(expiresAt);
        }
        if (blob != null) {
            doc.blob(blob);
        }
        return doc.build();
    }

    static @Nullable Doc get(Handle handle, CollectionTable table, Owner owner, String id, long now, Keys keys) {
        return Sql.first(
                handle,
                "SELECT " + COLUMNS + " FROM " + table.docs
                        + " WHERE \"owner\"=? AND \"id\"=? AND (\"expires\" IS NULL OR \"expires\">?)",
                (row, context) -> read(table, owner, row, keys),
                owner.key(),
                id,
                now);
    }

    /** The values of the order's columns, selected after the document's. */
    static List<@Nullable Object> orderValues(ResultSet row, List<QuerySql.Order> order) throws SQLException {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < order.size(); i++) {
            int at = COUNT + 1 + i;
            Object value = switch (order.get(i).column().type()) {
                case STRING -> row.getString(at);
                case LONG, INSTANT -> row.getLong(at);
                case DOUBLE -> row.getDouble(at);
                case BOOLEAN -> row.getBoolean(at);
            };
            values.add(row.wasNull() ? null : value);
        }
        return values;
    }
}
