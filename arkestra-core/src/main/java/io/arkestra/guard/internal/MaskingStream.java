package io.arkestra.guard.internal;

import io.arkestra.guard.GuardFinding;
import io.arkestra.guard.GuardStream;
import io.arkestra.guard.scan.internal.Block;
import io.arkestra.guard.scan.internal.BlockReader;
import io.arkestra.guard.scan.internal.Recogniser;
import io.arkestra.guard.scan.internal.TextWindow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes one text block by block, lets the recognisers find what is in each, and releases it with every value replaced. Overlapping
 * values become one, named by the recogniser that comes first; what is done with it is the strictest of their actions.
 */
final class MaskingStream implements GuardStream {

    private record Value(int start, int end, int rank, String type, String rule, Action action) {}

    private static final Comparator<Value> IN_TEXT_ORDER = Comparator.comparingInt(Value::start)
            .thenComparingInt(Value::rank)
            .thenComparing(Comparator.comparingInt(Value::end).reversed());

    private final RuleSet rules;
    private final Verdicts verdicts;
    private final TextWindow window = new TextWindow();
    private final BlockReader reader;
    private final List<Value> values = new ArrayList<>();
    private final List<GuardFinding> known;
    private final List<GuardFinding> findings = new ArrayList<>();
    private StringBuilder out = new StringBuilder();
    private @Nullable GuardFinding carried;
    private int released;
    private boolean blocked;

    MaskingStream(RuleSet rules, Verdicts verdicts) {
        this(rules, verdicts, List.of());
    }

    /** @param known values that were found before, in parts when they go over several blocks */
    MaskingStream(RuleSet rules, Verdicts verdicts, List<GuardFinding> known) {
        this.known = known;
        this.rules = rules;
        this.verdicts = verdicts;
        this.reader = new BlockReader(window, rules.keywords(), rules.keyMarker());
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

    @Override
    public boolean blocked() {
        return blocked;
    }

    private void refuseIfFinished() {
        if (window.ended()) {
            throw new IllegalStateException("this guard stream is finished; expected a new stream for each text");
        }
    }

    private String advance() {
        while (reader.next()) {
            judge(reader.block());
        }
        releasePlain(reader.undecided());
        window.forgetBefore(released);
        String text = out.toString();
        out = new StringBuilder();
        return text;
    }

    private void judge(Block block) {
        values.clear();
        List<Recogniser> recognisers = rules.recognisers();
        boolean prose = block.isProse();
        for (int i = 0; i < recognisers.size(); i++) {
            if (verdicts.wants(i, prose) && recognisers.get(i).concerns(block)) {
                int rank = i;
                recognisers.get(i).find(block, (type, rule, start, end) -> add(block, rank, type, rule, start, end));
            }
        }
        for (GuardFinding entity : known) {
            add(block, recognisers.size(), entity.type(), entity.rule(), entity.start(), entity.end());
        }
        carryOn(block);
        if (!values.isEmpty()) {
            values.sort(IN_TEXT_ORDER);
            mergeAndReplace();
            GuardFinding last = findings.get(findings.size() - 1);
            carried =
                    block.cut() && last.end() == block.end() && last.type().equals(GuardSettings.SECRET) ? last : null;
        }
    }

    private void add(Block block, int rank, String type, String rule, int start, int end) {
        int from = Math.max(start, block.start());
        int to = Math.min(end, block.end());
        if (from >= to) {
            return;
        }
        Action action = verdicts.action(type, window.text(from, to));
        if (action != Action.ALLOW) {
            values.add(new Value(from, to, rank, type, rule, action));
        }
    }

    /** A secret that was longer than its block goes on to where its characters end. */
    private void carryOn(Block block) {
        GuardFinding secret = carried;
        carried = null;
        if (secret == null || !block.continued()) {
            return;
        }
        int end = block.start();
        if (secret.rule().contains("key-header")) {
            String text = window.text(block.start(), block.end());
            int closing = text.indexOf("-----END");
            end = closing < 0 ? block.end() : block.start() + closing;
        } else {
            while (end < block.end() && isTokenChar(window.at(end))) {
                end++;
            }
        }
        if (end > block.start()) {
            values.add(new Value(block.start(), end, -1, secret.type(), secret.rule(), Action.MASK));
        }
    }

    private static boolean isTokenChar(char c) {
        return Character.isLetterOrDigit(c) || "+/=_-.~%".indexOf(c) >= 0;
    }

    private void mergeAndReplace() {
        int i = 0;
        while (i < values.size()) {
            Value named = values.get(i);
            int start = named.start();
            int end = named.end();
            Action action = named.action();
            int next = i + 1;
            while (next < values.size() && values.get(next).start() < end) {
                Value other = values.get(next++);
                named = other.rank() < named.rank() ? other : named;
                end = Math.max(end, other.end());
                action = other.action().compareTo(action) > 0 ? other.action() : action;
            }
            replace(named, start, end, action);
            i = next;
        }
    }

    private void replace(Value named, int start, int end, Action action) {
        boolean continues = named.rank() < 0
                && !findings.isEmpty()
                && findings.get(findings.size() - 1).end() == start;
        if (continues) {
            GuardFinding last = findings.remove(findings.size() - 1);
            findings.add(GuardFinding.of(last.type(), last.start(), end, last.rule()));
            released = end;
            return;
        }
        releasePlain(start);
        findings.add(GuardFinding.of(named.type(), start, end, named.rule()));
        if (action == Action.BLOCK) {
            blocked = true;
        }
        if (!blocked) {
            out.append(verdicts.replacement(action, named.type(), window.text(start, end)));
        }
        released = end;
    }

    private void releasePlain(int to) {
        if (released < to) {
            if (!blocked) {
                out.append(window.text(released, to));
            }
            released = to;
        }
    }
}
