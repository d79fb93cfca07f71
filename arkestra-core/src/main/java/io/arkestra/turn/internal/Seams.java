package io.arkestra.turn.internal;

import io.arkestra.guard.Guard;
import io.arkestra.guard.GuardContext;
import io.arkestra.guard.GuardFinding;

/**
 * Where a text may be cut. Never within a value that the guard masks on the way to a model elsewhere: it would not know a half of it again.
 * Thread-safe.
 */
final class Seams {
    /** A word is left whole when that costs no more characters than this, and no more than half of the piece. */
    private static final int WORD = 120;
    /** Characters on each side in which values are looked for. */
    private static final int AROUND = 150;

    private static final GuardContext OUT = GuardContext.of(GuardContext.Direction.TO_REMOTE_MODEL);

    private final Guard guard;

    Seams(Guard guard) {
        this.guard = guard;
    }

    /** Where a beginning of at most so many characters ends, after a whole word if there is one. */
    int end(String text, int most) {
        int least = most - Math.min(WORD, most / 2);
        int at = most;
        while (at > least && !between(text, at)) {
            at--;
        }
        return exactEnd(text, between(text, at) ? at : most);
    }

    /** The same without regard to words. */
    int exactEnd(String text, int most) {
        int at = outside(text, most, true);
        return splits(text, at) ? at - 1 : at;
    }

    /** Where the end of a text begins when it may begin here or later, at a whole word if there is one. */
    int start(String text, int least) {
        int most = least + Math.min(WORD, (text.length() - least) / 2);
        int at = least;
        while (at < most && !between(text, at)) {
            at++;
        }
        at = outside(text, between(text, at) ? at : least, false);
        return splits(text, at) ? at + 1 : at;
    }

    private static boolean between(String text, int at) {
        return at <= 0
                || at >= text.length()
                || Character.isWhitespace(text.charAt(at - 1))
                || Character.isWhitespace(text.charAt(at));
    }

    private static boolean splits(String text, int at) {
        return at > 0
                && at < text.length()
                && Character.isHighSurrogate(text.charAt(at - 1))
                && Character.isLowSurrogate(text.charAt(at));
    }

    /** The place itself, or that before or after the values that it would split. */
    private int outside(String text, int place, boolean before) {
        int at = place;
        int last;
        do {
            last = at;
            int from = Math.max(0, last - AROUND);
            String near = text.substring(from, Math.min(text.length(), last + AROUND));
            for (GuardFinding finding : guard.inspect(near, OUT).findings()) {
                if (from + finding.start() < last && last < from + finding.end()) {
                    at = from + (before ? finding.start() : finding.end());
                }
            }
        } while (at != last);
        return at;
    }
}
