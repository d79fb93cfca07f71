package io.arkestra.benchmarks.evaluate;

import io.arkestra.common.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Measures what is found, system by system and category by category. */
final class RecallTask {
    /** Questions that the texts do not answer; retrieval cannot tell them apart, so they are reported but not in the main figures. */
    static final String ADVERSARIAL = "adversarial";

    private static final String PRODUCT = "arkestra";
    /** The product as shipped, beside a run with another configuration. */
    private static final String SHIPPED = "arkestra (default)";

    private final Arguments arguments;
    private final PrintStream out;
    private final Map<String, Figures> main = new LinkedHashMap<>();
    private final Map<String, Figures> everything = new LinkedHashMap<>();
    private final Map<String, Figures> categories = new TreeMap<>();

    RecallTask(Arguments arguments, PrintStream out) {
        this.arguments = arguments;
        this.out = out;
    }

    /** Runs it and returns what it also prints and writes. */
    Json run() {
        DataSet data = DataSet.load(arguments.data());
        boolean conversation = arguments.conversation().orElse(data.isConversation());
        Progress progress = Progress.ofTerminal();
        long[] nanos = new long[data.queries().size()];
        double perItem = measure(data, conversation, arguments.configuration(), PRODUCT, nanos, progress);
        if (!arguments.configuration().isDefault()) {
            measure(data, conversation, Configuration.named("default"), SHIPPED, new long[nanos.length], progress);
        }
        if (arguments.baselines()) {
            Optional<Path> kept = arguments.home();
            try (Baselines baselines = new Baselines(
                    data,
                    new Models(kept.map(home -> home.resolve("models"))),
                    new VectorFile(kept.map(home -> home.resolve("baseline-e5.vectors"))),
                    new VectorFile(kept.map(home -> home.resolve("baseline-minilm.vectors"))),
                    progress)) {
                int done = 0;
                for (DataSet.Query query : data.queries()) {
                    progress.at("asking baselines", ++done, nanos.length);
                    baselines.rank(query).forEach((name, ranked) -> count(name, query, ranked));
                }
            }
        }
        Arrays.sort(nanos);
        Json report = report(data, nanos, perItem);
        print(data, conversation, nanos, perItem);
        arguments.json().ifPresent(file -> write(file, report));
        return report;
    }

    /** Asks a configuration of the product everything; returns how many milliseconds an item took to be taken in. */
    private double measure(
            DataSet data,
            boolean conversation,
            Configuration configuration,
            String system,
            long[] nanos,
            Progress progress) {
        try (Product product =
                new Product(configuration, configuration.home(arguments.home()), arguments.weights(), conversation)) {
            long start = System.nanoTime();
            product.ingest(data, progress);
            double perItem = (System.nanoTime() - start) / 1e6 / data.items().size();
            for (int i = 0; i < nanos.length; i++) {
                DataSet.Query query = data.queries().get(i);
                progress.at("asking " + configuration.name(), i + 1, nanos.length);
                long asked = System.nanoTime();
                List<String> ranked = product.rank(query);
                nanos[i] = System.nanoTime() - asked;
                count(system, query, ranked);
                if (system.equals(PRODUCT)) {
                    categories
                            .computeIfAbsent(query.category(), category -> new Figures())
                            .add(ranked, query.relevant());
                }
            }
            return perItem;
        }
    }

    private void count(String system, DataSet.Query query, List<String> ranked) {
        everything.computeIfAbsent(system, name -> new Figures()).add(ranked, query.relevant());
        if (!query.category().equals(ADVERSARIAL)) {
            main.computeIfAbsent(system, name -> new Figures()).add(ranked, query.relevant());
        }
    }

    private Json report(DataSet data, long[] nanos, double perItem) {
        Json.ObjectBuilder systems = Json.object();
        main.forEach((name, figures) -> {
            Json row = figures.json();
            if (name.equals(PRODUCT)) {
                row = row.with("msPerQueryP50", Json.of(Figures.rounded(percentile(nanos, 50))))
                        .with("msPerQueryP95", Json.of(Figures.rounded(percentile(nanos, 95))))
                        .with("msPerItem", Json.of(Figures.rounded(perItem)));
                for (int metric = 0; metric < Figures.NAMES.size(); metric++) {
                    double[] bounds = figures.interval(metric);
                    row = row.with(
                            Figures.NAMES.get(metric) + ".interval95",
                            Json.array(Json.of(Figures.rounded(bounds[0])), Json.of(Figures.rounded(bounds[1]))));
                }
            }
            systems.put(name, row);
        });
        Json.ObjectBuilder byCategory = Json.object();
        categories.forEach((name, figures) -> byCategory.put(name, figures.json()));
        return Json.object()
                .put("task", "recall")
                .put("data", data.name())
                .put("config", arguments.configuration().name())
                .put("machine", Evaluate.machine())
                .put("jdk", Runtime.version().toString())
                .put("counting", counting())
                .put("systems", systems.build())
                .put("byCategory", byCategory.build())
                .put(
                        "allCategories",
                        everything.getOrDefault(PRODUCT, new Figures()).json())
                .build();
    }

    private String counting() {
        return "recall@k: mean over queries of the share of relevant items among the first k; mrr and ndcg (binary) at 10"
                + (categories.containsKey(ADVERSARIAL) ? "; without the category adversarial" : "")
                + "; intervals: 95 %, bootstrap over queries, fixed seed";
    }

    private static double percentile(long[] sorted, int percent) {
        return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)] / 1e6;
    }

    private void print(DataSet data, boolean conversation, long[] nanos, double perItem) {
        out.printf(
                "recall on %s: %d items, %d queries, as %s; configuration %s (%s)%n%s%n%s, JDK %s%n%n",
                data.name(),
                data.items().size(),
                data.queries().size(),
                conversation ? "conversation" : "documents",
                arguments.configuration().name(),
                arguments.configuration().explanation(),
                counting(),
                Evaluate.machine(),
                Runtime.version());
        out.printf("%-26s %8s %8s %8s %8s%n", "system", "R@5", "R@10", "MRR@10", "nDCG@10");
        main.forEach((name, figures) -> row(name, figures));
        Figures own = main.getOrDefault(PRODUCT, new Figures());
        out.printf("%-26s", "  95 % interval");
        for (int metric = 0; metric < Figures.NAMES.size(); metric++) {
            double[] bounds = own.interval(metric);
            out.printf(" %s-%s", short3(bounds[0]), short3(bounds[1]));
        }
        if (main.containsKey(SHIPPED)) {
            out.printf("%n%-26s", "effect of " + arguments.configuration().name());
            for (int metric = 0; metric < Figures.NAMES.size(); metric++) {
                out.printf(
                        java.util.Locale.ROOT,
                        " %+8.3f",
                        own.mean(metric) - main.get(SHIPPED).mean(metric));
            }
        }
        out.printf("%n%n%-26s%n", "arkestra by category");
        categories.forEach((name, figures) -> row("  " + name + " (" + figures.queries() + ")", figures));
        if (categories.containsKey(ADVERSARIAL)) {
            row("  all categories", everything.getOrDefault(PRODUCT, new Figures()));
        }
        out.printf(
                "%n%.1f ms per query (median; 95 of 100 within %.1f), %.1f ms per item taken in and embedded%n",
                percentile(nanos, 50), percentile(nanos, 95), perItem);
        out.flush();
    }

    private static String short3(double value) {
        return String.format(java.util.Locale.ROOT, "%.3f", value).substring(1);
    }

    private void row(String name, Figures figures) {
        out.printf(
                java.util.Locale.ROOT,
                "%-26s %8.3f %8.3f %8.3f %8.3f%n",
                name,
                figures.mean(0),
                figures.mean(1),
                figures.mean(2),
                figures.mean(3));
    }

    private static void write(Path file, Json report) {
        try {
            Files.writeString(file, report.pretty() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("The report could not be written to " + file, e);
        }
    }
}
