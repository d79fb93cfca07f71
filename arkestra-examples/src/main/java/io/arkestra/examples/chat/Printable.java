package io.arkestra.examples.chat;

import java.nio.charset.StandardCharsets;

/** Makes text harmless to a terminal: what was remembered or generated must not move its cursor or change its title. */
final class Printable {
    private Printable() {}

    /** The text with every control character but line break and tab, and every change of writing direction, replaced by U+FFFD. */
    static String of(String original) {
        String text = original.replace("\r\n", "\n");
        StringBuilder out = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isHarmful(c)) {
                if (out == null) {
                    out = new StringBuilder(text);
                }
                out.setCharAt(i, '\uFFFD');
            }
        }
        return out == null ? text : out.toString();
    }

    /** Embeddings, overrides and isolates show the rest of a line in another order than it is stored in. */
    private static boolean isHarmful(char c) {
        return Character.isISOControl(c) && c != '\n' && c != '\t'
                || c >= '\u202A' && c <= '\u202E'
                || c >= '\u2066' && c <= '\u2069';
    }

    /** The text with a question mark for each half of a surrogate pair: an answer that was cut short may end in one. */
    static String wellFormed(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    /** The text on one line, cut after this many characters. */
    static String line(String text, int limit) {
        String line = of(text).strip().replaceAll("\\s+", " ");
        if (line.codePointCount(0, line.length()) <= limit) {
            return line;
        }
        return line.substring(0, line.offsetByCodePoints(0, limit - 1)) + "…";
    }
}
