package io.arkestra.policy.rules.internal;

import io.arkestra.policy.Decision;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one layer. Immutable.
 *
 * @param layer whose
 * @param name of the file, for messages
 * @param standardOrNull what holds where no rule matches: ASK or DENY, when the file says so
 * @param rules in the order of the file, which has no meaning
 */
public record RuleSet(Layer layer, String name, Decision.@Nullable Effect standardOrNull, List<Rule> rules) {
    public RuleSet {
        rules = List.copyOf(rules);
    }

    /** No rules. */
    public static RuleSet none(Layer layer) {
        return new RuleSet(layer, "no rules", null, List.of());
    }

    Optional<Decision.Effect> standard() {
        return Optional.ofNullable(standardOrNull);
    }
}
