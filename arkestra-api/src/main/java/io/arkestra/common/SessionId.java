package io.arkestra.common;

/**
 * One conversation of one user.
 *
 * @param value 1 to 128 characters in Unicode NFC: letters, digits and {@code _} everywhere, {@code . - + @ :} after the first
 */
public record SessionId(String value) {
    public SessionId {
        value = Identifiers.check("Session id", value);
    }

    /**
     * The id with this text.
     *
     * @throws InvalidInputException when the text is not an identifier
     */
    public static SessionId of(String value) {
        return new SessionId(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
