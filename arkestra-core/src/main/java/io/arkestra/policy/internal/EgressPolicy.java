package io.arkestra.policy.internal;

import io.arkestra.common.Scope;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Policy;

/** Lets prompts leave the machine when the host switched that on; other policies may still forbid it. Immutable. */
public final class EgressPolicy implements Policy {
    private static final String KIND = "llm.egress";

    private final boolean open;

    public EgressPolicy(boolean open) {
        this.open = open;
    }

    @Override
    public Decision decide(Action action, Scope scope) {
        return open && action.kind().equals(KIND)
                ? Decision.allow("host.egress", "the host lets prompts go to models elsewhere")
                : Decision.abstain();
    }
}
