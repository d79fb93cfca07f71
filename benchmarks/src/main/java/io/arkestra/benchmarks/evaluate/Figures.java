package io.arkestra.benchmarks.evaluate;

import io.arkestra.common.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Figures of ranked lists. Recall is fractional: of the relevant items of a query, the share among the first k; nDCG is binary; each is
 * averaged over queries. Intervals are percentiles of 2,000 bootstrap samples of the queries with a fixed seed.
 */
final class Figures {
    static final List<String> NAMES = List.of("recall@5", "recall@10", "mrr@10", "ndcg@10");
    private static final int SAMPLES = 2_000;
    private static final int DEPTH = 10;

    private final List<double[]> rows = new ArrayList<>();

    /** Counts one query. */
    void add(List<String> ranked, java.util.Set<String> relevant) {
        rows.add(row(ranked, relevant));
    }

    static double[] row(List<String> ranked, java.util.Set<String> relevant) {
        double found = 0;
        double five = 0;
        double gain = 0;
        double reciprocal = 0;
        for (int i = 0; i < Math.min(DEPTH, ranked.size()); i++) {
            if (relevant.contains(ranked.get(i))) {
                found++;
                gain += 1 / log2(i + 2);
                if (i < 5) {
                    five++;
                }
                if (reciprocal == 0) {
                    reciprocal = 1.0 / (i + 1);
                }
            }
        }
        double ideal = 0;
        for (int i = 0; i < Math.min(DEPTH, relevant.size()); i++) {
            ideal += 1 / log2(i + 2);
        }
        return new double[] {five / relevant.size(), found / relevant.size(), reciprocal, gain / ideal};
    }

    private static double log2(double value) {
        return Math.log(value) / Math.log(2);
    }

    int queries() {
        return rows.size();
    }

    double mean(int metric) {
        return rows.stream().mapToDouble(row -> row[metric]).average().orElse(0);
    }

    /** The bounds that 95 of 100 samples lie between. */
    double[] interval(int metric) {
        SplittableRandom random = new SplittableRandom(7);
        double[] means = new double[SAMPLES];
        for (int sample = 0; sample < SAMPLES; sample++) {
            double sum = 0;
            for (int i = 0; i < rows.size(); i++) {
                sum += rows.get(random.nextInt(rows.size()))[metric];
            }
            means[sample] = sum / rows.size();
        }
        Arrays.sort(means);
        return new double[] {means[SAMPLES * 25 / 1000], means[SAMPLES * 975 / 1000 - 1]};
    }

    Json json() {
        Json.ObjectBuilder json = Json.object();
        for (int metric = 0; metric < NAMES.size(); metric++) {
            json.put(NAMES.get(metric), Json.of(rounded(mean(metric))));
        }
        return json.put("queries", queries()).build();
    }

    static double rounded(double value) {
        return Math.round(value * 10_000) / 10_000.0;
    }
}
