package io.arkestra.policy.rules.internal;

import io.arkestra.common.Scope;
import java.util.List;

/** The rules that hold for a scope. Thread-safe. */
@FunctionalInterface
public interface Layers {
    /** One index for each layer that has rules there, the host's first. */
    List<RuleIndex> of(Scope scope);

    /** Always the same. */
    static Layers fixed(RuleSet... sets) {
        List<RuleIndex> indexes =
                java.util.Arrays.stream(sets).map(RuleIndex::new).toList();
        return scope -> indexes;
    }
}
