package io.arkestra.memory.document.internal;

/** Counts lines and pages on the way through a text, so that a long one is read about once. Confined to one thread. */
final class Places {
    static final char FEED = '\f';

    private final String text;
    private final boolean paged;
    private int at;
    private int line = 1;
    private int page = 1;

    Places(String text) {
        this.text = text;
        this.paged = text.indexOf(FEED) >= 0;
    }

    /** Goes on to an offset, or back to it a little, because parts overlap. */
    void moveTo(int offset) {
        int sign = offset < at ? -1 : 1;
        int from = Math.min(at, offset);
        int to = Math.max(at, offset);
        line += sign * count(text, '\n', from, to);
        page += paged ? sign * count(text, FEED, from, to) : 0;
        at = offset;
    }

    int line() {
        return line;
    }

    /** 0 in a text without pages. */
    int page() {
        return paged ? page : 0;
    }

    /** How often a character stands in a part of a text. */
    static int count(String text, char wanted, int from, int to) {
        int found = 0;
        for (int at = text.indexOf(wanted, from); at >= 0 && at < to; at = text.indexOf(wanted, at + 1)) {
            found++;
        }
        return found;
    }
}
