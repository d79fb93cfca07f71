package io.arkestra.policy.rules.internal;

import io.arkestra.common.Scope;
import io.arkestra.policy.Action;
import io.arkestra.tool.Target;
import java.util.List;
import java.util.function.Predicate;

/** A condition about what a call would touch, as the tool resolved it. Immutable. */
record TargetCondition(String key, List<Predicate<String>> patterns) implements Condition {
    TargetCondition {
        patterns = List.copyOf(patterns);
    }

    @Override
    public Fit test(Action action, Scope scope, boolean all) {
        if (!action.unknown().isEmpty()) {
            return Fit.MAYBE;
        }
        boolean any = false;
        boolean every = true;
        for (Target target : action.targets()) {
            if (target.kind().equals(key)) {
                boolean fits = false;
                for (Predicate<String> pattern : patterns) {
                    fits |= pattern.test(target.value());
                }
                any |= fits;
                every &= fits;
            }
        }
        return Fit.of(all ? any && every : any);
    }
}
