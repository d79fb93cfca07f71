package io.arkestra.benchmarks;

import io.arkestra.common.Json;
import io.arkestra.common.Principal;
import io.arkestra.common.UserId;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.policy.rules.internal.Fit;
import io.arkestra.policy.rules.internal.Layer;
import io.arkestra.policy.rules.internal.LayeredPolicy;
import io.arkestra.policy.rules.internal.Layers;
import io.arkestra.policy.rules.internal.Rule;
import io.arkestra.policy.rules.internal.RuleReader;
import io.arkestra.policy.rules.internal.RuleSet;
import io.arkestra.tool.Target;
import io.arkestra.tool.ToolSpec;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a decision about a call costs with 20, 200 and 2,000 rules, four of them for each tool and one in a hundred for all tools with a capability:
 * found by tool, and by going through all rules as the rival does.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PolicyBenchmark {
    private static final int RULES_PER_TOOL = 4;

    /** Goes through all rules, as most engines of rules do: the strictest of those that fit. */
    private record RuleScan(List<Rule> all) {
        Decision.Effect effect(Action action, io.arkestra.common.Scope scope) {
            Decision.Effect strictest = Decision.Effect.ABSTAIN;
            for (Rule rule : all) {
                if (rule.effect().compareTo(strictest) > 0
                        && rule.concerns(action.name(), action.capabilities())
                        && rule.fit(action, scope, rule.effect() != Decision.Effect.DENY) == Fit.YES) {
                    strictest = rule.effect();
                }
            }
            return strictest == Decision.Effect.ABSTAIN ? Decision.Effect.DENY : strictest;
        }
    }

    @Param({"20", "200", "2000"})
    int rules;

    private LayeredPolicy indexed = new LayeredPolicy(List.of(), List.of(), Layers.fixed());
    private RuleScan scanned = new RuleScan(List.of());
    private Action[] calls = {};
    private int next;
    private final io.arkestra.common.Scope scope =
            io.arkestra.common.Scope.of(UserId.of("alice")).withPrincipal(Principal.model("senior"));

    @Setup
    public void write() {
        StringBuilder yaml = new StringBuilder("version: 1\nrules:\n");
        for (int i = 0; i < rules; i++) {
            int tool = i / RULES_PER_TOOL;
            String match = switch (i % RULES_PER_TOOL) {
                case 0 -> "tool: group.t" + tool + ", path: [\"/work/p" + tool + "/**\"]";
                case 1 -> "tool: group.t" + tool + ", path: [\"**/.env*\", \"/work/p" + tool + "/.git/**\"]";
                case 2 -> "tool: group.t" + tool + ", args: { mode: { in: [fast, slow] } }";
                default ->
                    i % 100 == 3
                            ? "capability: [fs.write], taint: { any: [web, email] }"
                            : "tool: group.t" + tool + ", risk: { gte: high }";
            };
            String effect = List.of("allow", "deny", "ask", "deny").get(i % RULES_PER_TOOL);
            yaml.append("  - { id: r" + i + ", match: { " + match + " }, effect: " + effect + " }\n");
        }
        RuleSet set = RuleReader.read(Layer.HOST, "benchmark.yaml", yaml.toString());
        indexed = new LayeredPolicy(List.of(), List.of(), Layers.fixed(set));
        scanned = new RuleScan(set.rules());
        int tools = Math.max(1, rules / RULES_PER_TOOL);
        calls = new Action[Math.min(64, tools)];
        for (int i = 0; i < calls.length; i++) {
            int tool = i * tools / calls.length;
            ToolSpec spec = ToolSpec.builder("group.t" + tool)
                    .description("Writes")
                    .capability("fs.write")
                    .build();
            calls[i] = Action.toolCall(spec, Json.parse("{\"mode\":\"other\",\"path\":\"x\"}")).toBuilder()
                    .targets(List.of(Target.changed(Target.PATH, "/work/p" + tool + "/src/main/java/A.java")))
                    .at(ZonedDateTime.of(2026, 3, 9, 10, 0, 0, 0, ZoneOffset.UTC))
                    .build();
            Decision.Effect effect = indexed.decide(calls[i], scope).effect();
            if (effect != Decision.Effect.ALLOW || scanned.effect(calls[i], scope) != effect) {
                throw new IllegalStateException("index and scan disagree about " + spec.name() + ": " + effect);
            }
        }
    }

    private Action call() {
        next = (next + 1) % calls.length;
        return calls[next];
    }

    @Benchmark
    public Decision byTool() {
        return indexed.decide(call(), scope);
    }

    @Benchmark
    public Decision.Effect byScan() {
        return scanned.effect(call(), scope);
    }
}
