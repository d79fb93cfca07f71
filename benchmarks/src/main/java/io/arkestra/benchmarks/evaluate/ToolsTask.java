package io.arkestra.benchmarks.evaluate;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.embedding.Embedder;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.policy.Decision;
import io.arkestra.schema.internal.SchemaValidator;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocStoreProvider;
import io.arkestra.testkit.TestProviderContext;
import io.arkestra.tool.ToolChoice;
import io.arkestra.tool.ToolSelection;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tool.internal.ToolArguments;
import io.arkestra.tool.internal.ToolRegistry;
import io.arkestra.tool.select.internal.ToolSelector;
import io.arkestra.tool.select.internal.ToolTelemetry;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** Measures how well the product chooses tools, and whether it knows when none fits. */
final class ToolsTask {
    private static final String PRODUCT = "arkestra";
    private static final int DEPTH = 10;
    private static final String COUNTING =
            "hit@k: any tool that is meant is among the first k, over all requests that a tool is meant for; all@k: all are, over those that"
                    + " more than one is meant for; all tools of the set are registered, the second of a name under that name and a number;"
                    + " abstain: F1 of saying that no tool fits, asked among the tools that the row offers while all others are known"
                    + " (abstainPooled: among all tools of the set); intervals: 95 %, bootstrap over requests, fixed seed";

    private final Arguments arguments;
    private final PrintStream out;

    ToolsTask(Arguments arguments, PrintStream out) {
        this.arguments = arguments;
        this.out = out;
    }

    /** How often it was right to say that nothing fits. */
    private static final class Abstaining {
        private int right;
        private int said;
        private int none;

        void add(boolean says, boolean isNone) {
            said += says ? 1 : 0;
            none += isNone ? 1 : 0;
            right += says && isNone ? 1 : 0;
        }

        double precision() {
            return said == 0 ? 0 : (double) right / said;
        }

        double recall() {
            return none == 0 ? 0 : (double) right / none;
        }

        double f1() {
            return said + none == 0 ? 0 : 2.0 * right / (said + none);
        }

        Json put(Json json, String name) {
            return json.with(name, Json.of(Figures.rounded(f1())))
                    .with(name + ".precision", Json.of(Figures.rounded(precision())))
                    .with(name + ".recall", Json.of(Figures.rounded(recall())));
        }
    }

    /** Runs it and returns what it also prints and writes. */
    Json run() {
        ToolRows rows = ToolRows.load(arguments.data());
        Progress progress = Progress.ofTerminal();
        Map<String, ToolFigures> systems = new LinkedHashMap<>();
        Map<String, ToolFigures> kinds = new TreeMap<>();
        Abstaining offered = new Abstaining();
        Abstaining pooled = new Abstaining();
        long[] nanos = new long[rows.queries().size()];
        try (Models models = new Models(arguments.home().map(home -> home.resolve("models")));
                DocStore store = ServiceLoader.load(DocStoreProvider.class)
                        .findFirst()
                        .orElseThrow(() -> new EvaluationException("There is no store on the class path"))
                        .open(TestProviderContext.builder().build());
                EngineEventBus bus = new EngineEventBus(Clock.systemUTC())) {
            ToolRegistry registry = new ToolRegistry(new ToolArguments(SchemaValidator.create()));
            Map<String, String> ids = new HashMap<>();
            Map<String, ToolSpec> specs = new HashMap<>();
            rows.tools().forEach(row -> {
                registry.add(row.tool(), "evaluation");
                ids.put(row.registered(), row.id());
                registry.find(row.registered()).ifPresent(entry -> specs.put(row.id(), entry.spec()));
            });
            Optional<Embedder> embedder =
                    arguments.configuration().name().equals("lexical") ? Optional.empty() : Optional.of(models.tool());
            try (ToolTelemetry telemetry = new ToolTelemetry(store, registry, bus, Runnable::run)) {
                ToolSelector selector = new ToolSelector(
                        registry,
                        (action, scope) -> Decision.allow("evaluation", "every tool may be chosen"),
                        embedder,
                        Optional.empty(),
                        telemetry,
                        store,
                        Runnable::run);
                selector.prepare(Cancellation.none());
                Scope scope = Scope.of(UserId.of("evaluation"));
                List<ToolSpec> all = registry.specs();
                for (int i = 0; i < nanos.length; i++) {
                    ToolRows.Query query = rows.queries().get(i);
                    progress.at("asking", i + 1, nanos.length);
                    long start = System.nanoTime();
                    ToolSelection selection = selector.rank(all, scope, query.text(), DEPTH, Cancellation.none());
                    nanos[i] = System.nanoTime() - start;
                    if (query.gold().isEmpty()) {
                        pooled.add(!selection.fits(), true);
                    } else {
                        pooled.add(!selection.fits(), false);
                        List<String> ranked = selection.choices().stream()
                                .map(ToolChoice::name)
                                .map(ids::get)
                                .toList();
                        count(PRODUCT, systems, query, ranked);
                        count(query.kind(), kinds, query, ranked);
                    }
                    if (!query.offered().isEmpty()) {
                        List<ToolSpec> some =
                                query.offered().stream().map(specs::get).toList();
                        offered.add(
                                !selector.rank(some, scope, query.text(), DEPTH, Cancellation.none())
                                        .fits(),
                                query.gold().isEmpty());
                    }
                }
            }
            if (arguments.baselines()) {
                ToolBaselines baselines = new ToolBaselines(rows, models, progress);
                int done = 0;
                for (ToolRows.Query query : rows.queries()) {
                    progress.at("asking baselines", ++done, nanos.length);
                    if (!query.gold().isEmpty()) {
                        baselines.rank(query.text()).forEach((name, ranked) -> count(name, systems, query, ranked));
                    }
                }
            }
        }
        Arrays.sort(nanos);
        boolean abstains =
                rows.queries().stream().anyMatch(query -> query.gold().isEmpty());
        Json report = report(rows, systems, kinds, abstains ? Optional.of(offered) : Optional.empty(), pooled, nanos);
        print(rows, systems, kinds, abstains, offered, pooled, nanos);
        arguments.json().ifPresent(file -> write(file, report));
        return report;
    }

    private static void count(
            String name, Map<String, ToolFigures> systems, ToolRows.Query query, List<String> ranked) {
        systems.computeIfAbsent(name, key -> new ToolFigures()).add(ranked, query.gold());
    }

    private Json report(
            ToolRows rows,
            Map<String, ToolFigures> systems,
            Map<String, ToolFigures> kinds,
            Optional<Abstaining> offered,
            Abstaining pooled,
            long[] nanos) {
        Json.ObjectBuilder lines = Json.object();
        systems.forEach((name, figures) -> {
            Json row = figures.json(name.equals(PRODUCT));
            if (name.equals(PRODUCT)) {
                row = row.with("msPerQueryP50", Json.of(Figures.rounded(nanos[nanos.length / 2] / 1e6)));
                if (offered.isPresent()) {
                    row = pooled.put(offered.get().put(row, "abstain"), "abstainPooled");
                }
            }
            lines.put(name, row);
        });
        Json.ObjectBuilder byCategory = Json.object();
        kinds.forEach((kind, figures) -> byCategory.put(kind, figures.json(false)));
        return Json.object()
                .put("task", "tools")
                .put("data", rows.name())
                .put("config", arguments.configuration().name())
                .put("machine", Evaluate.machine())
                .put("jdk", Runtime.version().toString())
                .put("counting", COUNTING)
                .put("systems", lines.build())
                .put("byCategory", byCategory.build())
                .build();
    }

    private void print(
            ToolRows rows,
            Map<String, ToolFigures> systems,
            Map<String, ToolFigures> kinds,
            boolean abstains,
            Abstaining offered,
            Abstaining pooled,
            long[] nanos) {
        out.printf(
                "tools on %s: %d tools, %d requests; configuration %s%n%s%n%s, JDK %s%n%n%-26s %7s %7s %7s %7s %7s%n",
                rows.name(),
                rows.tools().size(),
                rows.queries().size(),
                arguments.configuration().name(),
                COUNTING,
                Evaluate.machine(),
                Runtime.version(),
                "system",
                "hit@1",
                "hit@5",
                "hit@10",
                "all@5",
                "all@10");
        systems.forEach(this::row);
        out.printf("%narkestra by kind%n");
        kinds.forEach((kind, figures) -> row("  " + kind, figures));
        if (abstains) {
            abstaining("among the offered", offered);
            abstaining("among all", pooled);
        }
        out.printf(Locale.ROOT, "%n%.1f ms per request (median)%n", nanos[nanos.length / 2] / 1e6);
        out.flush();
    }

    private void abstaining(String where, Abstaining figures) {
        out.printf(
                Locale.ROOT,
                "none fits, %s: precision %.3f recall %.3f F1 %.3f%n",
                where,
                figures.precision(),
                figures.recall(),
                figures.f1());
    }

    private void row(String name, ToolFigures figures) {
        List<Object> values = new ArrayList<>(List.of(name));
        for (int metric = 0; metric < ToolFigures.NAMES.size(); metric++) {
            values.add(figures.mean(metric));
        }
        out.printf(Locale.ROOT, "%-26s %7.3f %7.3f %7.3f %7.3f %7.3f%n", values.toArray());
    }

    private static void write(java.nio.file.Path file, Json report) {
        try {
            Files.writeString(file, report.pretty() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("The report could not be written to " + file, e);
        }
    }
}
