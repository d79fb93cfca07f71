package io.arkestra.tools.document.internal;

/**
 * Takes out of a text what nobody sees: zero-width and bidirectional controls, tags, other control characters. What stays is what a person
 * reads, so that a document cannot say something else to a model.
 */
public final class CleanText {
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;
    private static final int FIRST_PICTURE = 0x2190;
    private static final int STRIDE = 65_536;

    private CleanText() {}

    /** The same without what is invisible; line ends are {@code \n}, and what is no well-formed Unicode becomes U+FFFD. */
    public static String of(String text) {
        return of(text, () -> {});
    }

    /** @param goOn asked now and then on the way through a long text; what it throws ends it */
    static String of(String text, Runnable goOn) {
        StringBuilder clean = new StringBuilder(text.length());
        int before = 0;
        int asked = 0;
        for (int i = 0; i < text.length(); ) {
            if (i - asked >= STRIDE) {
                asked = i;
                goOn.run();
            }
            int c = text.codePointAt(i);
            int length = Character.charCount(c);
            if (c == '\r') {
                if (i + 1 >= text.length() || text.charAt(i + 1) != '\n') {
                    clean.append('\n');
                }
            } else if (Character.getType(c) == Character.SURROGATE) {
                clean.append('\uFFFD');
            } else if (stays(c, before, i + length < text.length() ? text.codePointAt(i + length) : 0)) {
                clean.appendCodePoint(c);
                before = c;
            }
            i += length;
        }
        return clean.toString();
    }

    private static boolean stays(int c, int before, int after) {
        return switch (Character.getType(c)) {
            case Character.CONTROL -> c == '\n' || c == '\t' || c == '\f';
            // Joiners are part of emoji and of some scripts; between other letters they only hide something.
            case Character.FORMAT ->
                c == ZERO_WIDTH_JOINER && (isPicture(before) && isPicture(after) || joins(before))
                        || c == ZERO_WIDTH_NON_JOINER && joins(before);
            case Character.UNASSIGNED, Character.PRIVATE_USE -> !isTag(c);
            default -> !isTag(c);
        };
    }

    private static boolean isTag(int c) {
        return c >= 0xE0000 && c <= 0xE0FFF;
    }

    private static boolean isPicture(int c) {
        return c >= FIRST_PICTURE;
    }

    private static boolean joins(int c) {
        if (c == 0) {
            return false;
        }
        return switch (Character.UnicodeScript.of(c)) {
            case ARABIC,
                    SYRIAC,
                    MONGOLIAN,
                    NKO,
                    DEVANAGARI,
                    BENGALI,
                    GURMUKHI,
                    GUJARATI,
                    ORIYA,
                    TAMIL,
                    TELUGU,
                    KANNADA,
                    MALAYALAM,
                    SINHALA,
                    KHMER -> true;
            default -> false;
        };
    }
}
