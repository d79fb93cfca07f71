package io.arkestra.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a policy says about an action. Immutable.
 *
 * <p>Decisions combine: {@link Effect#DENY} beats {@link Effect#ASK} beats {@link Effect#ALLOW}; {@link Effect#ABSTAIN} has no weight.
 */
public final class Decision {
    /** The verdicts, weakest first. */
    public enum Effect {
        /** No opinion. */
        ABSTAIN,
        ALLOW,
        /** Only when a person agrees. */
        ASK,
        DENY
    }

    private static final Decision NO_OPINION = new Decision(Effect.ABSTAIN, List.of(), List.of());

    private final Effect effect;
    private final List<String> rules;
    private final List<String> reasons;

    private Decision(Effect effect, List<String> rules, List<String> reasons) {
        this.effect = Objects.requireNonNull(effect, "effect");
        this.rules = List.copyOf(rules);
        this.reasons = List.copyOf(reasons);
    }

    public static Decision allow(String rule, String reason) {
        return new Decision(Effect.ALLOW, List.of(rule), List.of(reason));
    }

    public static Decision ask(String rule, String reason) {
        return new Decision(Effect.ASK, List.of(rule), List.of(reason));
    }

    public static Decision deny(String rule, String reason) {
        return new Decision(Effect.DENY, List.of(rule), List.of(reason));
    }

    public static Decision abstain() {
        return NO_OPINION;
    }

    /** The stronger of the two verdicts, with the rules and reasons of those that gave it. */
    public Decision and(Decision other) {
        int order = effect.compareTo(other.effect);
        if (order != 0) {
            return order > 0 ? this : other;
        }
        List<String> allRules = new ArrayList<>(rules);
        allRules.addAll(other.rules);
        List<String> allReasons = new ArrayList<>(reasons);
        allReasons.addAll(other.reasons);
        return new Decision(effect, allRules, allReasons);
    }

    public Effect effect() {
        return effect;
    }

    /** Ids of the rules that led to it. */
    public List<String> rules() {
        return rules;
    }

    /** The same in sentences. */
    public List<String> reasons() {
        return reasons;
    }

    @Override
    public String toString() {
        return "Decision[" + effect + " " + rules + "]";
    }
}
