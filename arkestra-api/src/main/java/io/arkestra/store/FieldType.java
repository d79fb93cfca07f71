package io.arkestra.store;

/** Types of indexed fields. The value in the body must be absent, null, or of this type. */
public enum FieldType {
    /** A JSON string of at most 512 characters, compared by code unit. */
    STRING,
    /** A whole JSON number that fits 64 bits. */
    LONG,
    /** A JSON number, as double. */
    DOUBLE,
    BOOLEAN,
    /** An ISO-8601 instant in a JSON string, kept to the microsecond. */
    INSTANT
}
