package io.arkestra.policy.rules.internal;

import io.arkestra.common.Scope;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Decision.Effect;
import io.arkestra.policy.Policy;
import io.arkestra.policy.internal.PolicyChain;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Everything that has a say: the host's policies and rules open doors, the most restrictive of them wins; what others say only closes them.
 * What nobody opened stays shut. Thread-safe.
 */
public final class LayeredPolicy implements Policy {
    private static final String STANDARD = "default.";

    private final PolicyChain host;
    private final PolicyChain found;
    private final Layers layers;

    /**
     * @param host policies of the host
     * @param found policies that were found: they only close doors
     * @param layers rules of all layers
     */
    public LayeredPolicy(List<Policy> host, List<Policy> found, Layers layers) {
        this.host = new PolicyChain(host);
        this.found = new PolicyChain(found);
        this.layers = layers;
    }

    /** The same policies with other rules: to try rules out. */
    public LayeredPolicy with(Layers others) {
        return new LayeredPolicy(host, found, others);
    }

    private LayeredPolicy(PolicyChain host, PolicyChain found, Layers layers) {
        this.host = host;
        this.found = found;
        this.layers = layers;
    }

    @Override
    public Decision decide(Action action, Scope scope) {
        return decide(action, scope, View.MILDEST);
    }

    /** The verdict that an action may come to, seen in one way. */
    public Decision decide(Action action, Scope scope, View view) {
        Decision opened = host.opinion(action, scope);
        Decision closed = found.opinion(action, scope);
        Decision possible = Decision.abstain();
        List<Decision> standards = new ArrayList<>();
        for (RuleIndex index : layers.of(scope)) {
            Judged judged = index.judge(action, scope, view);
            Optional<Decision> standard = standard(index, judged, action);
            if (index.rules().layer() == Layer.HOST) {
                opened = opened.and(judged.granted());
                possible = Judged.milder(possible, judged.possible());
                standard.filter(decision -> decision.effect() == Effect.ASK).ifPresent(standards::add);
            } else {
                closed = standard.map(closed::and).orElse(closed);
                if (judged.granted().effect() == Effect.ASK) {
                    closed = closed.and(judged.granted());
                }
            }
            closed = closed.and(judged.tightened());
        }
        if (opened.effect() == Effect.ABSTAIN) {
            opened = possible;
        }
        if (opened.effect() == Effect.ABSTAIN && closed.effect() == Effect.DENY) {
            return closed.withRisk(action.risk()); // that tells more than that nothing allows it
        }
        if (opened.effect() == Effect.ABSTAIN) {
            opened = standards.isEmpty() ? nothing(action) : standards.get(0);
        }
        return opened.and(closed).withRisk(action.risk());
    }

    private static Decision nothing(Action action) {
        return Decision.deny("default.deny", "no rule allows '" + action.name() + "'");
    }

    /** What a layer says when none of its rules lets the call through, if it says something then. */
    private static Optional<Decision> standard(RuleIndex index, Judged judged, Action action) {
        boolean unmatched = judged.granted().effect() == Effect.ABSTAIN
                && judged.possible().effect() == Effect.ABSTAIN
                && action.kind().equals("tool.call");
        return unmatched ? index.rules().standard().map(effect -> standard(effect, index, action)) : Optional.empty();
    }

    private static Decision standard(Effect effect, RuleIndex index, Action action) {
        String word = effect.name().toLowerCase(Locale.ROOT);
        String layer = index.rules().layer().word();
        String reason = "no rule of the " + layer + " (" + index.rules().name() + ") matches '" + action.name()
                + "', and what it does not match is " + (effect == Effect.ASK ? "asked about" : "denied");
        String rule = STANDARD + layer + "." + word;
        return effect == Effect.ASK ? Decision.ask(rule, reason) : Decision.deny(rule, reason);
    }
}
