package io.arkestra.guard.pii.internal;

import io.arkestra.guard.scan.internal.Block;
import io.arkestra.guard.scan.internal.TextWindow;

/**
 * Digit groups that stand together as in a phone or card number: {@code 8 (911) 575-44-48}. A view of the window, refilled for each
 * group of digits in the text; it looks only a bounded way ahead and never past its block.
 */
final class NumberRun {

    /** How far behind the run a rule may look. */
    static final int RIGHT_CONTEXT = 8;

    private static final int MAX_GROUPS = 8;
    private static final int MAX_DIGITS = 24;
    private static final int MAX_GROUP = 19;
    private static final int MAX_SEPARATOR = 3;
    private static final int CONTEXT_CHARS = 40;

    /** 34 characters (ISO 13616) and the blanks between groups of four. */
    private static final int MAX_IBAN = 42;

    private final TextWindow window;
    private final int blockEnd;
    private final int[] starts = new int[MAX_GROUPS];
    private final int[] ends = new int[MAX_GROUPS];
    private int count;

    NumberRun(Block block) {
        this.window = block.text();
        this.blockEnd = block.end();
    }

    /**
     * Reads the run whose first digit is at the offset. It has no group when that digit starts a clock time or a group longer than any
     * number a rule knows.
     */
    void read(int firstDigit) {
        count = 0;
        int digits = 0;
        int start = firstDigit;
        while (count < MAX_GROUPS && digits < MAX_DIGITS) {
            int end = start;
            while (end - start <= MAX_GROUP && end < blockEnd && isDigit(window.at(end))) {
                end++;
            }
            if (end - start > MAX_GROUP || window.at(end) == ':' && isDigit(window.at(end + 1))) {
                return;
            }
            starts[count] = start;
            ends[count] = end;
            count++;
            digits += end - start;
            int separatorEnd = end;
            while (separatorEnd - end < MAX_SEPARATOR && isSeparator(window.at(separatorEnd))) {
                separatorEnd++;
            }
            if (separatorEnd >= blockEnd || !isDigit(window.at(separatorEnd)) || !joins(end, separatorEnd)) {
                return;
            }
            start = separatorEnd;
        }
    }

    int count() {
        return count;
    }

    int end(int groups) {
        return ends[groups - 1];
    }

    int length(int group) {
        return ends[group] - starts[group];
    }

    /** Digits in the first groups. */
    int total(int groups) {
        int total = 0;
        for (int group = 0; group < groups; group++) {
            total += length(group);
        }
        return total;
    }

    boolean hasLengths(int... lengths) {
        if (count < lengths.length) {
            return false;
        }
        for (int group = 0; group < lengths.length; group++) {
            if (length(group) != lengths[group]) {
                return false;
            }
        }
        return true;
    }

    String digits(int groups) {
        StringBuilder digits = new StringBuilder();
        for (int group = 0; group < groups; group++) {
            digits.append(window.text(starts[group], ends[group]));
        }
        return digits.toString();
    }

    char digit(int group, int index) {
        return window.at(starts[group] + index);
    }

    int value(int group) {
        return Integer.parseInt(window.text(starts[group], ends[group]));
    }

    /** The character between a group and the next one when it is only one, spaces and dashes made equal; else NUL. */
    char separator(int group) {
        if (starts[group + 1] - ends[group] != 1) {
            return 0;
        }
        char c = window.at(ends[group]);
        return isSpace(c) ? ' ' : isDash(c) ? '-' : c;
    }

    boolean plus() {
        return window.at(start()) == '+';
    }

    /** Whether the group stands in brackets of its own. */
    boolean bracketed(int group) {
        return window.at(starts[group] - 1) == '(' && window.at(ends[group]) == ')';
    }

    /** Offset of the first digit, or of what belongs to it in front: a plus, a bracket that closes behind the group. */
    int start() {
        int start = starts[0];
        if (bracketed(0)) {
            start--;
        }
        return window.at(start - 1) == '+' ? start - 1 : start;
    }

    /** Whether the number is only the tail of a longer word or number. */
    boolean gluedBefore() {
        char before = window.at(start() - 1);
        if (isWord(before)) {
            return true;
        }
        char further = window.at(start() - 2);
        return isDash(before) && isWord(further) || (before == '.' || before == ':') && isDigit(further);
    }

    /** Whether another digit group stands right before this one, so that this one begins no number of its own. */
    boolean insideColumn() {
        char before = window.at(start() - 1);
        return (isSpace(before) || isSeparator(before)) && isDigit(window.at(start() - 2));
    }

    /** Whether the first groups are only the head of a longer word or number. */
    boolean gluedAfter(int groups) {
        char after = window.at(end(groups));
        char further = window.at(end(groups) + 1);
        return isWord(after) || after == '@' || isDash(after) && isWord(further) || after == '.' && isDigit(further);
    }

    /** Whether an IBAN's head (two letters and two digits) leads to the number through nothing but digits and single spaces. */
    boolean insideIban() {
        int head = start() - 1;
        while (start() - head <= MAX_IBAN && (isDigit(window.at(head)) || isSpace(window.at(head)))) {
            if (isSpace(window.at(head)) && isSpace(window.at(head - 1))) {
                return false;
            }
            head--;
        }
        return isDigit(window.at(head + 1))
                && isDigit(window.at(head + 2))
                && Character.isUpperCase(window.at(head))
                && Character.isUpperCase(window.at(head - 1));
    }

    /** What stands before the number on its line. */
    String before() {
        String text = window.text(start() - CONTEXT_CHARS, start());
        return text.substring(text.lastIndexOf('\n') + 1);
    }

    /** What stands after the first groups, up to {@link #RIGHT_CONTEXT} characters. */
    String after(int groups) {
        return window.text(end(groups), end(groups) + RIGHT_CONTEXT);
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isWord(char c) {
        return c == '_' || Character.isLetterOrDigit(c);
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\u00a0' || c == '\u2007' || c == '\u2009' || c == '\u202f';
    }

    private static boolean isDash(char c) {
        return c == '-' || c >= '\u2010' && c <= '\u2015' || c == '\u2212';
    }

    private static boolean isSeparator(char c) {
        return isSpace(c) || isDash(c) || c == '.' || c == '(' || c == ')';
    }

    /** One separator, a bracket with a space or dash at its outer side, or a dash between spaces; never the end of a sentence. */
    private boolean joins(int from, int to) {
        char first = window.at(from);
        char second = window.at(from + 1);
        return switch (to - from) {
            case 1 -> true;
            case 2 ->
                first == ')' && (isSpace(second) || isDash(second))
                        || second == '(' && (isSpace(first) || isDash(first));
            case 3 -> isSpace(first) && isDash(second) && isSpace(window.at(from + 2));
            default -> false;
        };
    }
}
