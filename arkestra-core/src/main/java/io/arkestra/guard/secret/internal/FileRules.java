package io.arkestra.guard.secret.internal;

import io.arkestra.guard.scan.internal.Block;
import io.arkestra.guard.scan.internal.KeywordHits;
import io.arkestra.guard.scan.internal.Recogniser;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/** Runs the rules of the rule file, each only where one of its keywords stands in the block or shortly before it. */
final class FileRules implements Recogniser {

    private static final int MIN_SECRET = 10;

    /** How far a keyword may stand before the value that it names. */
    private static final int ASSIGNMENT_REACH = 64;

    private static final int HEAD = 24;

    private final RuleFile file = RuleFile.shipped();
    private final Map<Integer, int[]> rulesOfKeyword = new HashMap<>();

    /** @param number gives a keyword its number */
    FileRules(ToIntFunction<String> number) {
        Map<Integer, List<Integer>> rules = new HashMap<>();
        for (int rule = 0; rule < file.rules().size(); rule++) {
            for (String keyword : file.rules().get(rule).keywords()) {
                rules.computeIfAbsent(number.applyAsInt(keyword), key -> new ArrayList<>())
                        .add(rule);
            }
        }
        rules.forEach((keyword, list) -> rulesOfKeyword.put(
                keyword, list.stream().mapToInt(Integer::intValue).toArray()));
    }

    @Override
    public List<String> types() {
        return List.of("SECRET");
    }

    @Override
    public boolean concerns(Block block) {
        return block.hits().size() > 0 && block.length() >= MIN_SECRET && !block.isProse();
    }

    @Override
    public void find(Block block, Found found) {
        KeywordHits hits = block.hits();
        BitSet done = new BitSet();
        String text = "";
        int left = block.left();
        for (int hit = 0; hit < hits.size(); hit++) {
            int[] rules = rulesOfKeyword.get(hits.keyword(hit));
            if (rules == null) {
                continue;
            }
            for (int number : rules) {
                SecretRule rule = file.rules().get(number);
                boolean tooFar = rule.assignment() && hits.end(hit) < block.start() - ASSIGNMENT_REACH;
                if (tooFar || done.get(number)) {
                    continue;
                }
                done.set(number);
                text = text.isEmpty() ? block.text().text(left, block.limit()) : text;
                int from = rule.assignment() ? Math.max(0, hits.end(hit) - left - HEAD) : 0;
                rule.find(
                        text,
                        from,
                        file.allowed(),
                        (start, end) -> report(block, rule, left + start, left + end, found));
            }
        }
    }

    private static void report(Block block, SecretRule rule, int start, int end, Found found) {
        if (end > block.start() && start < block.end()) {
            found.value("SECRET", rule.id(), Math.max(start, block.start()), Math.min(end, block.end()));
        }
    }
}
