package io.arkestra.guard.profanity.internal;

import java.util.Arrays;

/** Words of one script as a tree of letters, matched against words in disguise. Filled once, then only read. */
final class Lexicon {

    /** What a letter in the tree may end. */
    private static final byte WORD = 1;

    private static final byte STEM = 2;
    private static final byte HARMLESS = 4;

    /** Letters of a word in disguise that are written more often than in the word. */
    private static final int STRETCHED = 3;

    private static final int BUDGET = 4_000;

    private final Alphabet alphabet;
    private final int width;
    private int[] children = new int[0];
    private byte[] marks = new byte[0];
    private int nodes;

    Lexicon(Alphabet alphabet) {
        this.alphabet = alphabet;
        this.width = alphabet.size();
        node();
    }

    /** Adds a word, or with an asterisk at its end every word that begins so. */
    void add(String entry) {
        boolean stem = entry.endsWith("*");
        mark(stem ? entry.substring(0, entry.length() - 1) : entry, stem ? STEM : WORD);
    }

    /** Adds a word that is none of those, whatever it begins with. */
    void addHarmless(String word) {
        mark(word, HARMLESS);
    }

    private void mark(String word, byte mark) {
        int node = 0;
        for (char c : word.toCharArray()) {
            int letter = alphabet.indexOf(c);
            if (letter < 0) {
                return;
            }
            if (children[node * width + letter] == 0) {
                int child = node();
                children[node * width + letter] = child;
            }
            node = children[node * width + letter];
        }
        marks[node] |= mark;
    }

    private int node() {
        if (nodes == marks.length) {
            marks = Arrays.copyOf(marks, Math.max(64, nodes * 2));
            children = Arrays.copyOf(children, marks.length * width);
        }
        return nodes++;
    }

    /** One letter further: below 0 when no word of the lexicon goes on so; a stem's end stays where it is. */
    int child(int node, int letter) {
        if ((marks[node] & STEM) != 0) {
            return node;
        }
        int child = children[node * width + letter];
        return child == 0 ? -1 : child;
    }

    /** Whether a word without disguise is in the lexicon. */
    boolean plain(int[] sets, int count) {
        int node = 0;
        boolean stem = false;
        for (int i = 0; i < count; i++) {
            node = children[node * width + Integer.numberOfTrailingZeros(sets[i])];
            if (node == 0) {
                return stem;
            }
            stem |= (marks[node] & STEM) != 0;
        }
        return (marks[node] & HARMLESS) == 0 && (stem || (marks[node] & WORD) != 0);
    }

    /** Whether the word may stand for one of the lexicon. Takes bounded time. */
    boolean disguised(int[] sets, int count) {
        int[] budget = {BUDGET};
        return match(sets, count, 0, 0, budget);
    }

    private boolean match(int[] sets, int count, int at, int node, int[] budget) {
        if ((marks[node] & STEM) != 0) {
            return true;
        }
        if (at == count) {
            return (marks[node] & (WORD | HARMLESS)) == WORD;
        }
        if (--budget[0] < 0) {
            return false;
        }
        for (int rest = sets[at]; rest != 0; rest &= rest - 1) {
            int letter = Integer.numberOfTrailingZeros(rest);
            if (letter >= width) {
                return false;
            }
            int child = children[node * width + letter];
            if (child == 0) {
                continue;
            }
            if (match(sets, count, at + 1, child, budget)) {
                return true;
            }
            int end = at;
            while (end < count && sets[end] == sets[at] && sets[at] != Alphabet.ANY) {
                end++;
            }
            if (end - at >= STRETCHED && match(sets, count, end, child, budget)) {
                return true;
            }
        }
        return false;
    }
}
