package io.arkestra.guard.pii.internal;

import io.arkestra.guard.scan.internal.Block;
import io.arkestra.guard.scan.internal.Recogniser;
import io.arkestra.guard.scan.internal.TextWindow;
import java.util.List;

/** A rule for values that are made of digit groups. */
abstract class NumberRule implements Recogniser {

    /**
     * Judges the run from its first group on.
     *
     * @return n &gt; 0: the first n groups are a value; n &lt; 0: the first -n groups are something else and no value starts in them;
     *     0: no value starts at the first group
     */
    abstract int judge(NumberRun run);

    /** The type of value in upper case. */
    abstract String type();

    /** A stable id of the rule. */
    abstract String id();

    /** Digits that the shortest value has. */
    abstract int minDigits();

    @Override
    public final List<String> types() {
        return List.of(type());
    }

    @Override
    public final boolean concerns(Block block) {
        return block.digits() >= minDigits();
    }

    @Override
    public final void find(Block block, Found found) {
        TextWindow window = block.text();
        NumberRun run = new NumberRun(block);
        int next = block.start();
        while (next < block.end()) {
            if (!NumberRun.isDigit(window.at(next)) || NumberRun.isDigit(window.at(next - 1))) {
                next++;
                continue;
            }
            run.read(next);
            int judged = run.count() == 0 ? 0 : judge(run);
            if (judged > 0) {
                found.value(type(), id(), run.start(), run.end(judged));
            }
            next = judged == 0 ? next + 1 : run.end(Math.abs(judged));
        }
    }
}
