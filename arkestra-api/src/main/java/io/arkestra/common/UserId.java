package io.arkestra.common;

/**
 * A person that the assistant talks to. Everything that Arkestra keeps belongs to one user or to the system.
 *
 * @param value 1 to 128 characters in Unicode NFC: letters, digits and {@code _} everywhere, {@code . - + @ :} after the first
 */
public record UserId(String value) {
    public UserId {
        value = Identifiers.check("User id", value);
    }

    /**
     * The id with this text.
     *
     * @throws InvalidInputException when the text is not an identifier
     */
    public static UserId of(String value) {
        return new UserId(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
