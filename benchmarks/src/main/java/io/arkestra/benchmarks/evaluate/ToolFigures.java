package io.arkestra.benchmarks.evaluate;

import io.arkestra.common.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Figures of chosen tools. hit@k: whether any tool that is meant is among the first k, over all requests that a tool is meant for; all@k: whether
 * all are, over those that more than one is meant for. Intervals are percentiles of 1,000 bootstrap samples with a fixed seed.
 */
final class ToolFigures {
    static final List<String> NAMES = List.of("hit@1", "hit@5", "hit@10", "all@5", "all@10");
    private static final int SAMPLES = 1_000;

    private final List<List<Double>> values = new ArrayList<>();

    ToolFigures() {
        NAMES.forEach(name -> values.add(new ArrayList<>()));
    }

    void add(List<String> ranked, Set<String> gold) {
        int first = Integer.MAX_VALUE;
        int last = 0;
        for (String id : gold) {
            int place = ranked.indexOf(id);
            int at = place < 0 ? Integer.MAX_VALUE : place;
            first = Math.min(first, at);
            last = Math.max(last, at);
        }
        values.get(0).add(first < 1 ? 1.0 : 0);
        values.get(1).add(first < 5 ? 1.0 : 0);
        values.get(2).add(first < 10 ? 1.0 : 0);
        if (gold.size() > 1) {
            values.get(3).add(last < 5 ? 1.0 : 0);
            values.get(4).add(last < 10 ? 1.0 : 0);
        }
    }

    double mean(int metric) {
        return values.get(metric).stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(0);
    }

    double[] interval(int metric) {
        List<Double> all = values.get(metric);
        if (all.isEmpty()) {
            return new double[] {0, 0};
        }
        SplittableRandom random = new SplittableRandom(7);
        double[] means = new double[SAMPLES];
        for (int sample = 0; sample < SAMPLES; sample++) {
            double sum = 0;
            for (int i = 0; i < all.size(); i++) {
                sum += all.get(random.nextInt(all.size()));
            }
            means[sample] = sum / all.size();
        }
        Arrays.sort(means);
        return new double[] {means[SAMPLES * 25 / 1000], means[SAMPLES * 975 / 1000 - 1]};
    }

    Json json(boolean intervals) {
        Json.ObjectBuilder json = Json.object();
        for (int metric = 0; metric < NAMES.size(); metric++) {
            if (!values.get(metric).isEmpty()) {
                json.put(NAMES.get(metric), Figures.rounded(mean(metric)));
                if (intervals) {
                    double[] bounds = interval(metric);
                    json.put(
                            NAMES.get(metric) + ".interval95",
                            Json.array(Json.of(Figures.rounded(bounds[0])), Json.of(Figures.rounded(bounds[1]))));
                }
            }
        }
        return json.put("queries", values.get(0).size()).build();
    }
}
