package io.arkestra.guard.internal;

import io.arkestra.guard.GuardFinding;
import io.arkestra.guard.GuardStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Runs the scans of all rules over one text and releases what they agree on. Overlapping values become one, named after the one that
 * starts first (then the longer one, then the earlier rule), so the result does not depend on when each was found.
 */
final class MaskingStream implements GuardStream {

    private record Value(int start, int end, int ruleIndex) {}

    private static final Comparator<Value> IN_TEXT_ORDER = Comparator.comparingInt(Value::start)
            .thenComparing(Comparator.comparingInt(Value::end).reversed())
            .thenComparingInt(Value::ruleIndex);

    private final List<GuardRule> rules;
    private final List<GuardRule.Scan> scans;
    private final String mask;
    private final TextWindow window = new TextWindow();
    private final List<Value> waiting = new ArrayList<>();
    private final List<GuardFinding> findings = new ArrayList<>();
    private int released;
    private int maskedTo;

    MaskingStream(List<GuardRule> rules, String mask) {
        this.rules = rules;
        this.scans = rules.stream().map(GuardRule::scan).toList();
        this.mask = mask;
    }

    @Override
    public String push(String chunk) {
        refuseIfFinished();
        window.append(chunk);
        return advance();
    }

    @Override
    public String finish() {
        refuseIfFinished();
        window.end();
        return advance();
    }

    @Override
    public List<GuardFinding> findings() {
        return List.copyOf(findings);
    }

    private void refuseIfFinished() {
        if (window.ended()) {
            throw new IllegalStateException("this guard stream is finished; expected a new stream for each text");
        }
    }

    private String advance() {
        int cut = window.length();
        if (!window.ended() && cut > released && Character.isHighSurrogate(window.at(cut - 1))) {
            cut--;
        }
        for (int i = 0; i < scans.size(); i++) {
            int ruleIndex = i;
            int undecided = scans.get(i).advance(window, (start, end) -> waiting.add(new Value(start, end, ruleIndex)));
            cut = window.ended() ? cut : Math.min(cut, undecided);
        }
        String text = release(Math.max(cut, released));
        window.forgetBefore(released);
        return text;
    }

    private String release(int cut) {
        if (cut == released) {
            return "";
        }
        waiting.sort(IN_TEXT_ORDER);
        StringBuilder out = new StringBuilder(cut - released);
        int taken = 0;
        while (taken < waiting.size() && waiting.get(taken).start() < cut) {
            mask(waiting.get(taken), out);
            taken++;
        }
        waiting.subList(0, taken).clear();
        releasePlain(cut, out);
        released = cut;
        return out.toString();
    }

    private void mask(Value value, StringBuilder out) {
        if (value.start() < maskedTo) {
            if (value.end() > maskedTo) {
                maskedTo = value.end();
                GuardFinding last = findings.get(findings.size() - 1);
                findings.set(findings.size() - 1, GuardFinding.of(last.type(), last.start(), value.end(), last.rule()));
            }
            return;
        }
        releasePlain(value.start(), out);
        released = value.start();
        out.append(mask);
        maskedTo = value.end();
        GuardRule rule = rules.get(value.ruleIndex());
        findings.add(GuardFinding.of(rule.type(), value.start(), value.end(), rule.id()));
    }

    private void releasePlain(int to, StringBuilder out) {
        int from = Math.max(released, maskedTo);
        if (from < to) {
            out.append(window.text(from, to));
        }
    }
}
