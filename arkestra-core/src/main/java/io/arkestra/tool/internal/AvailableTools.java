package io.arkestra.tool.internal;

import io.arkestra.common.Scope;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Policy;
import io.arkestra.policy.internal.PolicyChain;
import io.arkestra.tool.ToolSpec;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The tools that a call could be made of: those that the policy does not deny whatever the arguments. Thread-safe.
 *
 * @param registry knows the tools
 * @param policy judges
 */
public record AvailableTools(ToolRegistry registry, Policy policy) {
    /** Those of a scope, by name. A policy that throws leaves the tool in: the call is judged again. */
    public List<ToolSpec> in(Scope actor) {
        return registry.specs().stream()
                .filter(spec -> denial(spec, actor).isEmpty())
                .toList();
    }

    /** Why no call can be made of a tool in this scope, whatever the arguments; empty when one could be. */
    Optional<Decision> denial(ToolSpec spec, Scope actor) {
        return Optional.of(policy.decide(Action.offer(spec), actor)).filter(decision -> !offered(decision));
    }

    /** A policy that cannot do without the arguments is asked again when they are there; until then it does not hide the tool. */
    private static boolean offered(Decision decision) {
        return decision.effect() != Decision.Effect.DENY
                || Set.copyOf(decision.rules()).equals(Set.of(PolicyChain.ERROR));
    }
}
