package io.arkestra.tools.document.internal;

import io.arkestra.tools.fs.internal.TextFile;
import java.nio.charset.Charset;
import java.util.Optional;

/** Makes text of bytes that do not say how they are written: as {@link TextFile} reads them, else in the code page that they look like. */
public final class Decoding {
    private static final Charset CYRILLIC = Charset.forName("windows-1251");
    private static final Charset WESTERN = Charset.forName("windows-1252");

    private static final int FEW_CONTROLS = 4;

    private Decoding() {}

    /** The text; empty when the bytes are none: they hold a NUL, or too many control characters. */
    public static Optional<String> text(byte[] bytes) {
        if (!TextFile.isMarked(bytes) && isBinary(bytes)) {
            return Optional.empty();
        }
        Optional<String> sure = TextFile.decode(bytes, true).map(TextFile.Decoded::text);
        return sure.isPresent() || TextFile.isMarked(bytes)
                ? sure
                : Optional.of(new String(bytes, isCyrillic(bytes) ? CYRILLIC : WESTERN));
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
