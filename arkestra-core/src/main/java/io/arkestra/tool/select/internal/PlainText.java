package io.arkestra.tool.select.internal;

import io.arkestra.common.WellFormed;

/** Makes text that others wrote safe to show and to put into prompts: one line, without control characters, cut. */
final class PlainText {
    private PlainText() {}

    /**
     * @param most characters (code points) that are left
     */
    static String of(String text, int most) {
        StringBuilder line = new StringBuilder(Math.min(text.length(), most) + 1);
        boolean blank = false;
        int count = 0;
        String whole = WellFormed.text(text);
        for (int i = 0; i < whole.length(); ) {
            int point = whole.codePointAt(i);
            i += Character.charCount(point);
            if (Character.isWhitespace(point) || Character.isSpaceChar(point)) {
                blank = count > 0;
                continue;
            }
            if (unseen(point)) {
                continue;
            }
            if (count + (blank ? 2 : 1) > most) {
                return line.append('…').toString();
            }
            if (blank) {
                line.append(' ');
                count++;
                blank = false;
            }
            line.appendCodePoint(point);
            count++;
        }
        return line.toString();
    }

    /** Control and format characters: escapes for terminals, direction marks and letters of no width that hide words. */
    private static boolean unseen(int point) {
        int type = Character.getType(point);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.PRIVATE_USE
                || type == Character.UNASSIGNED;
    }
}
