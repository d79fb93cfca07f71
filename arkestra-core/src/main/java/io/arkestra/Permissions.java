package io.arkestra;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.Taint;
import io.arkestra.common.UserId;
import io.arkestra.policy.Decision;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What may happen, and why: the rules that hold, what they say about a call, and what other rules would have said. Thread-safe. */
public interface Permissions {
    /**
     * A rule that was looked at.
     *
     * @param id its id
     * @param layer {@code host}, {@code admin}, {@code user}, {@code project} or {@code session}
     * @param place file, line and column
     * @param line line in the file
     * @param effect what it decides
     */
    record RuleInfo(String id, String layer, String place, int line, Decision.Effect effect) {}

    /**
     * A rule that does not fit, but for one key.
     *
     * @param rule the rule
     * @param failed the key that keeps it from fitting
     */
    record NearRule(RuleInfo rule, String failed) {}

    /**
     * What is decided about a call, and by what.
     *
     * @param decision the verdict
     * @param matched rules that fit, in every layer, whether they led to the verdict or not
     * @param near rules about this tool that do not fit for one key, at most 20
     */
    record Judgement(Decision decision, List<RuleInfo> matched, List<NearRule> near) {
        public Judgement {
            matched = List.copyOf(matched);
            near = List.copyOf(near);
        }
    }

    /**
     * A call that was made or wished for once.
     *
     * @param scope on whose behalf
     * @param tool name of the tool
     * @param arguments of the call
     * @param at when
     * @param taints untrusted sources that the model had seen
     * @param was what was decided then; {@link Decision.Effect#ABSTAIN} when nobody knows
     */
    record RecordedCall(Scope scope, String tool, Json arguments, Instant at, Set<Taint> taints, Decision.Effect was) {
        public RecordedCall {
            Objects.requireNonNull(scope, "scope");
            taints = Set.copyOf(taints);
        }
    }

    /**
     * A call that is judged differently.
     *
     * @param call the call
     * @param from what was decided then, or is decided by the rules that hold where nobody knows
     * @param to what the rules that were tried say
     * @param rules the rules that say so
     */
    record ChangedCall(RecordedCall call, Decision.Effect from, Decision.Effect to, List<String> rules) {
        public ChangedCall {
            rules = List.copyOf(rules);
        }
    }

    /**
     * What rules say about calls of before.
     *
     * @param calls how many there were
     * @param counts how many went from one verdict to another, by {@code FROM>TO}, those that stay the same included
     * @param changed those that are judged differently, in the order of the calls, at most 1,000
     */
    record Simulation(long calls, Map<String, Long> counts, List<ChangedCall> changed) {
        public Simulation {
            counts = Map.copyOf(counts);
            changed = List.copyOf(changed);
        }
    }

    /**
     * A call that is planned.
     *
     * @param tool name of the tool
     * @param arguments what is known of them
     * @param unknown JSON pointers to arguments whose values come later, for example from a step before; the empty pointer for all
     */
    record PlannedStep(String tool, Json arguments, Set<String> unknown) {
        public PlannedStep {
            Objects.requireNonNull(arguments, "arguments");
            unknown = Set.copyOf(unknown);
        }
    }

    /** What a planned call will come to. */
    enum Foresight {
        ALLOW,
        ASK,
        DENY,
        /** On values that are not known yet. */
        DEPENDS
    }

    /**
     * What is known about a planned call.
     *
     * @param step the call
     * @param verdict what it will come to
     * @param mildest the mildest that it may come to
     * @param strictest the strictest that it may come to, with the rules that say so
     */
    record StepVerdict(PlannedStep step, Foresight verdict, Decision mildest, Decision strictest) {}

    /**
     * A file of rules.
     *
     * @param path where
     * @param layer whose
     * @param rules how many are in force
     * @param problem why those that stand in it now are not in force; empty when they are
     */
    record RulesFile(String path, String layer, int rules, Optional<String> problem) {}

    /**
     * What would be decided if the model called a tool now, in a conversation that has read nothing untrusted and nothing private. Nothing
     * is done and nothing is counted.
     *
     * @throws io.arkestra.common.InvalidInputException when there is no such tool, or the arguments are not valid for it
     */
    Judgement explain(Scope scope, String tool, Json arguments);

    /** The rules that hold for a scope, strongest layer first. */
    List<RuleInfo> rules(Scope scope);

    /** The files that rules come from. */
    List<RulesFile> files();

    /** Looks at all files now. A file that cannot be used leaves its older rules in force, and says why. */
    List<RulesFile> reload();

    /**
     * Calls of the user that are on record, the oldest first: those with effects of the last 30 days that were let through, with what was
     * decided then ({@code ASK} where a person agreed) and the untrusted sources that the model had seen. Left out, because nothing but the
     * audit knows of them and the audit holds digests in place of arguments: calls that were denied or that nobody agreed to, calls that
     * only read, and rehearsals. The conversation of a call is not told either, so rules of sessions are not replayed, and what was asked
     * about because of what the conversation did (its plan, private data, values of others) may come out as allowed; calls of earlier versions
     * have no verdict and no taints.
     */
    List<RecordedCall> recorded(UserId user);

    /** Replays calls against the rules that hold. */
    Simulation simulate(Iterable<RecordedCall> calls);

    /**
     * Replays calls as if the host had these rules instead of its files; all else stays.
     *
     * @param yaml rules of the host
     * @throws io.arkestra.common.ConfigException when the rules cannot be used
     */
    Simulation simulate(Iterable<RecordedCall> calls, String yaml);

    /**
     * What the steps of a plan will come to, before the first of them is made. Each is judged as if it were alone.
     *
     * @throws io.arkestra.common.InvalidInputException when there is no such tool
     */
    List<StepVerdict> check(Scope scope, List<PlannedStep> plan);

    /** The user's own rules as they were set; empty when there are none. */
    Optional<String> userRules(UserId user);

    /**
     * Sets the user's own rules, which only forbid or ask, in place of those of before. They outlive a restart.
     *
     * @param yaml in the language of policy files; blank for none
     * @throws io.arkestra.common.ConfigException when they cannot be used; nothing is changed then
     */
    void userRules(UserId user, String yaml);

    /**
     * The user lets only these tools run, of those that may run anyway; replaces the user's own rules.
     *
     * @param tools names, in which {@code *} stands for any characters
     * @throws io.arkestra.common.ConfigException when a name cannot be one
     */
    void allowOnly(UserId user, Set<String> tools);

    /** Rules that hold in a session as they were set; empty when there are none. */
    Optional<String> sessionRules(UserId user, SessionId session);

    /**
     * Sets rules that hold in a session, which only forbid or ask, in place of those of before.
     *
     * @param yaml in the language of policy files; blank for none
     * @throws io.arkestra.common.ConfigException when they cannot be used; nothing is changed then
     */
    void sessionRules(UserId user, SessionId session, String yaml);
}
