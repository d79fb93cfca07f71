package io.arkestra.schema.internal;

/**
 * One way in which a value does not fit a schema.
 *
 * @param pointer where in the value, as RFC 6901 pointer; empty for the whole value
 * @param keyword the keyword of the schema that refused it, for example {@code required}
 * @param message what is wrong and what is expected, for people and models
 */
public record SchemaProblem(String pointer, String keyword, String message) {
    /** The place and the message. */
    @Override
    public String toString() {
        return pointer.isEmpty() ? message : pointer + ": " + message;
    }
}
