package io.arkestra.policy.internal;

import io.arkestra.common.Scope;
import io.arkestra.common.Taint;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Gate;
import io.arkestra.policy.Policy;
import io.arkestra.policy.Trust;
import io.arkestra.provenance.internal.Effects;
import io.arkestra.tool.ToolSpec;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The gates: ask where untrusted words may have led to a call. Never allows. Immutable. */
public final class GatePolicy implements Policy {
    /** What ids of rules of gates begin with. */
    public static final String PREFIX = "gate.";

    private static final int SHOWN = 5;

    private final Set<Gate> gates;

    public GatePolicy(Set<Gate> gates) {
        EnumSet<Gate> copy = EnumSet.noneOf(Gate.class);
        copy.addAll(gates);
        this.gates = copy;
    }

    /** Id of the rule of a gate, as decisions name it. */
    public static String rule(Gate gate) {
        return PREFIX + gate.word();
    }

    @Override
    public Decision decide(Action action, Scope scope) {
        Optional<ToolSpec> tool = action.tool();
        if (tool.isEmpty()) {
            return Decision.abstain();
        }
        boolean changes = Effects.changes(tool.get());
        boolean tainted = !action.taints().isEmpty();
        boolean undirected = action.offPlan() || !action.untrustedValues().isEmpty();
        Decision decision = Decision.abstain();
        if (changes && tainted && action.privateRead()) {
            if (gates.contains(Gate.STRICT_RULE_OF_TWO)) {
                decision = decision.and(two(Gate.STRICT_RULE_OF_TWO, action));
            } else if (gates.contains(Gate.RULE_OF_TWO) && undirected) {
                decision = decision.and(two(Gate.RULE_OF_TWO, action));
            }
        }
        if (gates.contains(Gate.DESTINATION) && !action.untrustedValues().isEmpty()) {
            decision = decision.and(ask(
                    Gate.DESTINATION,
                    "it goes to " + values(action) + ", which comes from an untrusted source alone: "
                            + "the user has not named it and the address book does not know it"));
        }
        if (gates.contains(Gate.PLAN_LOCK) && (changes || Effects.stands(tool.get())) && action.offPlan()) {
            decision = decision.and(
                    ask(Gate.PLAN_LOCK, "it was not planned before words from " + sources(action) + " were read"));
        }
        if (gates.contains(Gate.UNKNOWN_TOOLS) && changes && action.trust() == Trust.UNKNOWN) {
            decision = decision.and(
                    ask(Gate.UNKNOWN_TOOLS, "nobody vouches for '" + action.name() + "', which has effects"));
        }
        return decision;
    }

    private static Decision two(Gate gate, Action action) {
        return ask(
                        gate,
                        "words from " + sources(action)
                                + " were read, private data too, and it changes something outside")
                .withObligation(Decision.NO_REMEMBER);
    }

    private static Decision ask(Gate gate, String reason) {
        return Decision.ask(rule(gate), reason).withObligation(Decision.SHOW_FULL_ARGUMENTS);
    }

    private static String values(Action action) {
        String shown = action.untrustedValues().stream()
                .limit(SHOWN)
                .map(value -> "'" + (value.length() <= 120 ? value : value.substring(0, 120) + "…") + "'")
                .collect(Collectors.joining(", "));
        int more = action.untrustedValues().size() - SHOWN;
        return more > 0 ? shown + " and " + more + " more" : shown;
    }

    private static String sources(Action action) {
        String shown =
                action.taints().stream().limit(SHOWN).map(Taint::toString).collect(Collectors.joining(", "));
        int more = action.taints().size() - SHOWN;
        return more > 0 ? shown + " and " + more + " more" : shown;
    }
}
