package io.arkestra.store.h2.internal;

import io.arkestra.store.Change;
import io.arkestra.store.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What happened in a collection, in order: the documents that are there and the tombstones of those that are not. */
final class Feed {
    private Feed() {}

    /** Changes after a sequence; of all owners when none is named. */
    static List<Change> changes(Handle handle, CollectionTable table, @Nullable Owner owner, long after, int limit) {
        List<Object> values = new ArrayList<>();
        for (int part = 0; part < 2; part++) {
            if (owner != null) {
                values.add(owner.key());
            }
            values.add(after);
            values.add(limit);
        }
        values.add(limit);
        return Sql.list(
                handle,
                sql(table, owner != null),
                (row, context) -> Change.of(
                        row.getLong(1),
                        kind(row.getInt(2)),
                        new Owner(row.getString(3)),
                        row.getString(4),
                        Micros.instant(row.getLong(5))),
                values.toArray());
    }

    /**
     * Both halves are read from an index that is in the order of the feed, so neither is read further than the limit. One statement, so that
     * both halves are of the same moment; a selection from the union rather than the union itself, because H2 parses and plans a union each
     * time and keeps a selection.
     */
    static String sql(CollectionTable table, boolean byOwner) {
        String from = byOwner ? "\"owner\"=? AND \"seq\">? ORDER BY \"owner\",\"seq\"" : "\"seq\">? ORDER BY \"seq\"";
        return "SELECT \"s\",\"k\",\"o\",\"i\",\"a\" FROM ((SELECT \"seq\" AS \"s\",0 AS \"k\",\"owner\" AS \"o\",\"id\" AS \"i\",\"updated\" AS \"a\" FROM "
                + table.docs + (byOwner ? " USE INDEX (" + table.ownerFeed() + ")" : "") + " WHERE " + from
                + " LIMIT ?) UNION ALL (SELECT \"seq\",\"kind\",\"owner\",\"id\",\"at\" FROM " + table.tombstones
                + (byOwner ? " USE INDEX (" + table.ownerTombstones() + ")" : "") + " WHERE " + from
                + " LIMIT ?)) ORDER BY \"s\" LIMIT ?";
    }

    /** The highest sequence that any change ever had, also one that was erased. */
    static long last(Handle handle, CollectionTable table) {
        return Sql.number(handle, lastSql(table), table.name);
    }

    static String lastSql(CollectionTable table) {
        return "SELECT GREATEST((SELECT COALESCE(MAX(\"seq\"),0) FROM " + table.docs
                + "),(SELECT COALESCE(MAX(\"seq\"),0) FROM " + table.tombstones
                + "),(SELECT COALESCE(MAX(\"sequence\"),0) FROM \"arkestra_erased\" WHERE \"collection\"=?))";
    }

    /** From one owner to the next along the primary keys, so not every document is looked at. */
    static List<Owner> owners(Handle handle) {
        TreeSet<String> keys = new TreeSet<>();
        for (String collection : Erasure.collections(handle)) {
            String next = "SELECT \"owner\" FROM \"d_" + collection
                    + "\" WHERE \"owner\">? ORDER BY \"owner\",\"id\" LIMIT 1";
            String last = "";
            while (last != null) {
                last = Sql.first(handle, next, (row, context) -> row.getString(1), last);
                if (last != null) {
                    keys.add(last);
                }
            }
        }
        return keys.stream().map(Owner::new).toList();
    }

    private static Change.Kind kind(int stored) {
        return stored == 0 ? Change.Kind.PUT : stored == Removal.DELETED ? Change.Kind.DELETED : Change.Kind.EXPIRED;
    }
}
