package io.arkestra.benchmarks;

import io.arkestra.audit.internal.AuditLog;
import io.arkestra.common.Cancellation;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.concurrent.internal.Workers;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.guard.internal.PatternGuard;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.OutputQuality;
import io.arkestra.llm.gateway.internal.Pace;
import io.arkestra.memory.UserState;
import io.arkestra.policy.Gate;
import io.arkestra.policy.Policy;
import io.arkestra.policy.Trust;
import io.arkestra.policy.internal.ActionFacts;
import io.arkestra.policy.internal.CallHistory;
import io.arkestra.policy.internal.EgressPolicy;
import io.arkestra.policy.internal.GatePolicy;
import io.arkestra.policy.internal.NamedToolsPolicy;
import io.arkestra.policy.internal.NetworkSwitchPolicy;
import io.arkestra.policy.rules.internal.Layer;
import io.arkestra.policy.rules.internal.LayeredPolicy;
import io.arkestra.policy.rules.internal.Layers;
import io.arkestra.policy.rules.internal.RuleReader;
import io.arkestra.provenance.internal.AddressBook;
import io.arkestra.provenance.internal.ConversationProvenance;
import io.arkestra.schema.internal.SchemaValidator;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocStoreProvider;
import io.arkestra.testkit.TestProviderContext;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tool.internal.Approver;
import io.arkestra.tool.internal.Artifacts;
import io.arkestra.tool.internal.CallRecords;
import io.arkestra.tool.internal.CallServices;
import io.arkestra.tool.internal.ToolArguments;
import io.arkestra.tool.internal.ToolRegistry;
import io.arkestra.tool.internal.ToolRunner;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a call of a tool costs besides the tool: checking its arguments, and the whole path of a tool that does nothing, with and without
 * a declared effect: guard, account of where words came from, the policies of a host with 20 rules and all gates, risk, audit, events,
 * record. Store and audit are in memory. A turn has 12 calls, the price of its account included.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ToolCallBenchmark {
    private static final String SCHEMA = """
            {"type":"object","additionalProperties":false,"required":["path","text"],"properties":{
              "path":{"type":"string","minLength":1,"maxLength":500},
              "text":{"type":"string","maxLength":100000},
              "mode":{"enum":["create","replace","append"]},
              "lines":{"type":"array","maxItems":100,"items":{"type":"integer","minimum":1}}}}""";
    private static final String ARGUMENTS =
            "{\"path\":\"notes/today.md\",\"text\":\"buy milk and bread\",\"mode\":\"append\",\"lines\":[1,2,3]}";

    private record Nothing(ToolSpec spec) implements Tool {
        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            return ToolResult.text("done");
        }
    }

    private static final io.arkestra.common.Scope SCOPE = io.arkestra.common.Scope.of(UserId.of("bench"));
    private static final int CALLS_OF_A_TURN = 12;
    private static final int RULES = 20;

    private final Clock clock = Clock.systemUTC();
    private ToolArguments arguments;
    private ToolRegistry registry;
    private ToolSpec reads;
    private DocStore store;
    private EngineEventBus bus;
    private Workers workers;
    private AuditLog audit;
    private ConversationProvenance provenance;
    private ToolRunner runner;
    private ToolRunner.Place place;
    private long next;

    @Setup
    public void open() {
        store = ServiceLoader.load(DocStoreProvider.class)
                .findFirst()
                .orElseThrow()
                .open(TestProviderContext.builder().build());
        bus = new EngineEventBus(clock);
        workers = new Workers("bench", 4);
        arguments = new ToolArguments(SchemaValidator.create());
        registry = new ToolRegistry(arguments);
        reads = ToolSpec.builder("bench.reads")
                .description("Does nothing")
                .arguments(SCHEMA)
                .build();
        ToolSpec writes = ToolSpec.builder("bench.writes")
                .description("Does nothing, but says that it would")
                .arguments(SCHEMA)
                .capability("bench")
                .sideEffect(ToolSpec.SideEffect.OWN_DATA)
                .build();
        registry.add(new Nothing(reads), "bench", Trust.BUILT_IN);
        registry.add(new Nothing(writes), "bench", Trust.BUILT_IN);
        provenance = new ConversationProvenance(AddressBook.empty(), (user, session) -> List.of());
    }

    /** The audit in memory only grows, so each iteration begins one. */
    @Setup(Level.Iteration)
    public void begin() {
        audit = AuditLog.open(null, store, null, List.of(), clock);
        runner = new ToolRunner(new CallServices(
                registry,
                arguments,
                new PatternGuard(),
                policy(),
                new ActionFacts(
                        new CallHistory(store, CallRecords.COLLECTION.name(), clock), scope -> Optional.empty(), clock),
                Approver.nobody(),
                provenance,
                audit,
                new CallRecords(store, clock),
                Artifacts.temporary(store, Artifacts.Limits.DEFAULT),
                bus,
                workers,
                Pace.system(),
                clock));
        place = turn();
    }

    private static LayeredPolicy policy() {
        StringBuilder yaml = new StringBuilder("version: 1\nrules:\n");
        for (int i = 0; i < RULES; i++) {
            String match = i % 2 == 0
                    ? "tool: bench.*, args: { mode: { eq: m" + i + " } }"
                    : "capability: fs.write, path: [\"/work/p" + i + "/**\"]";
            yaml.append("  - { id: r" + i + ", match: { " + match + " }, effect: deny }\n");
        }
        List<Policy> host = List.of(
                new NamedToolsPolicy(Set.of(), Set.of("bench.reads", "bench.writes"), Set.of()),
                new EgressPolicy(false),
                new NetworkSwitchPolicy(true),
                new GatePolicy(Gate.standard()));
        return new LayeredPolicy(
                host, List.of(), Layers.fixed(RuleReader.read(Layer.HOST, "benchmark.yaml", yaml.toString())));
    }

    private ToolRunner.Place turn() {
        TurnId turn = TurnId.of("turn-" + next);
        provenance.begin(
                SCOPE, turn, "Append it to my notes of today", List.of(), List.of(), UserState.empty(), List.of());
        return new ToolRunner.Place(
                SCOPE, turn, Locale.ENGLISH, ZoneOffset.UTC, Cancellation.none(), OutputQuality.RAW);
    }

    @TearDown(Level.Iteration)
    public void end() {
        provenance.end(place.turn());
        audit.close();
    }

    @TearDown
    public void close() {
        workers.close();
        bus.close();
        store.close();
    }

    @Benchmark
    public ToolArguments.Checked arguments() {
        return arguments.check(reads, ARGUMENTS);
    }

    @Benchmark
    public ToolRunner.Done callWithoutEffects() {
        return called("bench.reads");
    }

    @Benchmark
    public ToolRunner.Done callWithEffects() {
        return called("bench.writes");
    }

    private ToolRunner.Done called(String tool) {
        if (next % CALLS_OF_A_TURN == 0) {
            provenance.end(place.turn());
            place = turn();
        }
        ToolRunner.Done done = runner.run(LlmToolCall.of("c" + next++, tool, ARGUMENTS), place);
        if (!done.ok()) {
            throw new IllegalStateException(tool + " was not called: " + done.status() + " " + done.reason());
        }
        return done;
    }
}
