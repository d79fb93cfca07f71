package io.arkestra.benchmarks;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.EmbedderProvider;
import io.arkestra.embedding.Embedders;
import io.arkestra.embedding.EmbeddingPurpose;
import io.arkestra.embedding.EmbeddingRole;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.policy.Decision;
import io.arkestra.schema.internal.SchemaValidator;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocStoreProvider;
import io.arkestra.testkit.TestProviderContext;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSelection;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tool.internal.ToolArguments;
import io.arkestra.tool.internal.ToolRegistry;
import io.arkestra.tool.select.internal.ToolSelector;
import io.arkestra.tool.select.internal.ToolTelemetry;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the choice of twelve tools costs among 20, 200 and 2,000, the filter of the policy included: by words alone, with vectors when the vector
 * of the message is there already, and with embedding the message.
 */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ToolSelectionBenchmark {
    private static final int OFFERED = 12;
    private static final List<String> ACTIONS = List.of(
            "create", "search", "delete", "rename", "export", "share", "archive", "translate", "summarize", "schedule");
    private static final List<String> THINGS = List.of(
            "invoice",
            "meeting",
            "photo",
            "recipe",
            "flight",
            "contract",
            "playlist",
            "ticket",
            "garden plan",
            "lesson",
            "letter",
            "budget",
            "parcel",
            "survey",
            "workout",
            "menu",
            "poster",
            "route",
            "sensor",
            "backup");

    /** What takes part in the choice. */
    public enum Means {
        WORDS,
        KNOWN_VECTOR,
        EMBEDDING
    }

    @Param({"20", "200", "2000"})
    int tools;

    @Param
    Means means;

    private final Scope scope = Scope.of(UserId.of("alice"));
    private final String message =
            "Please translate the contract for Oslo and then schedule a meeting about it on Friday";
    private Optional<Embedders> embedders = Optional.empty();
    private DocStore store;
    private EngineEventBus bus;
    private ToolTelemetry telemetry;
    private ToolSelector selector;

    @Setup(Level.Trial)
    public void open() {
        store = ServiceLoader.load(DocStoreProvider.class)
                .findFirst()
                .orElseThrow()
                .open(TestProviderContext.builder().build());
        bus = new EngineEventBus(Clock.systemUTC());
        ToolRegistry registry = new ToolRegistry(new ToolArguments(SchemaValidator.create()));
        for (int i = 0; i < tools; i++) {
            registry.add(tool(i), "benchmark");
        }
        telemetry = new ToolTelemetry(store, registry, bus, Runnable::run);
        if (means != Means.WORDS) {
            embedders = Optional.of(ServiceLoader.load(EmbedderProvider.class)
                    .findFirst()
                    .orElseThrow()
                    .open(TestProviderContext.builder().build()));
        }
        Optional<Embedder> model =
                embedders.map(all -> all.find(EmbeddingPurpose.TOOL).orElseThrow());
        model.ifPresent(embedder -> embedder.ready().toCompletableFuture().join());
        selector = new ToolSelector(
                registry,
                (action, actor) -> Decision.allow("benchmark", "every tool may be chosen"),
                means == Means.KNOWN_VECTOR ? model.map(Remembering::new) : model,
                Optional.empty(),
                telemetry,
                store,
                Runnable::run);
        selector.prepare(Cancellation.none());
        ToolSelection selection = choose();
        boolean alone = selection.notes().stream().anyMatch(note -> note.startsWith("by words alone"));
        if (alone != (means == Means.WORDS) || selection.choices().size() != OFFERED) {
            throw new IllegalStateException("Chosen otherwise than meant: " + selection);
        }
    }

    private static Tool tool(int number) {
        String action = ACTIONS.get(number % ACTIONS.size());
        String thing = THINGS.get(number / ACTIONS.size() % THINGS.size());
        String edition = "edition " + number / (ACTIONS.size() * THINGS.size());
        ToolSpec spec = ToolSpec.builder("desk." + action + "_" + number)
                .description("Can " + action + " a " + thing + " of " + edition + " and tells what became of it.")
                .arguments(
                        "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\",\"description\":\"Name of the "
                                + thing + "\"},\"date\":{\"type\":\"string\",\"description\":\"Day on which to "
                                + action + "\"}}}")
                .build();
        return new Tool() {
            @Override
            public ToolSpec spec() {
                return spec;
            }

            @Override
            public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
                return ToolResult.text("");
            }
        };
    }

    /** The whole choice for one message. */
    @Benchmark
    public ToolSelection choose() {
        return selector.select(scope, message, OFFERED, Cancellation.none());
    }

    @TearDown(Level.Trial)
    public void close() {
        telemetry.close();
        bus.close();
        store.close();
        embedders.ifPresent(Embedders::close);
    }

    /** Embeds each question once, so that what is left is the choice. */
    private static final class Remembering extends PassingEmbedder {
        private final Map<String, float[]> asked = new ConcurrentHashMap<>();

        Remembering(Embedder model) {
            super(model);
        }

        @Override
        public List<float[]> embed(List<String> texts, EmbeddingRole role, Cancellation cancel) {
            return role == EmbeddingRole.PASSAGE
                    ? super.embed(texts, role, cancel)
                    : texts.stream()
                            .map(text -> asked.computeIfAbsent(
                                    text,
                                    key -> super.embed(List.of(key), role, cancel)
                                            .get(0)))
                            .toList();
        }
    }
}
