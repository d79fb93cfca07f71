package io.arkestra.policy.rules.internal;

import io.arkestra.common.ArkestraException;

/** A rule cannot be held against an action, so that nobody knows whether it matches. */
final class RuleFailure extends ArkestraException {
    private static final long serialVersionUID = 1L;

    RuleFailure(String message) {
        super("policy.rule", message);
    }
}
