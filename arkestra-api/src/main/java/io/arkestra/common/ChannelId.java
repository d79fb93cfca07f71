package io.arkestra.common;

/**
 * The way a message came in and the answer goes out, for example {@code console}, {@code http} or {@code telegram}.
 *
 * @param value 1 to 128 characters in Unicode NFC: letters, digits and {@code _} everywhere, {@code . - + @ :} after the first
 */
public record ChannelId(String value) {
    public ChannelId {
        value = Identifiers.check("Channel id", value);
    }

    /**
     * The id with this text.
     *
     * @throws InvalidInputException when the text is not an identifier
     */
    public static ChannelId of(String value) {
        return new ChannelId(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
