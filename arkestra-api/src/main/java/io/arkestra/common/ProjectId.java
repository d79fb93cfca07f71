package io.arkestra.common;

/**
 * A body of work that a session may belong to, so that policy and memory can tell projects apart.
 *
 * @param value 1 to 128 characters in Unicode NFC: letters, digits and {@code _} everywhere, {@code . - + @ :} after the first
 */
public record ProjectId(String value) {
    public ProjectId {
        value = Identifiers.check("Project id", value);
    }

    /**
     * The id with this text.
     *
     * @throws InvalidInputException when the text is not an identifier
     */
    public static ProjectId of(String value) {
        return new ProjectId(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
