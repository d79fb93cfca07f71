package io.arkestra.policy.internal;

import io.arkestra.common.Scope;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Policy;
import io.arkestra.tool.ToolSpec;

/** Denies tools that need the network while the host has switched it off ({@code tools.network}). Immutable. */
public final class NetworkSwitchPolicy implements Policy {
    private final boolean network;

    public NetworkSwitchPolicy(boolean network) {
        this.network = network;
    }

    @Override
    public Decision decide(Action action, Scope scope) {
        return !network && action.tool().filter(ToolSpec::networked).isPresent()
                ? Decision.deny("tools.network", "tools may not use the network (tools.network)")
                : Decision.abstain();
    }
}
