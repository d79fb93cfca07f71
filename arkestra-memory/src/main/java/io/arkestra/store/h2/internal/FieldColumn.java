package io.arkestra.store.h2.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.store.FieldType;
import io.arkestra.store.StoreException;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A column that queries may use: a declared field or a built-in one.
 *
 * @param field name in queries
 * @param sql quoted column name
 * @param type type of the field
 * @param nullable whether a document may lack it
 */
record FieldColumn(String field, String sql, FieldType type, boolean nullable) {
    /** The longest string that is indexed, in UTF-16 code units. */
    static final int MAX_STRING = 512;

    static FieldColumn declared(String field, FieldType type) {
        return new FieldColumn(field, "\"f_" + field + "\"", type, true);
    }

    String sqlType() {
        return switch (type) {
            case STRING -> "VARCHAR(" + MAX_STRING + ")";
            case LONG, INSTANT -> "BIGINT";
            case DOUBLE -> "DOUBLE PRECISION";
            case BOOLEAN -> "BOOLEAN";
        };
    }

    /** The column's value for a body; null when the member is absent or null. */
    @Nullable
    Object extract(String collection, String id, Json body) {
        Json member = body.get(field).orElse(Json.NULL);
        if (member.isNull()) {
            return null;
        }
        try {
            return switch (type) {
                case STRING -> {
                    String text = member.asString();
                    if (text.length() > MAX_STRING) {
                        throw new InvalidInputException("the text has " + text.length()
                                + " characters; an indexed field holds at most " + MAX_STRING);
                    }
                    yield text;
                }
                case LONG -> member.asLong();
                case DOUBLE -> member.asDouble();
                case BOOLEAN -> member.asBoolean();
                case INSTANT -> Micros.of(Instant.parse(member.asString()));
            };
        } catch (InvalidInputException | DateTimeException | ArithmeticException e) {
            throw new StoreException(
                    "field-value",
                    "Field '" + field + "' of document '" + id + "' in collection '" + collection
                            + "' does not fit its type " + type + ": " + e.getMessage(),
                    false,
                    e);
        }
    }

    /** A value of a filter as the column's value. */
    Object parameter(String collection, Object value) {
        if (type == FieldType.DOUBLE && value instanceof Long number) {
            return number.doubleValue();
        }
        boolean fits = switch (type) {
            case STRING -> value instanceof String;
            case LONG -> value instanceof Long;
            case DOUBLE -> value instanceof Double number && !number.isNaN();
            case BOOLEAN -> value instanceof Boolean;
            case INSTANT -> value instanceof Instant;
        };
        if (!fits) {
            throw new StoreException(
                    "query",
                    "A filter compares field '" + field + "' of collection '" + collection + "', which is " + type
                            + ", with a " + value.getClass().getSimpleName());
        }
        return value instanceof Instant instant ? Micros.clamped(instant) : value;
    }
}
