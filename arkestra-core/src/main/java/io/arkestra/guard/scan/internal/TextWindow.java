package io.arkestra.guard.scan.internal;

import java.util.Arrays;

/** The part of a text that rules can still see, addressed by offsets in the whole text. Not thread-safe. */
public final class TextWindow {

    /** How far to the left of the first undecided character rules may look. */
    public static final int LEFT_CONTEXT = 320;

    private static final int TRIM_STEP = 4_096;

    private char[] chars = new char[256];
    private int count;
    private int base;
    private int limit = Integer.MAX_VALUE;
    private boolean ended;

    public void append(String chunk) {
        if (count + chunk.length() > chars.length) {
            chars = Arrays.copyOf(chars, Math.max(count + chunk.length(), chars.length * 2));
        }
        chunk.getChars(0, chunk.length(), chars, count);
        count += chunk.length();
    }

    public void end() {
        ended = true;
    }

    public boolean ended() {
        return ended;
    }

    public int length() {
        return base + count;
    }

    /** The character, or NUL outside the text, for what is forgotten and behind the {@linkplain #limitTo limit}. */
    public char at(int offset) {
        return offset < limit ? peek(offset) : 0;
    }

    /** Like {@link #at}, without the limit: for those who ask {@link #known} first. */
    char peek(int offset) {
        int index = offset - base;
        return index >= 0 && index < count ? chars[index] : 0;
    }

    /** Hides what stands from the offset on, so that what a rule finds never depends on how much of the text has come. */
    void limitTo(int offset) {
        limit = offset;
    }

    /** Whether it is settled which character is at the offset, be it that the text ends before. */
    public boolean known(int offset) {
        return ended || offset < length();
    }

    /** The text between two offsets, as far as it is visible. */
    public String text(int from, int to) {
        int start = Math.max(from, base);
        int end = Math.max(Math.min(Math.min(to, limit), length()), start);
        return new String(chars, start - base, end - start);
    }

    /** Forgets what is further than {@link #LEFT_CONTEXT} left of the offset; in steps, so that long texts stay linear. */
    public void forgetBefore(int offset) {
        int forgettable = offset - LEFT_CONTEXT - base;
        if (forgettable >= TRIM_STEP) {
            count -= forgettable;
            System.arraycopy(chars, forgettable, chars, 0, count);
            base += forgettable;
        }
    }
}
