package io.arkestra.common;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Well-formed Unicode and its digest. */
final class JsonText {

    private JsonText() {}

    static String wellFormed(String text) {
        int lone = WellFormed.firstLoneSurrogate(text, 0);
        if (lone >= 0) {
            throw new InvalidInputException(
                    "text holds a lone surrogate (U+%04X) at index %d of %d; expected well-formed Unicode"
                            .formatted((int) text.charAt(lone), lone, text.length()));
        }
        return text;
    }

    static String sha256(String text) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
