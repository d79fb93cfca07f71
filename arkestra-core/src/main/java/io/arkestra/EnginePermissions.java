package io.arkestra;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Health;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.Principal;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.policy.Action;
import io.arkestra.policy.CallCounts;
import io.arkestra.policy.Decision;
import io.arkestra.policy.rules.internal.LayeredPolicy;
import io.arkestra.policy.rules.internal.OwnRules;
import io.arkestra.policy.rules.internal.Rule;
import io.arkestra.policy.rules.internal.RuleBook;
import io.arkestra.policy.rules.internal.RuleTrace;
import io.arkestra.policy.rules.internal.View;
import io.arkestra.store.Doc;
import io.arkestra.store.DocPage;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.Owner;
import io.arkestra.tool.Target;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tool.internal.CallLedger;
import io.arkestra.tool.internal.CallRecords;
import io.arkestra.tool.internal.PlannedContext;
import io.arkestra.tool.internal.StoredVerdict;
import io.arkestra.tool.internal.ToolArguments;
import io.arkestra.tool.internal.ToolRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** Explains, replays and foresees decisions. */
final class EnginePermissions implements Permissions {
    private static final int MOST_CHANGED = 1_000;
    /** More than rules may ask for is not counted. */
    private static final int MOST_MOMENTS = 10_000;

    private final JudgeParts judge;
    private final ToolRegistry registry;
    private final ToolArguments arguments;
    private final DocStore store;
    private final CallLedger ledger;
    private final Clock clock;
    private final Function<UserId, ZoneId> zone;

    EnginePermissions(
            JudgeParts judge,
            ToolRegistry registry,
            ToolArguments arguments,
            DocStore store,
            CallLedger ledger,
            Clock clock,
            Function<UserId, ZoneId> zone) {
        this.judge = judge;
        this.registry = registry;
        this.arguments = arguments;
        this.store = store;
        this.ledger = ledger;
        this.clock = clock;
        this.zone = zone;
    }

    @Override
    public Judgement explain(Scope scope, String tool, Json given) {
        ToolRegistry.Entry entry = entry(tool);
        ToolArguments.Checked checked = arguments.check(entry.spec(), given.toString());
        if (checked instanceof ToolArguments.Invalid invalid) {
            throw new InvalidInputException(String.join("\n", invalid.problems()));
        }
        Scope actor = actor(scope);
        Action action = judge.facts().looked(resolved(entry, given, actor, clock), actor, zone.apply(scope.user()));
        Decision decision = judge.policy().decide(action, actor);
        RuleTrace trace = RuleTrace.of(judge.rules().of(actor), action, actor);
        return new Judgement(
                decision,
                trace.matched().stream().map(EnginePermissions::info).toList(),
                trace.near().stream()
                        .map(near -> new NearRule(info(near.rule()), near.failed()))
                        .toList());
    }

    private ToolRegistry.Entry entry(String tool) {
        return registry.find(tool)
                .orElseThrow(() -> new InvalidInputException(String.join(
                        "\n", ToolArguments.unknownTool(tool, registry.names()).problems())));
    }

    /** Tools are called by models on behalf of users, unless somebody else is named. */
    private static Scope actor(Scope scope) {
        return scope.principal().kind() == Principal.Kind.USER ? scope.withPrincipal(Principal.model("senior")) : scope;
    }

    private Action resolved(ToolRegistry.Entry entry, Json given, Scope scope, Clock when) {
        ToolSpec spec = entry.spec();
        ToolContext context = new PlannedContext(
                scope, when.withZone(zone.apply(scope.user())), when.instant().plus(spec.timeout()));
        List<Target> targets = entry.tool().targets(ToolCall.of("explained", spec.name(), given), context);
        return Action.toolCall(spec, given).toBuilder()
                .targets(targets)
                .trust(entry.trust())
                .sandbox(spec.sandbox())
                .build();
    }

    private static RuleInfo info(Rule rule) {
        return new RuleInfo(rule.id(), rule.layer().word(), rule.place(), rule.line(), rule.effect());
    }

    @Override
    public List<RuleInfo> rules(Scope scope) {
        return judge.rules().of(scope).stream()
                .flatMap(index -> index.rules().rules().stream())
                .map(EnginePermissions::info)
                .toList();
    }

    @Override
    public List<RulesFile> files() {
        return judge.rules().files().stream()
                .map(file -> new RulesFile(
                        file.path().toString(),
                        file.layer().word(),
                        file.index().rules().rules().size(),
                        file.problem()))
                .toList();
    }

    @Override
    public List<RulesFile> reload() {
        judge.rules().look();
        return files();
    }

    @Override
    public List<RecordedCall> recorded(UserId user) {
        List<RecordedCall> calls = new ArrayList<>();
        Optional<String> after = Optional.empty();
        do {
            DocQuery all = DocQuery.all().limit(1_000);
            DocQuery query = after.map(all::after).orElse(all);
            DocPage page = store.inTransaction(tx -> tx.find(CallRecords.COLLECTION.name(), Owner.of(user), query));
            for (Doc doc : page.docs()) {
                Optional<StoredVerdict> verdict = StoredVerdict.in(doc.body());
                calls.add(new RecordedCall(
                        made(user, doc.body()),
                        doc.body().text("tool"),
                        doc.body().get("arguments").orElse(Json.emptyObject()),
                        doc.createdAt(),
                        verdict.map(StoredVerdict::taints).orElse(Set.of()),
                        verdict.map(StoredVerdict::effect).orElse(Decision.Effect.ABSTAIN)));
            }
            after = page.next();
        } while (after.isPresent());
        calls.sort(Comparator.comparing(RecordedCall::at));
        return List.copyOf(calls);
    }

    /** Records of earlier versions do not tell of projects; a call of a tool that is for one was made there. */
    private Scope made(UserId user, Json call) {
        Scope scope = Scope.of(user);
        return CallRecords.project(call)
                .or(() -> registry.find(call.text("tool"))
                        .flatMap(entry -> entry.spec().project()))
                .map(scope::withProject)
                .orElse(scope);
    }

    @Override
    public Simulation simulate(Iterable<RecordedCall> calls) {
        return simulated(calls, judge.policy());
    }

    @Override
    public Simulation simulate(Iterable<RecordedCall> calls, String yaml) {
        LayeredPolicy other = judge.policy().with(judge.rules().instead(RuleBook.candidate(yaml)));
        return simulated(calls, other);
    }

    private Simulation simulated(Iterable<RecordedCall> calls, LayeredPolicy tried) {
        record Key(UserId user, String tool) {}
        Map<Key, Deque<Instant>> earlier = new HashMap<>();
        Map<String, Long> counts = new TreeMap<>();
        List<ChangedCall> changed = new ArrayList<>();
        long number = 0;
        for (RecordedCall call : calls) {
            number++;
            Deque<Instant> moments =
                    earlier.computeIfAbsent(new Key(call.scope().user(), call.tool()), key -> new ArrayDeque<>());
            Decision.Effect from;
            Decision to;
            try {
                Action action = replayed(call, moments);
                Scope actor = actor(call.scope());
                to = tried.decide(action, actor);
                from = call.was() != Decision.Effect.ABSTAIN
                        ? call.was()
                        : judge.policy().decide(action, actor).effect();
            } catch (ArkestraException e) { // a tool that is gone, or that names no target for these arguments: denied
                to = Decision.deny("policy.error", String.valueOf(e.getMessage()));
                from = call.was() != Decision.Effect.ABSTAIN ? call.was() : Decision.Effect.DENY;
            }
            if (to.effect() != Decision.Effect.DENY) {
                moments.addLast(call.at());
                if (moments.size() > MOST_MOMENTS) {
                    moments.removeFirst();
                }
            }
            counts.merge(from + ">" + to.effect(), 1L, Long::sum);
            if (from != to.effect() && changed.size() < MOST_CHANGED) {
                changed.add(new ChangedCall(call, from, to.effect(), to.rules()));
            }
        }
        return new Simulation(number, counts, changed);
    }

    private Action replayed(RecordedCall call, Deque<Instant> moments) {
        ZoneId place = zone.apply(call.scope().user());
        Scope actor = actor(call.scope());
        Action action = resolved(entry(call.tool()), call.arguments(), actor, Clock.fixed(call.at(), place));
        return judge.facts()
                .rated(
                        action.toBuilder()
                                .taints(call.taints())
                                .calls(CallCounts.of(call.at(), moments))
                                .firstUse(moments.isEmpty())
                                .at(call.at().atZone(place))
                                .build(),
                        actor);
    }

    @Override
    public List<StepVerdict> check(Scope scope, List<PlannedStep> plan) {
        Scope actor = actor(scope);
        return plan.stream().map(step -> foreseen(actor, step)).toList();
    }

    private StepVerdict foreseen(Scope actor, PlannedStep step) {
        ToolRegistry.Entry entry = entry(step.tool());
        Action action;
        try {
            Action bare = step.unknown().isEmpty()
                    ? valid(entry, step, actor)
                    : Action.toolCall(entry.spec(), step.arguments()).toBuilder()
                            .unknown(step.unknown())
                            .trust(entry.trust())
                            .sandbox(entry.spec().sandbox())
                            .build();
            action = judge.facts().looked(bare, actor, zone.apply(actor.user()));
        } catch (ArkestraException e) {
            Decision never = Decision.deny("plan.invalid", String.valueOf(e.getMessage()));
            return new StepVerdict(step, Foresight.DENY, never, never);
        }
        Decision mildest = judge.policy().decide(action, actor, View.MILDEST);
        Decision strictest = judge.policy().decide(action, actor, View.STRICTEST);
        Foresight verdict = mildest.effect() == strictest.effect()
                ? Foresight.valueOf(mildest.effect().name())
                : Foresight.DEPENDS;
        return new StepVerdict(step, verdict, mildest, strictest);
    }

    private Action valid(ToolRegistry.Entry entry, PlannedStep step, Scope actor) {
        ToolArguments.Checked checked =
                arguments.check(entry.spec(), step.arguments().toString());
        if (checked instanceof ToolArguments.Invalid invalid) {
            throw new InvalidInputException(String.join("\n", invalid.problems()));
        }
        return resolved(entry, step.arguments(), actor, clock);
    }

    /** Files whose rules are not in force. */
    Health health() {
        List<String> problems = judge.rules().problems();
        return problems.isEmpty()
                ? Health.green()
                : Health.yellow(problems.stream()
                        .map(problem -> "Rules are not in force, those of before are: " + problem)
                        .toList());
    }

    private OwnRules own() {
        return judge.rules().own();
    }

    @Override
    public Optional<String> userRules(UserId user) {
        return own().text(user);
    }

    @Override
    public void userRules(UserId user, String yaml) {
        own().set(user, yaml);
        changed(Scope.of(user), "user", yaml);
    }

    /** Rules are a person's own words, so that only their digest is taken down. */
    private void changed(Scope scope, String layer, String yaml) {
        ledger.record(
                "rules",
                scope,
                layer,
                yaml.isBlank() ? "removed" : "set",
                List.of(),
                Json.object().put("digest", Json.of(yaml).digest()).build());
    }

    @Override
    public void allowOnly(UserId user, Set<String> tools) {
        StringBuilder yaml = new StringBuilder("version: 1\ndefaults: { effect: deny }\n");
        if (!tools.isEmpty()) {
            yaml.append("rules:\n  - { id: allowed, match: { tool: ")
                    .append(Json.strings(new TreeSet<>(tools)))
                    .append(" }, effect: allow }\n");
        }
        userRules(user, yaml.toString());
    }

    @Override
    public Optional<String> sessionRules(UserId user, SessionId session) {
        return own().text(user, session);
    }

    @Override
    public void sessionRules(UserId user, SessionId session, String yaml) {
        own().set(user, session, yaml);
        changed(Scope.of(user, session), "session", yaml);
    }
}
