package io.arkestra.policy.rules.internal;

import io.arkestra.common.Scope;
import io.arkestra.policy.Action;
import java.util.ArrayList;
import java.util.List;

/**
 * How the rules of all layers stand towards an action. Immutable.
 *
 * @param matched rules that fit some of what the call touches
 * @param near rules about the tool that do not fit for one key
 */
public record RuleTrace(List<Rule> matched, List<Near> near) {
    private static final int MOST_NEAR = 20;

    /** A rule that does not fit for one key. */
    public record Near(Rule rule, String failed) {}

    public RuleTrace {
        matched = List.copyOf(matched);
        near = List.copyOf(near);
    }

    /** Holds every rule against an action. */
    public static RuleTrace of(List<RuleIndex> layers, Action action, Scope scope) {
        List<Rule> matched = new ArrayList<>();
        List<Near> near = new ArrayList<>();
        for (RuleIndex index : layers) {
            for (Rule rule : index.rules().rules()) {
                List<String> failed = failed(rule, action, scope);
                if (failed.isEmpty()) {
                    matched.add(rule);
                } else if (failed.size() == 1 && near.size() < MOST_NEAR) {
                    near.add(new Near(rule, failed.get(0)));
                }
            }
        }
        return new RuleTrace(matched, near);
    }

    private static List<String> failed(Rule rule, Action action, Scope scope) {
        List<String> failed = new ArrayList<>();
        boolean named = rule.tools().isEmpty()
                || rule.tools().stream().anyMatch(pattern -> NamePattern.matches(pattern, action.name()));
        boolean capable =
                rule.capabilities().isEmpty() || action.capabilities().stream().anyMatch(rule.capabilities()::contains);
        if (!named) {
            failed.add("tool");
        }
        if (!capable) {
            failed.add("capability");
        }
        if (!named && rule.conditions().isEmpty() && rule.capabilities().isEmpty()) {
            failed.add("tool"); // a rule about another tool alone is not near
        }
        for (Condition condition : rule.conditions()) {
            try {
                if (condition.test(action, scope, false) == Fit.NO) {
                    failed.add(condition.key());
                }
            } catch (RuleFailure e) {
                failed.add(condition.key() + " (" + e.getMessage() + ")");
            }
        }
        return failed;
    }
}
