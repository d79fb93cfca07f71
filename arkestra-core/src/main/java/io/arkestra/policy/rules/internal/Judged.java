package io.arkestra.policy.rules.internal;

import io.arkestra.policy.Decision;

/**
 * What the rules of one layer say about an action. Immutable.
 *
 * @param granted ALLOW or ASK of rules that fit everything that the call touches; ABSTAIN when there is none
 * @param possible ALLOW or ASK of rules that may come to fit; counts where nothing else grants, and only for an action that is not fully known
 * @param tightened ASK or DENY of rules that fit something that the call touches; ABSTAIN when there is none
 */
record Judged(Decision granted, Decision possible, Decision tightened) {
    /** No opinion. */
    static final Judged NOTHING = new Judged(Decision.abstain(), Decision.abstain(), Decision.abstain());
}
