package io.arkestra.policy.rules.internal;

import io.arkestra.common.Scope;
import io.arkestra.policy.Action;

/** A condition about one fact. Immutable. */
record FactCondition(String key, Test test) implements Condition {
    /** Looks at the fact. */
    interface Test {
        Fit fit(Action action, Scope scope, boolean all);
    }

    @Override
    public Fit test(Action action, Scope scope, boolean all) {
        return test.fit(action, scope, all);
    }
}
