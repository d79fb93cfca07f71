package io.arkestra.store.h2.internal;

import io.arkestra.store.CollectionSpec;
import io.arkestra.store.DocQuery;
import io.arkestra.store.FieldType;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A query as SQL. H2 sorts by an index only when the order starts with the index's columns, the fixed ones included; so an order
 * names the owner and the fields that the filter fixes first, in the order of the index that fits best.
 */
final class QuerySql {
    /** A column of the order. */
    record Order(FieldColumn column, boolean ascending) {}

    private static final FieldColumn OWNER = new FieldColumn("owner", "\"owner\"", FieldType.STRING, false);

    private final CollectionTable table;
    private final List<@Nullable Object> values = new ArrayList<>();
    private final StringBuilder where = new StringBuilder();
    private final Filter.@Nullable In ids;

    QuerySql(CollectionTable table, Owner owner, Filter filter, long now) {
        this.table = table;
        ids = ids(filter);
        if (ids == null) {
            where.append("\"owner\"=?");
            values.add(owner.key());
        } else {
            pairs(owner, ids);
        }
        where.append(" AND (\"expires\" IS NULL OR \"expires\">?)");
        values.add(now);
        if (!(filter instanceof Filter.And and && and.filters().isEmpty())) {
            where.append(" AND ");
            condition(filter);
        }
    }

    /** The list of ids that every result must be in, if there is one. */
    private static Filter.@Nullable In ids(Filter filter) {
        if (filter instanceof Filter.In in
                && in.field().equals(CollectionSpec.FIELD_ID)
                && !in.values().isEmpty()) {
            return in;
        }
        if (filter instanceof Filter.And and) {
            for (Filter part : and.filters()) {
                Filter.In found = ids(part);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    /**
     * The owner together with each id: H2 looks pairs up in the primary key one by one, but reads all of an owner's documents when
     * the owner is fixed apart from the list. Lists are filled up to few lengths, so that there are few statements to compile.
     */
    private void pairs(Owner owner, Filter.In in) {
        int length = Math.max(4, Integer.highestOneBit(in.values().size() * 2 - 1));
        where.append("(\"owner\",\"id\") IN (");
        for (int i = 0; i < length; i++) {
            where.append(i == 0 ? "(?,?)" : ",(?,?)");
            values.add(owner.key());
            Object id = in.values().get(Math.min(i, in.values().size() - 1));
            values.add(CollectionTable.ID.parameter(table.name, id));
        }
        where.append(')');
    }

    String where() {
        return where.toString();
    }

    List<@Nullable Object> values() {
        return values;
    }

    /** Columns that decide the order of results, ending with the id. */
    static List<Order> order(CollectionTable table, DocQuery query) {
        Set<String> fixed = fixed(query.filter());
        List<Order> order = new ArrayList<>();
        Set<String> seen = new LinkedHashSet<>();
        boolean ascending = true;
        for (DocQuery.Sort sort : query.sorts()) {
            FieldColumn column = table.column(sort.field());
            if (!fixed.contains(sort.field()) && seen.add(sort.field())) {
                order.add(new Order(column, sort.ascending()));
                ascending = sort.ascending();
            }
        }
        if (!seen.contains(CollectionTable.ID.field())) {
            order.add(new Order(CollectionTable.ID, ascending));
        }
        return order;
    }

    /**
     * Whether what comes after these values falls into two ranges of an index: descending, absent values come last.
     */
    static boolean inTwoRanges(List<Order> order, List<@Nullable Object> last) {
        Order first = order.get(0);
        return !first.ascending() && first.column().nullable() && last.get(0) != null;
    }

    /**
     * Restricts the query to what comes after these values of the order's columns; when that is {@linkplain #inTwoRanges two
     * ranges}, to the first of them.
     */
    void after(List<Order> order, List<@Nullable Object> last) {
        Order first = order.get(0);
        Object start = last.get(0);
        if (start != null) {
            // Implied by what follows, but only this is something that an index can start from.
            where.append(" AND ").append(first.column().sql()).append(first.ascending() ? ">=?" : "<=?");
            values.add(start);
        }
        where.append(" AND ");
        beyond(order, last, 0);
    }

    /** Restricts the query to documents without the first column of the order: the second range. */
    void absent(List<Order> order) {
        where.append(" AND ").append(order.get(0).column().sql()).append(" IS NULL");
    }

    private void beyond(List<Order> order, List<@Nullable Object> last, int at) {
        String column = order.get(at).column().sql();
        boolean ascending = order.get(at).ascending();
        Object value = last.get(at);
        where.append('(');
        if (value == null) {
            where.append(ascending ? column + " IS NOT NULL" : "FALSE");
        } else {
            where.append(column).append(ascending ? ">?" : "<?");
            values.add(value);
            if (at > 0 && !ascending && order.get(at).column().nullable()) {
                where.append(" OR ").append(column).append(" IS NULL");
            }
        }
        if (at + 1 < order.size()) {
            where.append(" OR (");
            if (value == null) {
                where.append(column).append(" IS NULL");
            } else {
                where.append(column).append("=?");
                values.add(value);
            }
            where.append(" AND ");
            beyond(order, last, at + 1);
            where.append(')');
        }
        where.append(')');
    }

    /** The statement's tail: hint on the table, condition, order. */
    String select(String columns, List<Order> order, DocQuery query) {
        Set<String> fixed = fixed(query.filter());
        Plan plan = plan(fixed, order);
        StringBuilder sql =
                new StringBuilder("SELECT ").append(columns).append(" FROM ").append(table.docs);
        if (plan.index != null) {
            sql.append(" USE INDEX (").append(plan.index).append(')');
        }
        sql.append(" WHERE ").append(where).append(" ORDER BY ");
        boolean first = true;
        for (Order item : plan.order) {
            sql.append(first ? "" : ",").append(item.column().sql()).append(item.ascending() ? "" : " DESC");
            first = false;
        }
        return sql.append(" LIMIT ?").toString();
    }

    private record Plan(@Nullable String index, List<Order> order) {}

    /**
     * Picks a unique key that is fixed, because it leaves next to nothing to sort; else the declared index whose columns are fixed ones
     * followed by the order, the longest fixed part first.
     */
    private Plan plan(Set<String> fixed, List<Order> order) {
        for (List<String> key : table.spec.uniqueKeys()) {
            if (ids == null && fixed.containsAll(key)) {
                return new Plan(table.indexName("u", key), withOwner(order, List.of()));
            }
        }
        boolean oneDirection = order.stream().map(Order::ascending).distinct().count() == 1;
        CollectionTable.@Nullable OrderedIndex best = null;
        int bestFixed = -1;
        for (CollectionTable.OrderedIndex index : table.orderedIndexes) {
            int prefix = 0;
            while (prefix < index.columns().size()
                    && fixed.contains(index.columns().get(prefix).field())) {
                prefix++;
            }
            if (oneDirection && prefix > bestFixed && sortedBy(index, prefix, order)) {
                best = index;
                bestFixed = prefix;
            }
        }
        if (best == null) {
            return new Plan(null, withOwner(order, List.of()));
        }
        // Without anything fixed and without a wish for the order, the primary key is as good and smaller.
        if (bestFixed == 0 && order.size() == 1) {
            return new Plan(null, withOwner(order, List.of()));
        }
        return new Plan(best.sql(), withOwner(order, best.columns().subList(0, bestFixed)));
    }

    private static List<Order> withOwner(List<Order> order, List<FieldColumn> fixed) {
        boolean ascending = order.get(0).ascending();
        List<Order> all = new ArrayList<>();
        all.add(new Order(OWNER, ascending));
        fixed.forEach(column -> all.add(new Order(column, ascending)));
        all.addAll(order);
        return all;
    }

    /** Whether the index goes on with the order; the id at the order's end may have to be sorted among equal ones. */
    private static boolean sortedBy(CollectionTable.OrderedIndex index, int prefix, List<Order> order) {
        List<FieldColumn> rest = index.columns().subList(prefix, index.columns().size());
        for (int i = 0; i < order.size(); i++) {
            FieldColumn column = order.get(i).column();
            boolean last = i == order.size() - 1 && column.equals(CollectionTable.ID);
            if (!last && (i >= rest.size() || !column.equals(rest.get(i)))) {
                return false;
            }
        }
        return true;
    }

    /** Fields that have one value in all results. */
    private static Set<String> fixed(Filter filter) {
        Set<String> fields = new LinkedHashSet<>();
        if (filter instanceof Filter.And and) {
            and.filters().forEach(part -> fields.addAll(fixed(part)));
        } else if (filter instanceof Filter.Compare compare && compare.operator() == Filter.Operator.EQUAL) {
            fields.add(compare.field());
        } else if (filter instanceof Filter.Absent absent) {
            fields.add(absent.field());
        }
        return fields;
    }

    private void condition(Filter filter) {
        if (filter instanceof Filter.Compare compare) {
            FieldColumn column = table.column(compare.field());
            String operator = switch (compare.operator()) {
                case EQUAL -> "=";
                case LESS -> "<";
                case LESS_OR_EQUAL -> "<=";
                case GREATER -> ">";
                case GREATER_OR_EQUAL -> ">=";
            };
            where.append(column.sql()).append(operator).append('?');
            values.add(column.parameter(table.name, compare.value()));
        } else if (filter instanceof Filter.In in) {
            if (in == ids) {
                where.append("TRUE");
            } else {
                in(in);
            }
        } else if (filter instanceof Filter.Absent absent) {
            where.append(table.column(absent.field()).sql()).append(" IS NULL");
        } else if (filter instanceof Filter.And and) {
            joined(and.filters(), " AND ", "TRUE");
        } else if (filter instanceof Filter.Or or) {
            joined(or.filters(), " OR ", "FALSE");
        } else if (filter instanceof Filter.Not not) {
            // An absent field satisfies no comparison, so its negation holds: SQL's "unknown" must not leak out.
            where.append('(');
            condition(not.filter());
            where.append(") IS NOT TRUE");
        }
    }

    private void in(Filter.In in) {
        FieldColumn column = table.column(in.field());
        if (in.values().isEmpty()) {
            where.append("FALSE");
            return;
        }
        where.append(column.sql()).append(" IN (");
        for (int i = 0; i < in.values().size(); i++) {
            where.append(i == 0 ? "?" : ",?");
            values.add(column.parameter(table.name, in.values().get(i)));
        }
        where.append(')');
    }

    private void joined(List<Filter> filters, String word, String none) {
        where.append('(');
        if (filters.isEmpty()) {
            where.append(none);
        }
        for (int i = 0; i < filters.size(); i++) {
            where.append(i == 0 ? "" : word);
            condition(filters.get(i));
        }
        where.append(')');
    }
}
