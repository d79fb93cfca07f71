package io.arkestra.benchmarks;

import io.arkestra.common.Cancellation;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.concurrent.internal.Workers;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.guard.internal.PatternGuard;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.OutputQuality;
import io.arkestra.llm.gateway.internal.Pace;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Trust;
import io.arkestra.policy.internal.ActionFacts;
import io.arkestra.policy.internal.CallHistory;
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
import io.arkestra.tool.internal.CallLedger;
import io.arkestra.tool.internal.CallRecords;
import io.arkestra.tool.internal.CallServices;
import io.arkestra.tool.internal.Provenance;
import io.arkestra.tool.internal.ToolArguments;
import io.arkestra.tool.internal.ToolRegistry;
import io.arkestra.tool.internal.ToolRunner;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
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
 * a declared effect, on the store in memory.
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

    private final Clock clock = Clock.systemUTC();
    private ToolArguments arguments;
    private ToolSpec reads;
    private DocStore store;
    private EngineEventBus bus;
    private Workers workers;
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
        ToolRegistry registry = new ToolRegistry(arguments);
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
        runner = new ToolRunner(new CallServices(
                registry,
                arguments,
                new PatternGuard(),
                (action, scope) -> Decision.allow("bench", "allowed"),
                new ActionFacts(
                        new CallHistory(store, CallRecords.COLLECTION.name(), clock), scope -> Optional.empty(), clock),
                Approver.nobody(),
                Provenance.unknown(),
                CallLedger.none(),
                new CallRecords(store, clock),
                Artifacts.temporary(store, Artifacts.Limits.DEFAULT),
                bus,
                workers,
                Pace.system(),
                clock));
        place = new ToolRunner.Place(
                io.arkestra.common.Scope.of(UserId.of("bench")),
                TurnId.of("turn"),
                Locale.ENGLISH,
                ZoneOffset.UTC,
                Cancellation.none(),
                OutputQuality.RAW);
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
        return runner.run(LlmToolCall.of("c" + next++, "bench.reads", ARGUMENTS), place);
    }

    @Benchmark
    public ToolRunner.Done callWithEffects() {
        return runner.run(LlmToolCall.of("c" + next++, "bench.writes", ARGUMENTS), place);
    }
}
