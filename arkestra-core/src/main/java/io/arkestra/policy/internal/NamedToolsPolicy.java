package io.arkestra.policy.internal;

import io.arkestra.common.Scope;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Policy;
import java.util.Set;

/** Allows the built-in tools and those that the host or the configuration names; denies those that they deny. Immutable. */
public final class NamedToolsPolicy implements Policy {
    private final Set<String> builtIn;
    private final Set<String> allowed;
    private final Set<String> denied;

    public NamedToolsPolicy(Set<String> builtIn, Set<String> allowed, Set<String> denied) {
        this.builtIn = Set.copyOf(builtIn);
        this.allowed = Set.copyOf(allowed);
        this.denied = Set.copyOf(denied);
    }

    @Override
    public Decision decide(Action action, Scope scope) {
        String tool = action.name();
        if (!action.kind().equals("tool.call")) {
            return Decision.abstain();
        }
        if (denied.contains(tool)) {
            return Decision.deny("host.deny:" + tool, "'" + tool + "' is denied by the host");
        }
        if (allowed.contains(tool)) {
            return Decision.allow("host.allow:" + tool, "'" + tool + "' is allowed by the host");
        }
        if (builtIn.contains(tool)) {
            return Decision.allow(
                    "builtin.allow:" + tool, "'" + tool + "' is built in and changes only the user's own data");
        }
        return Decision.abstain();
    }
}
