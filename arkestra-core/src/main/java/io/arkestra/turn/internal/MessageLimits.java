package io.arkestra.turn.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.WellFormed;
import java.nio.charset.StandardCharsets;

/**
 * What a message may be.
 *
 * @param bytes the longest message, in bytes of UTF-8
 */
public record MessageLimits(int bytes) {
    /** 64 KiB. */
    public static final MessageLimits DEFAULT = new MessageLimits(65_536);

    /**
     * Accepts a message or says why not.
     *
     * @return the message as it is kept
     * @throws InvalidInputException when it is empty, too long, holds control characters or is not well-formed Unicode
     */
    public String accept(String message) {
        if (message.length() > bytes) { // a code unit takes at least a byte: no need to encode a huge text
            throw tooLong(message.length() + " characters");
        }
        int lone = WellFormed.firstLoneSurrogate(message, 0);
        if (lone >= 0) {
            throw new InvalidInputException(
                    "The message is not well-formed Unicode: half of a surrogate pair at character " + (lone + 1)
                            + "; send the text again as valid UTF-8 or UTF-16");
        }
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            if (Character.isISOControl(c) && c != '\t' && c != '\n' && c != '\r') {
                throw new InvalidInputException(
                        "The message holds the control character " + String.format("U+%04X", (int) c) + " at character "
                                + (i + 1) + "; remove it and send the text again");
            }
        }
        if (message.isBlank()) {
            throw new InvalidInputException("The message is empty; expected some text");
        }
        int length = message.getBytes(StandardCharsets.UTF_8).length;
        if (length > bytes) {
            throw tooLong(length + " bytes");
        }
        return message;
    }

    private InvalidInputException tooLong(String length) {
        return new InvalidInputException("The message has " + length + "; at most " + bytes
                + " bytes are accepted. Send it in parts, or raise limits.messageBytes");
    }
}
