package io.arkestra.guard.scan.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * Finds many keywords in one pass over a text, in any case (Aho and Corasick, 1975, as a table of transitions). Immutable and
 * thread-safe.
 */
public final class Keywords {

    private static final int FOLDED = 0x500;
    private static final int[] NONE = {};

    private final byte[] classes = new byte[FOLDED];
    private final short[] next;
    private final int[][] found;
    private final int width;

    /** @param keywords numbered as in the list; at most some thousand characters in all */
    public Keywords(List<String> keywords) {
        List<String> folded =
                keywords.stream().map(word -> word.toLowerCase(Locale.ROOT)).toList();
        TreeSet<Character> alphabet = new TreeSet<>();
        folded.forEach(word -> word.chars().forEach(c -> alphabet.add((char) c)));
        byte code = 1;
        for (char c : alphabet) {
            classes[c] = code++;
        }
        for (char c = 0; c < FOLDED; c++) {
            char lower = Character.toLowerCase(c);
            if (lower < FOLDED && lower != c) {
                classes[c] = classes[lower];
            }
        }
        width = alphabet.size() + 1;
        List<short[]> rows = new ArrayList<>();
        List<int[]> outputs = new ArrayList<>();
        rows.add(new short[width]);
        outputs.add(NONE);
        for (int i = 0; i < folded.size(); i++) {
            insert(folded.get(i), i, rows, outputs);
        }
        link(rows, outputs);
        next = new short[rows.size() * width];
        for (int state = 0; state < rows.size(); state++) {
            System.arraycopy(rows.get(state), 0, next, state * width, width);
        }
        found = outputs.toArray(int[][]::new);
    }

    private void insert(String word, int number, List<short[]> rows, List<int[]> outputs) {
        int state = 0;
        for (int i = 0; i < word.length(); i++) {
            short[] row = rows.get(state);
            int symbol = classes[word.charAt(i)];
            if (row[symbol] == 0) {
                row[symbol] = (short) rows.size();
                rows.add(new short[width]);
                outputs.add(NONE);
            }
            state = row[symbol];
        }
        outputs.set(state, with(outputs.get(state), number));
    }

    /** Fills in where to go when the word begun does not go on: to the longest word that its end begins. */
    private void link(List<short[]> rows, List<int[]> outputs) {
        int[] fallback = new int[rows.size()];
        ArrayDeque<Integer> queue = new ArrayDeque<>();
        for (short child : rows.get(0)) {
            if (child != 0) {
                queue.add((int) child);
            }
        }
        while (!queue.isEmpty()) {
            int state = queue.remove();
            short[] row = rows.get(state);
            short[] other = rows.get(fallback[state]);
            for (int number : outputs.get(fallback[state])) {
                outputs.set(state, with(outputs.get(state), number));
            }
            for (int symbol = 0; symbol < width; symbol++) {
                if (row[symbol] != 0) {
                    fallback[row[symbol]] = other[symbol];
                    queue.add((int) row[symbol]);
                } else {
                    row[symbol] = other[symbol];
                }
            }
        }
    }

    private static int[] with(int[] numbers, int number) {
        int[] more = Arrays.copyOf(numbers, numbers.length + 1);
        more[numbers.length] = number;
        return more;
    }

    /** The state after one more character; the first state is 0. */
    int step(int state, char c) {
        return next[state * width + (c < FOLDED ? classes[c] : 0)];
    }

    /** Numbers of the keywords that end in this state. */
    int[] found(int state) {
        return found[state];
    }
}
