package io.arkestra.guard.scan.internal;

/**
 * A piece of text that no value crosses, with what the one pass over its characters has seen. Filled by {@link BlockReader} and valid
 * until its next step. Not thread-safe.
 */
public final class Block {

    /** What characters the block holds, as bits. */
    public static final int DIGIT = 1;

    public static final int LETTER = 1 << 1;
    public static final int AT = 1 << 2;
    public static final int COLON = 1 << 3;
    public static final int DOT = 1 << 4;
    public static final int SPACE = 1 << 5;
    public static final int SIGN = 1 << 6;
    public static final int SLASH = 1 << 7;
    public static final int DASH = 1 << 8;
    public static final int QUOTE = 1 << 9;
    public static final int UPPER = 1 << 10;
    private static final int PLAIN = LETTER | SPACE | DOT | 1 << 11;

    /** What stands in every sentence and tells nothing. */
    static final int PUNCTUATION = 1 << 11;

    private final TextWindow text;
    private final KeywordHits hits;

    int start;
    int end;
    int limit;
    int flags;
    int digits;
    boolean cut;
    boolean continued;

    Block(TextWindow text, KeywordHits hits) {
        this.text = text;
        this.hits = hits;
    }

    public TextWindow text() {
        return text;
    }

    /** Offset of the first character. */
    public int start() {
        return start;
    }

    /** Offset after the last one. */
    public int end() {
        return end;
    }

    public int length() {
        return end - start;
    }

    /** How far to the right recognisers may look; exclusive. */
    public int limit() {
        return limit;
    }

    /** How far to the left recognisers may look. */
    public int left() {
        return Math.max(0, start - TextWindow.LEFT_CONTEXT);
    }

    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** Whether the block is a word or number-free punctuation of ordinary prose. */
    public boolean isProse() {
        return (flags & ~PLAIN) == 0;
    }

    /** ASCII digits in the block. */
    public int digits() {
        return digits;
    }

    /** Whether the block ends only because it grew too long. */
    public boolean cut() {
        return cut;
    }

    /** Whether the block before was {@link #cut()}. */
    public boolean continued() {
        return continued;
    }

    /** Keywords that end in the block or in the context to the left of it. */
    public KeywordHits hits() {
        return hits;
    }
}
