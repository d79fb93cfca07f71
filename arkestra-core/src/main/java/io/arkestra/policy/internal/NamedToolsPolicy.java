package io.arkestra.policy.internal;

import io.arkestra.common.Scope;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Policy;
import java.util.Set;

/** Allows the built-in tools, but for those that destroy, which have to be asked for, and those that the host or the configuration names; denies those that they deny. Immutable. */
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
            if (isDestructive(action)) {
                return Decision.ask("builtin.ask:" + tool, "'" + tool + "' takes away much of what is kept, for good")
                        .withObligation(Decision.NO_REMEMBER);
            }
            return Decision.allow(
                    "builtin.allow:" + tool, "'" + tool + "' is built in and changes only the user's own data");
        }
        return Decision.abstain();
    }

    /** What cannot be undone, or is more than a person means who asks for one thing; told by the arguments when there are any. */
    private static boolean isDestructive(Action action) {
        return switch (action.name()) {
            case "memory.reset" -> true;
            case "memory.forget" -> action.arguments().list("ids").size() > 1;
            default -> false;
        };
    }
}
