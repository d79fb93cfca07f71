package io.arkestra.policy.rules.internal;

import io.arkestra.common.Scope;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Remember;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One rule. Immutable.
 *
 * @param id unique in its file
 * @param layer whose
 * @param place file, line and column
 * @param line line in the file
 * @param tools patterns of names of tools, or empty for any tool
 * @param capabilities one of them, or empty for any
 * @param conditions what must hold besides
 * @param effect ALLOW, ASK or DENY
 * @param rememberOrNull for ASK: how far an answer may be remembered
 * @param obligations words of {@link Decision#obligations()}
 */
public record Rule(
        String id,
        Layer layer,
        String place,
        int line,
        List<String> tools,
        Set<String> capabilities,
        List<Condition> conditions,
        Decision.Effect effect,
        @Nullable Remember rememberOrNull,
        Set<String> obligations) {
    public Rule {
        tools = List.copyOf(tools);
        capabilities = Set.copyOf(capabilities);
        conditions = List.copyOf(conditions);
        obligations = Set.copyOf(obligations);
    }

    Optional<Remember> remember() {
        return Optional.ofNullable(rememberOrNull);
    }

    /** Whether it is about this tool at all, whatever the call says. */
    boolean concerns(String tool, Set<String> needed) {
        boolean named = tools.isEmpty();
        for (String pattern : tools) {
            named |= NamePattern.matches(pattern, tool);
        }
        return named && (capabilities.isEmpty() || needed.stream().anyMatch(capabilities::contains));
    }

    /**
     * Whether an action of a tool that it is about fits.
     *
     * @throws RuleFailure when that cannot be told
     */
    Fit fit(Action action, Scope scope, boolean all) {
        if (all && !capabilities.isEmpty() && !capabilities.containsAll(action.capabilities())) {
            return Fit.NO;
        }
        Fit fit = Fit.YES;
        RuleFailure failure = null;
        for (Condition condition : conditions) {
            Fit one;
            try {
                one = condition.test(action, scope, all);
            } catch (RuleFailure e) {
                failure = e;
                continue;
            }
            if (one == Fit.NO) {
                return Fit.NO;
            }
            fit = fit.and(one);
        }
        if (failure != null) {
            throw failure;
        }
        return fit;
    }

    /** What it decides, in its own words. */
    Decision decision() {
        String name = layer.word() + ":" + id;
        String reason = "rule '" + id + "' of the " + layer.word() + " (" + place + ") says "
                + effect.name().toLowerCase(java.util.Locale.ROOT);
        Decision decision = switch (effect) {
            case ALLOW -> Decision.allow(name, reason);
            case ASK -> Decision.ask(name, reason);
            default -> Decision.deny(name, reason);
        };
        for (String obligation : obligations) {
            decision = decision.withObligation(obligation);
        }
        return rememberOrNull == null ? decision : decision.withRemember(rememberOrNull);
    }
}
