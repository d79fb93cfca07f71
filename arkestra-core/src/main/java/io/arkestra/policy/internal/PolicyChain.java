package io.arkestra.policy.internal;

import io.arkestra.common.Scope;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Policy;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All policies together: deny beats ask beats allow, no opinion at all is a denial, and so is a policy that throws. Thread-safe. */
public final class PolicyChain implements Policy {
    /** Rule of the denial that stands in for a policy that failed. */
    public static final String ERROR = "policy.error";

    private static final Logger log = LoggerFactory.getLogger(PolicyChain.class);

    private final List<Policy> policies;
    /** Policies are asked about every tool in every turn: one that fails is reported once for each tool. */
    private final Set<String> reported = ConcurrentHashMap.newKeySet();

    public PolicyChain(List<Policy> policies) {
        this.policies = List.copyOf(policies);
    }

    /** What they say together; ABSTAIN when none has an opinion. */
    public Decision opinion(Action action, Scope scope) {
        Decision decision = Decision.abstain();
        for (Policy policy : policies) {
            decision = decision.and(ask(policy, action, scope));
        }
        return decision;
    }

    @Override
    public Decision decide(Action action, Scope scope) {
        Decision decision = opinion(action, scope);
        if (decision.effect() == Decision.Effect.ABSTAIN) {
            return Decision.deny("default.deny", "no rule allows '" + action.name() + "'");
        }
        return decision;
    }

    private Decision ask(Policy policy, Action action, Scope scope) {
        String name = policy instanceof RestrictingPolicy restricted
                ? restricted.found()
                : policy.getClass().getName();
        try {
            Decision decision = policy.decide(action, scope);
            return decision == null ? Decision.deny(ERROR, "policy " + name + " gave no decision") : decision;
        } catch (RuntimeException
                | LinkageError
                | StackOverflowError e) { // whatever is wrong with it, it must not allow
            if (reported.add(name + " " + action.name())) {
                log.warn(
                        "Policy {} failed on {} with {}; the action is denied",
                        name,
                        action,
                        e.getClass().getName());
            }
            log.debug("Policy {} failed on {}", name, action, e);
            return Decision.deny(ERROR, "policy " + name + " failed");
        }
    }
}
