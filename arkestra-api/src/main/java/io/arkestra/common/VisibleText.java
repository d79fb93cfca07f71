package io.arkestra.common;

/**
 * Makes text that others wrote safe to show: what would move the cursor, colour or hide something, or turn the reading order around is written
 * as its code point, so that everybody sees that it is there.
 */
public final class VisibleText {
    private VisibleText() {}

    /** The text with {@code \}{@code u{…}} in the place of controls but tab and line feed, of invisible, and of bidirectional characters. */
    public static String of(String text) {
        StringBuilder out = null;
        for (int at = 0; at < text.length(); ) {
            int point = text.codePointAt(at);
            int next = at + Character.charCount(point);
            if (harmful(point)) {
                if (out == null) {
                    out = new StringBuilder(text.length() + 16).append(text, 0, at);
                }
                out.append("\\u{").append(Integer.toHexString(point)).append('}');
            } else if (out != null) {
                out.appendCodePoint(point);
            }
            at = next;
        }
        return out == null ? text : out.toString();
    }

    /** The same on one line: line feeds and tabs are written as code points too. */
    public static String line(String text) {
        return of(text).replace("\n", "\\u{a}").replace("\t", "\\u{9}");
    }

    private static boolean harmful(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL -> point != '\n' && point != '\t';
            // Marks of direction, joiners, tags: all of them invisible.
            case Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
