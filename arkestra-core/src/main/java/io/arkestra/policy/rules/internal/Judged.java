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

    /** Of what may come to fit, the one that is less in the way. */
    static Decision milder(Decision one, Decision other) {
        if (one.effect() == Decision.Effect.ABSTAIN || other.effect() == Decision.Effect.ABSTAIN) {
            return one.and(other);
        }
        return one.effect().compareTo(other.effect()) <= 0 ? one : other;
    }
}
