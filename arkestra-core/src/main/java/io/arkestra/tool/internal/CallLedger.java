package io.arkestra.tool.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Principal;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import java.util.List;

/** Takes down who did what, so that nobody can change it unseen. Thread-safe. */
@FunctionalInterface
public interface CallLedger {
    /**
     * Takes something down.
     *
     * @param kind what sort of thing: {@code call}, {@code decision}, {@code approval}, {@code grant}, {@code undo}, {@code rules}, {@code
     *     tool}, {@code vouch}
     * @param scope who, on whose behalf
     * @param subject what it is about: a tool, an approval, a file of rules
     * @param outcome what came of it, in a word
     * @param rules ids of rules that led to it
     * @param detail figures and digests, never texts
     */
    void record(String kind, Scope scope, String subject, String outcome, List<String> rules, Json detail);

    /** Takes something down that the host or the engine did, on nobody's behalf. */
    default void recordSystem(String kind, String subject, String outcome, List<String> rules, Json detail) {
        record(kind, Scope.of(UserId.of("system")).withPrincipal(Principal.SYSTEM), subject, outcome, rules, detail);
    }

    /** Takes nothing down. */
    static CallLedger none() {
        return (kind, scope, subject, outcome, rules, detail) -> {};
    }
}
