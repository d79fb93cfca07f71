package io.arkestra.policy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

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

    /** Obligation: a person sees all arguments, whole. */
    public static final String SHOW_FULL_ARGUMENTS = "show_full_args";
    /** Obligation: the answer is not remembered, and no remembered one counts. */
    public static final String NO_REMEMBER = "no_remember";

    private static final Decision NO_OPINION =
            new Decision(Effect.ABSTAIN, List.of(), List.of(), Set.of(), null, Risk.NONE);

    private final Effect effect;
    private final List<String> rules;
    private final List<String> reasons;
    private final Set<String> obligations;
    private final @Nullable Remember remember;
    private final Risk risk;

    private Decision(
            Effect effect,
            List<String> rules,
            List<String> reasons,
            Set<String> obligations,
            @Nullable Remember remember,
            Risk risk) {
        this.effect = Objects.requireNonNull(effect, "effect");
        this.rules = List.copyOf(rules);
        this.reasons = List.copyOf(reasons);
        this.obligations = Collections.unmodifiableSet(new TreeSet<>(obligations));
        this.remember = remember;
        this.risk = risk;
    }

    public static Decision allow(String rule, String reason) {
        return new Decision(Effect.ALLOW, List.of(rule), List.of(reason), Set.of(), null, Risk.NONE);
    }

    public static Decision ask(String rule, String reason) {
        return new Decision(Effect.ASK, List.of(rule), List.of(reason), Set.of(), null, Risk.NONE);
    }

    public static Decision deny(String rule, String reason) {
        return new Decision(Effect.DENY, List.of(rule), List.of(reason), Set.of(), null, Risk.NONE);
    }

    public static Decision abstain() {
        return NO_OPINION;
    }

    /** The same with an obligation: what whoever carries it out has to keep to. */
    public Decision withObligation(String obligation) {
        Set<String> all = new TreeSet<>(obligations);
        all.add(obligation);
        return new Decision(effect, rules, reasons, all, remember, risk);
    }

    /** The same; how far an approval may be remembered. */
    public Decision withRemember(Remember value) {
        return new Decision(effect, rules, reasons, obligations, value, risk);
    }

    /** The same with how risky the action is. */
    public Decision withRisk(Risk value) {
        return new Decision(effect, rules, reasons, obligations, remember, value);
    }

    /**
     * The stronger of the two verdicts, with the rules and reasons of those that gave it. Obligations of both hold as far as they are not
     * weaker verdicts; an approval may be remembered only where each that asks says so, the shorter and narrower of the two.
     */
    public Decision and(Decision other) {
        if (other == NO_OPINION) {
            return this;
        }
        if (this == NO_OPINION) {
            return other;
        }
        int order = effect.compareTo(other.effect);
        if (order != 0) {
            Decision stronger = order > 0 ? this : other;
            Decision weaker = order > 0 ? other : this;
            Set<String> both = new TreeSet<>(stronger.obligations);
            both.addAll(weaker.obligations);
            return new Decision(
                    stronger.effect,
                    stronger.rules,
                    stronger.reasons,
                    both,
                    stronger.remember,
                    riskier(stronger, weaker));
        }
        List<String> allRules = new ArrayList<>(rules);
        allRules.addAll(other.rules);
        List<String> allReasons = new ArrayList<>(reasons);
        allReasons.addAll(other.reasons);
        Set<String> both = new TreeSet<>(obligations);
        both.addAll(other.obligations);
        return new Decision(effect, allRules, allReasons, both, narrower(other), riskier(this, other));
    }

    private @Nullable Remember narrower(Decision other) {
        if (remember == null || other.remember == null) {
            return null;
        }
        List<String> bind = new ArrayList<>(remember.bind());
        other.remember.bind().stream().filter(name -> !bind.contains(name)).forEach(bind::add);
        return new Remember(
                remember.scope().compareTo(other.remember.scope()) < 0 ? remember.scope() : other.remember.scope(),
                remember.max().compareTo(other.remember.max()) < 0 ? remember.max() : other.remember.max(),
                bind);
    }

    private static Risk riskier(Decision one, Decision other) {
        return one.risk.score() >= other.risk.score() ? one.risk : other.risk;
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

    /** What whoever carries it out has to keep to, for example {@link #NO_REMEMBER}; sorted. */
    public Set<String> obligations() {
        return obligations;
    }

    /** For {@link Effect#ASK}: how far an approval may be remembered; empty: not at all. */
    public Optional<Remember> remember() {
        return Optional.ofNullable(remember);
    }

    /** How risky the action is, as the engine counts. */
    public Risk risk() {
        return risk;
    }

    @Override
    public String toString() {
        return "Decision[" + effect + " " + rules + "]";
    }
}
