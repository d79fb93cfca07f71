package io.arkestra.common;

/** Text from outside may hold halves of surrogate pairs, which no UTF-8 file and no JSON can. Stateless. */
public final class WellFormed {
    private WellFormed() {}

    /** The text with every lone surrogate replaced by U+FFFD. */
    public static String text(String text) {
        int bad = firstLoneSurrogate(text, 0);
        if (bad < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text);
        while (bad >= 0) {
            out.setCharAt(bad, '\uFFFD');
            bad = firstLoneSurrogate(text, bad + 1);
        }
        return out.toString();
    }

    /** Index of the first lone surrogate from there on, or -1. */
    public static int firstLoneSurrogate(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return i;
            }
        }
        return -1;
    }
}
