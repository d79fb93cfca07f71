package io.arkestra.guard.pii.internal;

import io.arkestra.guard.scan.internal.TextWindow;
import java.util.regex.Pattern;

/** Whether a word stands shortly before a value, on its line. */
record Context(Pattern words) {

    private static final int REACH = 56;

    /** @param words alternatives of a regular expression, in any case, that begin a word */
    static Context of(String words) {
        return new Context(
                Pattern.compile("(?<![\\p{L}\\d])(?:" + words + ")", Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE));
    }

    /** Whether a word stands before a value that lies between the offsets. */
    boolean before(TextWindow text, int from, int to) {
        return words.matcher(text.text(from - REACH, to)).find();
    }

    boolean before(TextWindow text, int offset) {
        String before = text.text(offset - REACH, offset);
        return words.matcher(before.substring(before.lastIndexOf('\n') + 1)).find();
    }
}
