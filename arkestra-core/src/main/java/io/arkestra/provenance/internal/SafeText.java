package io.arkestra.provenance.internal;

import java.util.regex.Pattern;

/** Takes out of foreign text what people do not see and terminals obey. Immutable. */
public final class SafeText {
    /** Control sequences of terminals: colours, cursor, titles, links. */
    private static final Pattern TERMINAL = Pattern.compile(
            "\\x1B\\[[0-?]*[ -/]*[@-~]|\\x1B\\][^\\x07\\x1B]{0,4096}(?:\\x07|\\x1B\\\\)|\\x1B[PX^_][^\\x1B]{0,4096}\\x1B\\\\|\\x1B[ -~]|\\x9B[0-?]*[ -/]*[@-~]");
    /**
     * Controls but for tab and line ends, marks that turn the direction of writing, characters without width that hide words, and the
     * invisible letters of tags. A joiner between two emoji goes too: it costs a picture and no word.
     */
    private static final Pattern HIDDEN = Pattern.compile(
            "[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F-\\x84\\x86-\\x9F\\u00AD\\u061C\\u180E\\u200B-\\u200F\\u2028-\\u202E\\u2060-\\u206F\\uFEFF\\uFFF9-\\uFFFB]"
                    + "|[\\x{E0000}-\\x{E007F}]");

    private SafeText() {}

    /** The text without them; the same when it has none. */
    public static String of(String text) {
        if (text.chars().noneMatch(c -> c < ' ' && c != '\n' && c != '\t' || c >= 0x7F)) {
            return text;
        }
        String plain = TERMINAL.matcher(text).replaceAll("");
        return HIDDEN.matcher(plain).replaceAll("");
    }
}
