package io.arkestra.benchmarks;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.guard.internal.PatternGuard;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.OutputSpec;
import io.arkestra.llm.gateway.internal.BackendSettings;
import io.arkestra.llm.gateway.internal.Egress;
import io.arkestra.llm.gateway.internal.Escalations;
import io.arkestra.llm.gateway.internal.Gateway;
import io.arkestra.llm.gateway.internal.GatewayServices;
import io.arkestra.llm.gateway.internal.Pace;
import io.arkestra.llm.gateway.internal.TokenBudgets;
import io.arkestra.llm.repair.internal.JsonRepair;
import io.arkestra.policy.Decision;
import io.arkestra.schema.internal.SchemaValidator;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocStoreProvider;
import io.arkestra.testkit.TestProviderContext;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalLong;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the gateway adds to a call: a model in the process that answers at once, asked directly and through the gateway with all of its
 * steps. The token budget of the day is kept in the store, in memory or on disk, or switched off, as it is unless configured. The prompt is
 * that of a conversation of ten turns; a document is validated against its schema.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 8, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class GatewayBenchmark {
    private static final Json SCHEMA = Json.parse("""
            {"type":"object","required":["intent","confidence"],"properties":{
              "intent":{"type":"string","maxLength":40},"slots":{"type":"object"},
              "tools_hint":{"type":"array","items":{"type":"string"}},
              "style_directive":{"type":"string"},"rag_query":{"type":"string"},
              "confidence":{"type":"number","minimum":0,"maximum":1}}}""");

    /** How the model is reached. */
    public enum Way {
        DIRECT,
        GATEWAY,
        GATEWAY_BUDGET_IN_MEMORY,
        GATEWAY_BUDGET_ON_DISK
    }

    /** What is asked for. */
    public enum Output {
        TEXT,
        DOCUMENT
    }

    @Param
    public Way way = Way.DIRECT;

    @Param
    public Output output = Output.TEXT;

    private @Nullable Path home;
    private DocStore store;
    private EngineEventBus bus;
    private LlmClient client;
    private LlmRequest request;

    @Setup
    public void open() {
        TestProviderContext.Builder context = TestProviderContext.builder();
        if (way == Way.GATEWAY_BUDGET_ON_DISK) {
            home = Homes.create();
            context.dataDirectory(home);
        }
        store = ServiceLoader.load(DocStoreProvider.class)
                .findFirst()
                .orElseThrow()
                .open(context.build());
        bus = new EngineEventBus(Clock.systemUTC());
        LlmClient model = FixedModel.saying(FixedModel.REPORT);
        client = way == Way.DIRECT ? model : gateway(model);
        request = request();
    }

    private Gateway gateway(LlmClient model) {
        OptionalLong limit = way == Way.GATEWAY ? OptionalLong.empty() : OptionalLong.of(Long.MAX_VALUE / 4);
        GatewayServices services = new GatewayServices(
                new TokenBudgets(store, Clock.systemUTC(), limit, limit, scope -> ZoneOffset.UTC),
                new Egress(false, (action, scope) -> Decision.deny("bench", "nothing leaves"), new PatternGuard()),
                new JsonRepair(SchemaValidator.create()),
                new Escalations(),
                bus,
                Pace.system());
        return new Gateway("junior", List.of(new Gateway.Entry(BackendSettings.of("fixed", 0), model)), services);
    }

    private LlmRequest request() {
        LlmRequest.Builder builder = LlmRequest.builder("junior")
                .scope(io.arkestra.common.Scope.of(UserId.of("ann")))
                .message(LlmMessage.system("You say what the user wants. ".repeat(60)));
        for (int turn = 0; turn < 10; turn++) {
            builder.message(LlmMessage.user("My bike stands in hall number " + turn + " of the old harbour."))
                    .message(LlmMessage.assistant("I will remember that it is hall " + turn + "."));
        }
        builder.message(LlmMessage.user("Where is my bike?"));
        if (output == Output.DOCUMENT) {
            builder.output(OutputSpec.json("report", SCHEMA));
        }
        return builder.build();
    }

    @Benchmark
    public LlmResponse call() {
        return client.generate(request, LlmListener.none(), Cancellation.none());
    }

    @TearDown
    public void close() {
        bus.close();
        store.close();
        if (home != null) {
            Homes.delete(home);
        }
    }
}
