package io.arkestra.common;

/**
 * One exchange within a session: a message of the user and what became of it.
 *
 * @param value 1 to 128 characters in Unicode NFC: letters, digits and {@code _} everywhere, {@code . - + @ :} after the first
 */
public record TurnId(String value) {
    public TurnId {
        value = Identifiers.check("Turn id", value);
    }

    /**
     * The id with this text.
     *
     * @throws InvalidInputException when the text is not an identifier
     */
    public static TurnId of(String value) {
        return new TurnId(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
