package io.arkestra.guard.internal;

/** The part of a text that rules can still see, addressed by offsets in the whole text. Not thread-safe. */
final class TextWindow {

    /** How far to the left of the first undecided character rules may look. */
    static final int LEFT_CONTEXT = 96;

    private static final int TRIM_STEP = 4_096;

    private final StringBuilder chars = new StringBuilder();
    private int base;
    private boolean ended;

    void append(String chunk) {
        chars.append(chunk);
    }

    void end() {
        ended = true;
    }

    boolean ended() {
        return ended;
    }

    int length() {
        return base + chars.length();
    }

    /** The character, or NUL outside the text and for what is forgotten. */
    char at(int offset) {
        int index = offset - base;
        return index >= 0 && index < chars.length() ? chars.charAt(index) : 0;
    }

    /** Whether it is settled which character is at the offset, be it that the text ends before. */
    boolean known(int offset) {
        return ended || offset < length();
    }

    String text(int from, int to) {
        return chars.substring(Math.max(from, base) - base, Math.max(Math.min(to, length()), base) - base);
    }

    /** Forgets what is further than {@link #LEFT_CONTEXT} left of the offset; in steps, so that long texts stay linear. */
    void forgetBefore(int offset) {
        int forgettable = offset - LEFT_CONTEXT - base;
        if (forgettable >= TRIM_STEP) {
            chars.delete(0, forgettable);
            base += forgettable;
        }
    }
}
