package io.arkestra.tools.fs.internal;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Tells text from other bytes: by its byte order mark, else it is UTF-8 or no text. */
public final class TextFile {
    private static final int LOOK = 8_192;

    private TextFile() {}

    /**
     * Text and how it was written.
     *
     * @param text without the byte order mark
     * @param encoding its name, for example {@code UTF-8}
     */
    public record Decoded(String text, String encoding) {}

    /**
     * @param whole whether these are all the bytes; otherwise the last character may be cut and is left out
     * @return empty when it is no text
     */
    public static Optional<Decoded> decode(byte[] bytes, boolean whole) {
        if (begins(bytes, 0xEF, 0xBB, 0xBF)) {
            return decode(bytes, 3, StandardCharsets.UTF_8, whole, "UTF-8 with a byte order mark");
        }
        if (begins(bytes, 0xFF, 0xFE)) {
            return decode(bytes, 2, StandardCharsets.UTF_16LE, whole, "UTF-16LE");
        }
        if (begins(bytes, 0xFE, 0xFF)) {
            return decode(bytes, 2, StandardCharsets.UTF_16BE, whole, "UTF-16BE");
        }
        for (int i = 0; i < Math.min(bytes.length, LOOK); i++) {
            if (bytes[i] == 0) {
                return Optional.empty();
            }
        }
        return decode(bytes, 0, StandardCharsets.UTF_8, whole, "UTF-8");
    }

    /** Whether bytes begin with a byte order mark, which says how they are written. */
    public static boolean isMarked(byte[] bytes) {
        return begins(bytes, 0xEF, 0xBB, 0xBF) || begins(bytes, 0xFF, 0xFE) || begins(bytes, 0xFE, 0xFF);
    }

    /** In an encoding that somebody named. */
    static Optional<Decoded> decode(byte[] bytes, boolean whole, Charset charset) {
        return decode(bytes, 0, charset, whole, charset.name());
    }

    private static Optional<Decoded> decode(byte[] bytes, int from, Charset charset, boolean whole, String name) {
        CharsetDecoder decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer text = CharBuffer.allocate((int) (decoder.maxCharsPerByte() * (bytes.length - from)) + 1);
        try {
            CoderResult result = decoder.decode(ByteBuffer.wrap(bytes, from, bytes.length - from), text, whole);
            if (result.isError()) {
                result.throwException();
            }
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
        return Optional.of(new Decoded(text.flip().toString(), name));
    }

    private static boolean begins(byte[] bytes, int... mark) {
        if (bytes.length < mark.length) {
            return false;
        }
        for (int i = 0; i < mark.length; i++) {
            if ((bytes[i] & 0xFF) != mark[i]) {
                return false;
            }
        }
        return true;
    }
}
