package io.arkestra.tools.document.internal;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Makes text of bytes that do not say how they are written. */
public final class Decoding {
    private static final Charset CYRILLIC = Charset.forName("windows-1251");
    private static final Charset WESTERN = Charset.forName("windows-1252");

    private static final int FEW_CONTROLS = 4;

    private Decoding() {}

    /** The text; empty when the bytes are none: they hold a NUL, or too many control characters. */
    public static Optional<String> text(byte[] bytes) {
        if (startsWith(bytes, 0xEF, 0xBB, 0xBF)) {
            return strictly(bytes, 3, StandardCharsets.UTF_8);
        }
        if (startsWith(bytes, 0xFF, 0xFE)) {
            return strictly(bytes, 2, StandardCharsets.UTF_16LE);
        }
        if (startsWith(bytes, 0xFE, 0xFF)) {
            return strictly(bytes, 2, StandardCharsets.UTF_16BE);
        }
        if (isBinary(bytes)) {
            return Optional.empty();
        }
        return strictly(bytes, 0, StandardCharsets.UTF_8)
                .or(() -> Optional.of(new String(bytes, isCyrillic(bytes) ? CYRILLIC : WESTERN)));
    }

    /** Whether bytes are no text: text holds no NUL, and hardly a control character. */
    public static boolean isBinary(byte[] bytes) {
        int controls = 0;
        for (byte b : bytes) {
            if (b == 0) {
                return true;
            }
            if (b > 0 && b < ' ' && b != '\n' && b != '\r' && b != '\t' && b != '\f' && b != 0x1B) {
                controls++;
            }
        }
        return controls > FEW_CONTROLS + bytes.length / 50;
    }

    private static boolean startsWith(byte[] bytes, int... mark) {
        for (int i = 0; i < mark.length; i++) {
            if (i >= bytes.length || (bytes[i] & 0xFF) != mark[i]) {
                return false;
            }
        }
        return true;
    }

    private static Optional<String> strictly(byte[] bytes, int from, Charset charset) {
        try {
            return Optional.of(charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, from, bytes.length - from))
                    .toString());
        } catch (CharacterCodingException e) {
            // Then it is written in some other way.
            return Optional.empty();
        }
    }

    /** Western text has single accented letters among plain ones, Cyrillic words are of high bytes only. */
    private static boolean isCyrillic(byte[] bytes) {
        int pairs = 0;
        int single = 0;
        for (int i = 0; i < bytes.length; i++) {
            if ((bytes[i] & 0xFF) >= 0xC0) {
                boolean beside =
                        i + 1 < bytes.length && (bytes[i + 1] & 0xFF) >= 0xC0 || i > 0 && (bytes[i - 1] & 0xFF) >= 0xC0;
                pairs += beside ? 1 : 0;
                single += beside ? 0 : 1;
            }
        }
        return pairs > single;
    }
}
