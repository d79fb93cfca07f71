package io.arkestra.policy.rules.internal;

import io.arkestra.common.Scope;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The rules of one layer, found by the tool that a call is of, so that a decision costs as much as the rules about that tool and not as much
 * as all rules. What rules a tool has is found out when it is called first. Thread-safe.
 */
public final class RuleIndex {
    /** Rule of the denial that stands in for a rule that could not be judged. */
    static final String FAILED = "rule.error";

    private static final String KIND = "tool.call";
    private static final int MOST_TOOLS = 10_000;

    /** A rule with what it decides. */
    private record Entry(Rule rule, Decision decision) {}

    /** The rules about a tool that needs these capabilities. */
    private record Found(Set<String> capabilities, List<Entry> rules) {}

    private final RuleSet rules;
    private final Map<String, List<Entry>> exact = new HashMap<>();
    private final List<Entry> others = new ArrayList<>();
    private final Map<String, Found> tools = new ConcurrentHashMap<>();

    public RuleIndex(RuleSet rules) {
        this.rules = rules;
        for (Rule rule : rules.rules()) {
            Entry entry = new Entry(rule, rule.decision());
            boolean named =
                    !rule.tools().isEmpty() && rule.tools().stream().allMatch(name -> new NamePattern(name).exact());
            if (named) {
                Set.copyOf(rule.tools())
                        .forEach(name -> exact.computeIfAbsent(name, key -> new ArrayList<>())
                                .add(entry));
            } else {
                others.add(entry);
            }
        }
    }

    /** What it is made of. */
    public RuleSet rules() {
        return rules;
    }

    /** How many rules have to be looked at for a tool. */
    int candidates(String tool, Set<String> capabilities) {
        return found(tool, capabilities).size();
    }

    private List<Entry> found(String tool, Set<String> capabilities) {
        Found known = tools.get(tool);
        if (known == null || !known.capabilities().equals(capabilities)) {
            List<Entry> rulesOfTool = new ArrayList<>();
            for (Entry entry : exact.getOrDefault(tool, List.of())) {
                if (entry.rule().concerns(tool, capabilities)) {
                    rulesOfTool.add(entry);
                }
            }
            for (Entry entry : others) {
                if (entry.rule().concerns(tool, capabilities)) {
                    rulesOfTool.add(entry);
                }
            }
            if (tools.size() >= MOST_TOOLS) {
                tools.clear();
            }
            known = new Found(capabilities, List.copyOf(rulesOfTool));
            tools.put(tool, known);
        }
        return known.rules();
    }

    /** What the rules say; nothing about anything but calls of tools. */
    Judged judge(Action action, Scope scope, View view) {
        if (!action.kind().equals(KIND)) {
            return Judged.NOTHING;
        }
        Sum sum = new Sum(view);
        for (Entry entry : found(action.name(), action.capabilities())) {
            Rule rule = entry.rule();
            try {
                // A rule that only closes is never asked for everything, one that only opens never for a part.
                Fit all = rule.effect() == Decision.Effect.DENY ? Fit.NO : rule.fit(action, scope, true);
                Fit any =
                        rule.effect() == Decision.Effect.ALLOW || all == Fit.YES ? all : rule.fit(action, scope, false);
                if (any != Fit.NO) {
                    sum.add(entry.decision(), any, all);
                }
            } catch (RuntimeException e) { // whatever is wrong with it, it must not open a door
                String why =
                        e instanceof RuleFailure ? e.getMessage() : e.getClass().getSimpleName();
                sum.deny(Decision.deny(
                        FAILED, "rule '" + rule.id() + "' (" + rule.place() + ") cannot be judged: " + why));
            }
        }
        return sum.judged();
    }

    /** Adds up what rules say, without regard to their order. */
    private static final class Sum {
        private final View view;
        private Decision granted = Decision.abstain();
        private Decision possible = Decision.abstain();
        private Decision tightened = Decision.abstain();

        Sum(View view) {
            this.view = view;
        }

        void add(Decision decision, Fit any, Fit all) {
            boolean mild = view == View.MILDEST;
            boolean opens = decision.effect() != Decision.Effect.DENY;
            if (opens && all == Fit.YES) {
                granted = granted.and(decision);
            } else if (opens && all == Fit.MAYBE && mild) {
                possible = Judged.milder(possible, decision);
            }
            boolean closes = decision.effect() != Decision.Effect.ALLOW && !(opens && all == Fit.YES);
            if (closes && (any == Fit.YES || any == Fit.MAYBE && !mild)) {
                tightened = tightened.and(decision);
            }
        }

        void deny(Decision decision) {
            tightened = tightened.and(decision);
        }

        Judged judged() {
            return new Judged(granted, possible, tightened);
        }
    }
}
