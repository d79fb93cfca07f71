package io.arkestra.policy.rules.internal;

import io.arkestra.policy.Action;
import io.arkestra.policy.Policy;
import io.arkestra.testkit.PolicyContract;
import java.util.List;

class LayeredPolicyContractTest extends PolicyContract {
    private final RuleSet rules = Judging.host(
            "{ id: work, match: { tool: contract.*, path: \"/work/**\" }, effect: allow }",
            "{ id: git, match: { path: \"**/.git/**\" }, effect: deny }",
            "{ id: send, match: { capability: net.send }, when: { taint: { any: \"*\" } }, effect: ask,"
                    + " obligations: [no_remember] }",
            "{ id: to, match: { args: { \"to[*]\": { regex: \".*@evil\\\\..*\" } } }, effect: deny }",
            "{ id: night, match: { tool: contract.known, time: { hours: \"22:00-06:00\" } }, effect: ask }",
            "{ id: often, match: { tool: contract.known, rate: { over: 100, per: 1h } }, effect: deny }");

    @Override
    protected Policy policy() {
        return new LayeredPolicy(List.of(), List.of(), Layers.fixed(rules));
    }

    @Override
    protected List<Action> actions() {
        return List.of(
                Judging.call("contract.known"),
                Judging.touching("path", "/work/a"),
                Judging.touching("path", "/work/.git/config"));
    }
}
