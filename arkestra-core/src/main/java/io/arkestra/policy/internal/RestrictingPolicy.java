package io.arkestra.policy.internal;

import io.arkestra.common.Scope;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Policy;
import java.util.Objects;

/**
 * A policy that was found on the class path: it may ask or deny, but what it allows counts as no opinion. Otherwise a jar could bring a
 * tool and the permission for it, and gain powers by lying on the class path. Immutable.
 */
public final class RestrictingPolicy implements Policy {
    private final Policy policy;

    public RestrictingPolicy(Policy policy) {
        this.policy = Objects.requireNonNull(policy, "policy");
    }

    /** The class of the policy that was found, for messages. */
    String found() {
        return policy.getClass().getName();
    }

    @Override
    public Decision decide(Action action, Scope scope) {
        Decision decision = policy.decide(action, scope);
        // One that gives nothing is dealt with where policies come together.
        return decision != null && decision.effect() == Decision.Effect.ALLOW ? Decision.abstain() : decision;
    }

    @Override
    public String toString() {
        return policy.toString();
    }
}
