package io.arkestra.store;

import io.arkestra.common.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which documents of one owner, in which order, how many. Immutable. Ties are always broken by id, so paging is stable. */
public final class DocQuery {
    /** The most documents one page may hold. */
    public static final int MAX_LIMIT = 10_000;

    /**
     * A field to sort by; absent values come first when ascending.
     *
     * @param field name of a declared or built-in field
     * @param ascending direction
     */
    public record Sort(String field, boolean ascending) {}

    private final Filter filter;
    private final List<Sort> sorts;
    private final int limit;
    private final @Nullable String after;

    private DocQuery(Filter filter, List<Sort> sorts, int limit, @Nullable String after) {
        this.filter = filter;
        this.sorts = List.copyOf(sorts);
        this.limit = limit;
        this.after = after;
    }

    public static DocQuery all() {
        return new DocQuery(Filter.all(), List.of(), 100, null);
    }

    public static DocQuery where(Filter filter) {
        return new DocQuery(filter, List.of(), 100, null);
    }

    public DocQuery ascending(String field) {
        return sort(new Sort(field, true));
    }

    public DocQuery descending(String field) {
        return sort(new Sort(field, false));
    }

    private DocQuery sort(Sort sort) {
        List<Sort> more = new ArrayList<>(sorts);
        more.add(sort);
        return new DocQuery(filter, more, limit, after);
    }

    /** At most this many documents, 1 to {@link #MAX_LIMIT}; 100 unless set. */
    public DocQuery limit(int value) {
        if (value < 1 || value > MAX_LIMIT) {
            throw new InvalidInputException("Query limit is " + value + "; expected 1 to " + MAX_LIMIT);
        }
        return new DocQuery(filter, sorts, value, after);
    }

    /** Continues after the page that gave this cursor. Filter and order must be the same. */
    public DocQuery after(String cursor) {
        return new DocQuery(filter, sorts, limit, cursor);
    }

    public Filter filter() {
        return filter;
    }

    public List<Sort> sorts() {
        return sorts;
    }

    public int limit() {
        return limit;
    }

    public Optional<String> after() {
        return Optional.ofNullable(after);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DocQuery that
                && Objects.equals(filter, that.filter)
                && Objects.equals(sorts, that.sorts)
                && limit == that.limit
                && Objects.equals(after, that.after);
    }

    @Override
    public int hashCode() {
        return Objects.hash(filter, sorts, limit, after);
    }

    @Override
    public String toString() {
        return "DocQuery[filter=" + filter + ", sorts=" + sorts + ", limit=" + limit + ", after=" + after + "]";
    }
}
