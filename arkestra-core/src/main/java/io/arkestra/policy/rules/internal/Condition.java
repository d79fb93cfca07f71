package io.arkestra.policy.rules.internal;

import io.arkestra.common.Scope;
import io.arkestra.policy.Action;

/** One key of a rule. Immutable. */
public interface Condition {
    /** As it is written in the file. */
    String key();

    /**
     * Whether an action fits.
     *
     * @param all whether everything that the call touches must fit, as it has to be for a rule that opens a door; else one thing is enough,
     *     as it is for a rule that closes one
     * @throws RuleFailure when that cannot be told
     */
    Fit test(Action action, Scope scope, boolean all);
}
