package io.arkestra.store;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A condition on indexed fields. Values are {@link String}, {@link Long}, {@link Double}, {@link Boolean} or {@link Instant} and must
 * fit the field's type; an absent field satisfies only {@link Absent}. New conditions may be added: a store refuses one that it does
 * not know with a {@link StoreException}.
 */
public sealed interface Filter {
    /** How a field is compared with a value. */
    enum Operator {
        EQUAL,
        LESS,
        LESS_OR_EQUAL,
        GREATER,
        GREATER_OR_EQUAL
    }

    static Filter eq(String field, Object value) {
        return new Compare(field, Operator.EQUAL, value);
    }

    static Filter lt(String field, Object value) {
        return new Compare(field, Operator.LESS, value);
    }

    static Filter lte(String field, Object value) {
        return new Compare(field, Operator.LESS_OR_EQUAL, value);
    }

    static Filter gt(String field, Object value) {
        return new Compare(field, Operator.GREATER, value);
    }

    static Filter gte(String field, Object value) {
        return new Compare(field, Operator.GREATER_OR_EQUAL, value);
    }

    static Filter in(String field, List<?> values) {
        return new In(field, List.copyOf(values));
    }

    static Filter absent(String field) {
        return new Absent(field);
    }

    static Filter and(Filter... filters) {
        return new And(List.of(filters));
    }

    static Filter or(Filter... filters) {
        return new Or(List.of(filters));
    }

    static Filter not(Filter filter) {
        return new Not(filter);
    }

    /** Every document. */
    static Filter all() {
        return new And(List.of());
    }

    /** The value as a query parameter: ints become longs, floats doubles, anything else unknown is refused. */
    private static Object normalise(String field, @Nullable Object value) {
        Objects.requireNonNull(value, "value for field " + field);
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof Float f) {
            return f.doubleValue();
        }
        if (value instanceof String
                || value instanceof Long
                || value instanceof Double
                || value instanceof Boolean
                || value instanceof Instant) {
            return value;
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        throw new IllegalArgumentException("Value for field '" + field + "' is a "
                + value.getClass().getName() + "; expected String, Long, Double, Boolean or Instant");
    }

    /** A comparison. */
    record Compare(String field, Operator operator, Object value) implements Filter {
        public Compare {
            value = normalise(field, value);
        }
    }

    /** The field has one of the values; never true for an empty list. */
    record In(String field, List<Object> values) implements Filter {
        public In {
            values = values.stream().map(v -> normalise(field, v)).toList();
        }
    }

    /** The field is absent or null. */
    record Absent(String field) implements Filter {}

    /** All of them hold; true for an empty list. */
    record And(List<Filter> filters) implements Filter {
        public And {
            filters = List.copyOf(filters);
        }
    }

    /** One of them holds; false for an empty list. */
    record Or(List<Filter> filters) implements Filter {
        public Or {
            filters = List.copyOf(filters);
        }
    }

    /** It does not hold. */
    record Not(Filter filter) implements Filter {}
}
