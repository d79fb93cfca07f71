package io.arkestra.guard.scan.internal;

import java.util.Arrays;

/** Where keywords ended lately, in order of position. Not thread-safe. */
public final class KeywordHits {

    private int[] ends = new int[16];
    private int[] keywords = new int[16];
    private int first;
    private int count;

    void add(int end, int keyword) {
        if (first + count == ends.length) {
            if (first > ends.length / 2) {
                System.arraycopy(ends, first, ends, 0, count);
                System.arraycopy(keywords, first, keywords, 0, count);
                first = 0;
            } else {
                ends = Arrays.copyOf(ends, ends.length * 2);
                keywords = Arrays.copyOf(keywords, keywords.length * 2);
            }
        }
        ends[first + count] = end;
        keywords[first + count] = keyword;
        count++;
    }

    void forgetBefore(int offset) {
        while (count > 0 && ends[first] < offset) {
            first++;
            count--;
        }
        if (count == 0) {
            first = 0;
        }
    }

    void forgetAfter(int offset) {
        while (count > 0 && ends[first + count - 1] > offset) {
            count--;
        }
    }

    public int size() {
        return count;
    }

    /** Offset after the last character of the hit's keyword. */
    public int end(int hit) {
        return ends[first + hit];
    }

    /** Number of the hit's keyword. */
    public int keyword(int hit) {
        return keywords[first + hit];
    }
}
