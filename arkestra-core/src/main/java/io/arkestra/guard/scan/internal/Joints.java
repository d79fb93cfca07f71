package io.arkestra.guard.scan.internal;

/** Decides at a space whether the words at its two sides may be parts of one value. Not thread-safe. */
final class Joints {

    /** What is known about a space. */
    enum Joint {
        UNKNOWN,
        JOINED,
        APART
    }

    private static final int MAX_KEY_HEADER = 80;
    private static final int MAX_IBAN = 42;

    private final TextWindow text;
    private final int keyMarker;
    private int keyFrom = -1;
    private boolean insideKey;

    /** @param keyMarker number of the keyword that opens an armoured key */
    Joints(TextWindow text, int keyMarker) {
        this.text = text;
        this.keyMarker = keyMarker;
    }

    void begin(int start) {
        if (keyFrom < start) {
            keyFrom = -1;
            insideKey = false;
        }
    }

    void seen(int keyword, int end) {
        if (keyword == keyMarker && keyFrom < 0) {
            keyFrom = end;
        }
    }

    /** Whether the block is an armoured private key. */
    boolean insideKey() {
        return insideKey;
    }

    /** Judges the space at the offset in the block that starts at the other one. */
    Joint at(int start, int space) {
        if (keyFrom >= 0 && keyGoesOn(space)) {
            return Joint.JOINED;
        }
        char c = text.peek(space);
        if (c == '\n' || c == '\r' || c == '\t') {
            return Joint.APART;
        }
        if (!text.known(space + 1)) {
            return Joint.UNKNOWN;
        }
        char left = text.peek(space - 1);
        char right = text.peek(space + 1);
        if (right == 0 || isSpace(right)) {
            return Joint.APART;
        }
        if (isDigit(left) || left == ')' || isDigit(right)) {
            Joint number = numbers(start, space, left, right);
            if (number != Joint.APART) {
                return number;
            }
        }
        if (isAscii(left) && isAscii(right) && insideIban(start, space)) {
            return Joint.JOINED;
        }
        if (space - start == 1 || isSpace(text.peek(space - 2))) {
            return single(left) && single(right) ? beforeWordEnd(space + 2) : Joint.APART;
        }
        return isDigit(right) && outwardCode(start, space) ? Joint.JOINED : Joint.APART;
    }

    private Joint numbers(int start, int space, char left, char right) {
        if (isDigit(left) || left == ')') {
            if (isDigit(right) || right == '(' || right == '№') {
                return Joint.JOINED;
            }
            if (isDash(right)) {
                if (!text.known(space + 3)) {
                    return Joint.UNKNOWN;
                }
                return isSpace(text.peek(space + 2)) && isDigit(text.peek(space + 3)) ? Joint.JOINED : Joint.APART;
            }
            return Joint.APART;
        }
        boolean inside = space - 3 >= start && isSpace(text.peek(space - 2)) && isDigit(text.peek(space - 3));
        boolean dashed = inside && isDash(left);
        boolean numbered = left == '№' && space - 2 >= start && (inside || isDigit(text.peek(space - 2)));
        return dashed || numbered ? Joint.JOINED : Joint.APART;
    }

    /** Groups of four that begin with two letters and two digits. */
    private boolean insideIban(int start, int space) {
        int head = space;
        while (head > start
                && space - head < MAX_IBAN
                && (isAscii(text.peek(head - 1)) || text.peek(head - 1) == ' ')) {
            head--;
        }
        int length = space - head;
        if (length < 4 || length % 5 != 4 || !isLetter(text.peek(head)) || !isLetter(text.peek(head + 1))) {
            return false;
        }
        for (int i = 4; i < length; i += 5) {
            if (text.peek(head + i) != ' ') {
                return false;
            }
        }
        return isDigit(text.peek(head + 2)) && isDigit(text.peek(head + 3));
    }

    /** The first half of a British postal code. */
    private boolean outwardCode(int start, int space) {
        int length = space - start;
        return length >= 2
                && length <= 4
                && Character.isUpperCase(text.peek(start))
                && (isDigit(text.peek(space - 1)) || isDigit(text.peek(space - 2)));
    }

    private Joint beforeWordEnd(int offset) {
        if (!text.known(offset)) {
            return Joint.UNKNOWN;
        }
        return Character.isLetterOrDigit(text.peek(offset)) ? Joint.APART : Joint.JOINED;
    }

    private boolean keyGoesOn(int space) {
        if (insideKey) {
            int tail = Math.max(keyFrom, space - 5);
            boolean closed = text.text(tail, space).equals("-----")
                    && text.text(Math.max(keyFrom, space - 120), space).contains("-----END");
            insideKey = !closed;
            keyFrom = closed ? -1 : keyFrom;
            return insideKey;
        }
        String header = text.text(keyFrom, Math.min(space, keyFrom + MAX_KEY_HEADER));
        insideKey = header.contains("PRIVATE KEY");
        boolean open =
                header.chars().allMatch(c -> c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == ' ' || c == '-');
        if (!insideKey && (!open || space - keyFrom >= MAX_KEY_HEADER)) {
            keyFrom = -1;
        }
        return keyFrom >= 0;
    }

    private static boolean single(char c) {
        return Character.isLetterOrDigit(c) || "@$!*#".indexOf(c) >= 0;
    }

    private static boolean isLetter(char c) {
        return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
    }

    private static boolean isAscii(char c) {
        return isLetter(c) || isDigit(c);
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isSpace(char c) {
        return c <= ' ' || Character.isSpaceChar(c);
    }

    private static boolean isDash(char c) {
        return c == '-' || c >= '\u2010' && c <= '\u2015' || c == '\u2212';
    }
}
