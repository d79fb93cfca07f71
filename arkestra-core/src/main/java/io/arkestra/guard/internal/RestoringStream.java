package io.arkestra.guard.internal;

import io.arkestra.guard.GuardFinding;
import io.arkestra.guard.GuardStream;
import java.util.List;
import java.util.function.UnaryOperator;

/** Turns names back into values in a text that arrives in chunks. Holds back from a bracket on until it cannot be a name any more. */
final class RestoringStream implements GuardStream {

    /** The longest writing of a name. */
    private static final int MAX_NAME = 128;

    private final UnaryOperator<String> restore;
    private final StringBuilder held = new StringBuilder();
    private boolean finished;

    RestoringStream(UnaryOperator<String> restore) {
        this.restore = restore;
    }

    @Override
    public String push(String chunk) {
        refuseIfFinished();
        held.append(chunk);
        int cut = held.length();
        int from = 0;
        for (int open = open(from); open >= 0; open = open(from)) {
            int end = end(open);
            if (end == held.length() && held.length() - open <= MAX_NAME) {
                cut = open;
                break;
            }
            from = Math.max(end, open + 1);
        }
        if (cut > 0 && cut == held.length() && Character.isHighSurrogate(held.charAt(cut - 1))) {
            cut--;
        }
        String text = restore.apply(held.substring(0, cut));
        held.delete(0, cut);
        return text;
    }

    /** The next sign that a name may begin with. */
    private int open(int from) {
        for (int i = from; i < held.length(); i++) {
            char c = held.charAt(i);
            if (c == '[' || c == '\\' || c == '\u27e6') {
                return i;
            }
        }
        return -1;
    }

    /** How far the characters go that names are made of. */
    private int end(int open) {
        int i = open;
        int closing = 0;
        while (i < held.length() && closing < 2) {
            char c = held.charAt(i);
            boolean part = c < 128 && (Character.isLetterOrDigit(c) || " _[]\\".indexOf(c) >= 0)
                    || c == '\u27e6'
                    || c == '\u27e7';
            if (!part) {
                return i;
            }
            closing += c == ']' ? 1 : c == '\u27e7' ? 2 : 0;
            i++;
        }
        return closing >= 2 && i == held.length() ? i - 1 : i;
    }

    @Override
    public String finish() {
        refuseIfFinished();
        finished = true;
        return restore.apply(held.toString());
    }

    @Override
    public List<GuardFinding> findings() {
        return List.of();
    }

    private void refuseIfFinished() {
        if (finished) {
            throw new IllegalStateException("this guard stream is finished; expected a new stream for each text");
        }
    }
}
