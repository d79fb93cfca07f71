package io.arkestra.guard.internal;

/** A rule for values that are made of digit groups. */
abstract class NumberRule implements GuardRule {

    /**
     * Judges the run from its first group on.
     *
     * @return n &gt; 0: the first n groups are a value; n &lt; 0: the first -n groups are something else and no value starts in them;
     *     0: no value starts at the first group
     */
    abstract int judge(NumberRun run);

    @Override
    public final Scan scan() {
        return new NumberScan();
    }

    private final class NumberScan implements Scan {

        private int next;

        @Override
        public int advance(TextWindow window, Found found) {
            NumberRun run = new NumberRun(window);
            while (true) {
                while (next < window.length() && !NumberRun.isDigit(window.at(next))) {
                    next++;
                }
                if (next == window.length()) {
                    return withPrefix(window, next);
                }
                if (NumberRun.isDigit(window.at(next - 1))) {
                    skipDigits(window);
                    continue;
                }
                if (!run.read(next)) {
                    return withPrefix(window, next);
                }
                int judged = run.count() == 0 ? 0 : judge(run);
                if (judged > 0) {
                    found.value(run.start(), run.end(judged));
                }
                if (judged == 0) {
                    next++;
                } else {
                    next = run.end(Math.abs(judged));
                }
            }
        }

        private void skipDigits(TextWindow window) {
            while (next < window.length() && NumberRun.isDigit(window.at(next))) {
                next++;
            }
        }

        private int withPrefix(TextWindow window, int firstDigit) {
            int start = firstDigit;
            while (firstDigit - start < 2 && (window.at(start - 1) == '+' || window.at(start - 1) == '(')) {
                start--;
            }
            return start;
        }
    }
}
