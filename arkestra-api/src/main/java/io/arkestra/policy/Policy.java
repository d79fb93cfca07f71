package io.arkestra.policy;

import io.arkestra.common.Scope;

/**
 * Decides about actions. Pure: the same action and scope give the same decision, without side effects or I/O; must be quick and
 * thread-safe. Several policies compose; when none has an opinion the action is denied, and one that throws counts as a denial.
 */
@FunctionalInterface
public interface Policy {
    Decision decide(Action action, Scope scope);
}
