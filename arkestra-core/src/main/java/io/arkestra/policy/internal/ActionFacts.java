package io.arkestra.policy.internal;

import io.arkestra.common.Scope;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Policy;
import io.arkestra.policy.Risk;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Optional;
import java.util.function.Function;

/** Fills in what a decision about a call depends on besides the call: the time, earlier calls, the risk. Thread-safe. */
public final class ActionFacts {
    private final CallHistory history;
    private final Function<Scope, Optional<Path>> project;
    private final Clock clock;

    /** @param project directory of the project of a scope, with links resolved */
    public ActionFacts(CallHistory history, Function<Scope, Optional<Path>> project, Clock clock) {
        this.history = history;
        this.project = project;
        this.clock = clock;
    }

    /** The same action with time and risk; nothing is counted. For calls that are not made. */
    public Action looked(Action action, Scope scope, ZoneId zone) {
        return rated(
                action.toBuilder()
                        .calls(history.counts(scope.user(), action.name()))
                        .firstUse(history.firstUse(scope.user(), action.name()))
                        .at(clock.instant().atZone(zone))
                        .build(),
                scope);
    }

    /** The same action with the risk that its facts make. */
    public Action rated(Action action, Scope scope) {
        return action.toBuilder()
                .risk(RiskModel.of(action, project.apply(scope)))
                .build();
    }

    /**
     * Decides about a call that is made when it may be: it counts from now on, unless it is denied. One that a person then refuses counts
     * too.
     *
     * @param action the call with its targets and what the conversation did
     */
    public Decision decide(Policy policy, Action action, Scope scope, ZoneId zone) {
        CallHistory.Attempt attempt = history.begin(scope.user(), action.name());
        boolean counts = false;
        try {
            Action full = rated(
                    action.toBuilder()
                            .calls(attempt.counts())
                            .firstUse(attempt.firstUse())
                            .at(clock.instant().atZone(zone))
                            .build(),
                    scope);
            Decision decision = risky(policy.decide(full, scope), full.risk());
            counts = decision.effect() != Decision.Effect.DENY;
            return decision;
        } finally {
            if (!counts) {
                attempt.withdraw();
            }
        }
    }

    /** Decides about a call that is not made, whatever comes of it: nothing is counted. */
    public Decision rehearse(Policy policy, Action action, Scope scope, ZoneId zone) {
        Action full = looked(action, scope, zone);
        return risky(policy.decide(full, scope), full.risk());
    }

    /** A policy of the host may know of more risk than the engine counts, never of less. */
    private static Decision risky(Decision decision, Risk counted) {
        return decision.risk().score() > counted.score() ? decision : decision.withRisk(counted);
    }

    /** Who called what lately. */
    public CallHistory history() {
        return history;
    }
}
