package io.arkestra.guard.internal;

import io.arkestra.guard.GuardFinding;
import io.arkestra.guard.GuardStream;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;

/** Turns names back into values in a text that arrives in chunks. Holds back from a bracket on until it cannot be a name any more. */
final class RestoringStream implements GuardStream {

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
        int cut = undecided();
        if (cut > 0 && cut == held.length() && Character.isHighSurrogate(held.charAt(cut - 1))) {
            cut--;
        }
        String text = restore.apply(held.substring(0, cut));
        held.delete(0, cut);
        return text;
    }

    /** Where a name begins that more text could complete, or the end. */
    private int undecided() {
        Matcher matcher = Pseudonyms.WRITTEN.matcher(held);
        int at = 0;
        while (at < held.length()) {
            char c = held.charAt(at);
            if (c != '[' && c != '\\' && c != '\u27e6') {
                at++;
                continue;
            }
            boolean name = matcher.region(at, held.length()).lookingAt();
            if (matcher.hitEnd() && !name) {
                return at;
            }
            at = name ? matcher.end() : at + 1;
        }
        return held.length();
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
