package io.arkestra;

import io.arkestra.policy.Gate;
import io.arkestra.policy.Policy;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What may happen besides the built-in tools. Used inside {@link ArkestraBuilder#policy}. */
public final class PolicyConfig {
    private final Set<String> allowed = new LinkedHashSet<>();
    private final Set<String> denied = new LinkedHashSet<>();
    private final List<Policy> policies = new ArrayList<>();
    private @Nullable Set<Gate> gates;

    PolicyConfig() {}

    /** Allows tools by name. */
    public PolicyConfig allow(String... tools) {
        allowed.addAll(List.of(tools));
        return this;
    }

    /** Denies tools by name, built-in ones too; beats every allowance. */
    public PolicyConfig deny(String... tools) {
        denied.addAll(List.of(tools));
        return this;
    }

    /** Adds a policy. It composes with the others: deny beats ask beats allow. */
    public PolicyConfig add(Policy policy) {
        policies.add(Objects.requireNonNull(policy, "policy"));
        return this;
    }

    /** The built-in gates that stand, in the place of {@link Gate#standard()}; none switches all of them off. */
    public PolicyConfig gates(Gate... standing) {
        gates = Set.of(standing);
        return this;
    }

    Optional<Set<Gate>> gates() {
        return Optional.ofNullable(gates);
    }

    Set<String> allowed() {
        return allowed;
    }

    Set<String> denied() {
        return denied;
    }

    List<Policy> policies() {
        return policies;
    }
}
