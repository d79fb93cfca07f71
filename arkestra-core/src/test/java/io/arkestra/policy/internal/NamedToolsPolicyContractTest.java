package io.arkestra.policy.internal;

import io.arkestra.policy.Policy;
import io.arkestra.testkit.PolicyContract;
import java.util.Set;

class NamedToolsPolicyContractTest extends PolicyContract {
    @Override
    protected Policy policy() {
        return new NamedToolsPolicy(Set.of("note.create"), Set.of("contract.known"), Set.of("contract.denied"));
    }
}
