package io.arkestra.benchmarks.evaluate;

import io.arkestra.memory.Passage;
import io.arkestra.memory.Recall;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Fits the weights of the ranking to a data set: has the engine recall with all weights 1, so that the parts of each score are the
 * features themselves, and learns from them. What it reports is measured with weights that were learned without the user asked.
 */
final class FitTask {
    private static final int POOL = 1_000;
    /** Said beside a score but no part of it. */
    private static final Set<String> BESIDES = Set.of("coverage", "content", "diversity");

    private final Arguments arguments;
    private final PrintStream out;

    FitTask(Arguments arguments, PrintStream out) {
        this.arguments = arguments;
        this.out = out;
    }

    void run() {
        DataSet data = DataSet.load(arguments.data());
        boolean lexical = arguments.configuration().name().equals("lexical");
        List<Pool> pools = new ArrayList<>();
        Path ones = ones();
        Progress progress = Progress.ofTerminal();
        try (Product product =
                new Product(arguments.configuration(), arguments.home(), java.util.Optional.of(ones), true)) {
            product.ingest(data, progress);
            int done = 0;
            for (DataSet.Query query : data.queries()) {
                progress.at("collecting features", ++done, data.queries().size());
                if (!query.category().equals(RecallTask.ADVERSARIAL)) {
                    pools.add(pool(product, query));
                }
            }
        } finally {
            delete(ones);
        }
        List<String> names = names(pools);
        arguments.features().ifPresent(file -> dump(file, pools, names));
        report(pools, names);
        double[] weights = Listwise.fit(pools, names);
        write(weights, names, lexical ? "lexical." : "hybrid.", data);
    }

    /** What a query found. */
    record Pool(DataSet.Query query, List<Row> rows) {}

    /** One candidate. */
    record Row(String item, boolean relevant, Map<String, Double> features) {}

    private static Pool pool(Product product, DataSet.Query query) {
        Recall recall = product.recall(query, POOL);
        List<Row> rows = new ArrayList<>();
        for (Passage passage : recall.passages()) {
            String item = product.item(query, passage).orElse("");
            rows.add(new Row(item, query.relevant().contains(item), passage.scoreParts()));
        }
        return new Pool(query, rows);
    }

    private static List<String> names(List<Pool> pools) {
        Set<String> varying = new TreeSet<>();
        Map<String, Double> first = new LinkedHashMap<>();
        for (Pool pool : pools) {
            for (Row row : pool.rows()) {
                row.features().forEach((name, value) -> {
                    Double known = first.putIfAbsent(name, value);
                    if (known != null && !known.equals(value) && !BESIDES.contains(name)) {
                        varying.add(name);
                    }
                });
            }
        }
        return List.copyOf(varying);
    }

    private void report(List<Pool> pools, List<String> names) {
        Set<String> users = new TreeSet<>();
        pools.forEach(pool -> users.add(pool.query().user()));
        Figures all = new Figures();
        Map<String, Figures> categories = new java.util.TreeMap<>();
        for (String user : users) {
            List<Pool> others = pools.stream()
                    .filter(pool -> !pool.query().user().equals(user))
                    .toList();
            double[] weights = Listwise.fit(others.isEmpty() ? pools : others, names);
            for (Pool pool : pools) {
                if (pool.query().user().equals(user)) {
                    List<String> ranked = ranked(pool, names, weights);
                    all.add(ranked, pool.query().relevant());
                    categories
                            .computeIfAbsent(pool.query().category(), category -> new Figures())
                            .add(ranked, pool.query().relevant());
                }
            }
        }
        out.println(
                users.size() > 1
                        ? "Each user with weights fitted without them:"
                        : "One user: fitted on what it is measured on");
        out.printf("%-22s %7s %7s %7s %7s%n", "", "R@5", "R@10", "MRR@10", "nDCG@10");
        print("all", all);
        categories.forEach(this::print);
    }

    private void print(String name, Figures figures) {
        out.printf(
                Locale.ROOT,
                "%-22s %7.3f %7.3f %7.3f %7.3f%n",
                name,
                figures.mean(0),
                figures.mean(1),
                figures.mean(2),
                figures.mean(3));
    }

    private static List<String> ranked(Pool pool, List<String> names, double[] weights) {
        return pool.rows().stream()
                .sorted(Comparator.comparingDouble((Row row) -> -Listwise.score(row, names, weights)))
                .map(Row::item)
                .filter(item -> !item.isEmpty())
                .distinct()
                .toList();
    }

    /** A weights file in which everything counts 1. */
    private static Path ones() {
        try {
            Path file = Files.createTempFile("arkestra-ones", ".properties");
            Files.writeString(file, "all=1\n");
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void dump(Path file, List<Pool> pools, List<String> names) {
        StringBuilder text =
                new StringBuilder("query\tuser\tcategory\trelevant\tof\titem\t").append(String.join("\t", names));
        for (Pool pool : pools) {
            for (Row row : pool.rows()) {
                text.append('\n')
                        .append(pool.query().id())
                        .append('\t')
                        .append(pool.query().user())
                        .append('\t')
                        .append(pool.query().category())
                        .append('\t')
                        .append(row.relevant() ? 1 : 0)
                        .append('\t')
                        .append(pool.query().relevant().size())
                        .append('\t')
                        .append(row.item());
                for (String name : names) {
                    text.append('\t').append((float)
                            row.features().getOrDefault(name, 0.0).doubleValue());
                }
            }
        }
        write(file, text.append('\n').toString());
    }

    private void write(double[] weights, List<String> names, String prefix, DataSet data) {
        StringBuilder text = new StringBuilder(
                "# Fitted on " + data.name() + " with a softmax listwise loss; what is not named stays as shipped.\n");
        for (int i = 0; i < weights.length; i++) {
            text.append(String.format(Locale.ROOT, "%s%s=%.2f%n", prefix, names.get(i), weights[i]));
        }
        out.println();
        out.print(text);
        write(arguments.weights().orElseThrow(), text.toString());
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new EvaluationException(file + " cannot be written: " + e.getMessage());
        }
    }
}
